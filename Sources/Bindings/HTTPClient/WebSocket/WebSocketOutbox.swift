import HTTP
import System

/// Frames that wait to be written, in their order.
struct WebSocketOutbox {
    struct Item {
        let ticket: UInt64
        /// As they go over the wire. They stay where they are until all are written.
        let bytes: [UInt8]
        /// Nil for what nobody waits for.
        let deadline: MonotonicTime?
        var waiter: CheckedContinuation<WebSocketLink.Sent, Never>?
    }

    private var items: [Item] = []
    private var first = 0
    /// The bytes of the first item that are written.
    private var written = 0
    /// A write found no room: only an event says when there is some.
    var isStuck = false
    /// The answer to a ping. It goes before what is not begun, and a later one takes its place.
    private var pong: [UInt8]?
    /// Bytes that wait.
    private(set) var size = 0

    var isEmpty: Bool { first == items.count && pong == nil }

    /// The first item may be written in part, or sealed.
    private var hasBegun: Bool { written > 0 || isStuck && first < items.count }

    /// The time limit of the first item that has one: those behind it came later.
    var deadline: MonotonicTime? { items[first...].lazy.compactMap(\.deadline).first }

    mutating func append(_ item: Item) {
        items.append(item)
        size += item.bytes.count
    }

    mutating func append(pong bytes: [UInt8]) { pong = bytes }

    /// The bytes to write now, and where to begin.
    mutating func next() -> (bytes: [UInt8], offset: Int)? {
        if let pong, !hasBegun {
            items.insert(Item(ticket: 0, bytes: pong, deadline: nil, waiter: nil), at: first)
            size += pong.count
            self.pong = nil
        }
        isStuck = false
        return first == items.count ? nil : (items[first].bytes, written)
    }

    mutating func hasWritten(_ count: Int) {
        written += count
        size -= count
        guard written == items[first].bytes.count else { return }
        let waiter = exchange(&items[first].waiter, with: nil)
        dropFirst()
        waiter?.resume(returning: .success(()))
    }

    private mutating func dropFirst() {
        // The bytes go at once; their place goes with the others'.
        items[first] = Item(ticket: 0, bytes: [], deadline: nil, waiter: nil)
        (first, written) = (first + 1, 0)
        if first == items.count || first > 64 {
            items.removeFirst(first)
            first = 0
        }
    }

    /// Ends the wait for an item. One of which nothing is written yet is not written at all.
    mutating func cancel(_ ticket: UInt64) {
        guard let index = items[first...].firstIndex(where: { $0.ticket == ticket }) else { return }
        let waiter = exchange(&items[index].waiter, with: nil)
        // TLS may have begun to seal the first one.
        if index > first {
            size -= items[index].bytes.count
            items.remove(at: index)
        }
        waiter?.resume(returning: .failure(.cancelled))
    }

    /// Drops all that waits, but for the rest of what has been begun: half a frame is none.
    mutating func keepBegun(_ error: WebSocketError) {
        let rest = Array(items[(first + (hasBegun ? 1 : 0))...])
        items.removeLast(rest.count)
        pong = nil
        size -= rest.reduce(0) { $0 + $1.bytes.count }
        for item in rest { item.waiter?.resume(returning: .failure(error)) }
    }

    /// Drops everything.
    mutating func fail(_ error: WebSocketError) {
        let waiters = items[first...].compactMap(\.waiter)
        self = WebSocketOutbox()
        for waiter in waiters { waiter.resume(returning: .failure(error)) }
    }
}
