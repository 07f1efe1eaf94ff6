/// Messages that were received and not asked for yet, in their order.
package struct WebSocketInbox: Sendable {
    private var messages: [WebSocketMessage] = []
    private var first = 0
    /// Bytes, and something for each message: many empty ones are a lot, too.
    package private(set) var size = 0

    private static let overhead = 64

    package init() {}

    package mutating func append(_ message: WebSocketMessage) {
        messages.append(message)
        size += message.bytes.count + WebSocketInbox.overhead
    }

    package mutating func popFirst() -> WebSocketMessage? {
        guard first < messages.count else { return nil }
        let message = exchange(&messages[first], with: .binary([]))
        first += 1
        size -= message.bytes.count + WebSocketInbox.overhead
        if first == messages.count { (messages, first) = ([], 0) }
        return message
    }
}
