/// Text that grows up to a limit of bytes; the rest is dropped.
package struct BoundedText: Sendable, Equatable {
    package private(set) var text = ""
    private let limit: Int
    private var isFull = false

    /// More of a reply is not kept.
    package static let replyLimit = 4 << 20

    package init(_ text: String = "", limit: Int = BoundedText.replyLimit) {
        self.limit = limit
        append(text)
    }

    package mutating func append(_ more: String) {
        guard !isFull else { return }
        let room = limit - text.utf8.count
        if more.utf8.count <= room {
            text += more
        } else {
            isFull = true
            text += more.beginning(bytes: room)
        }
    }

    /// Adds what is a paragraph of its own.
    package mutating func append(paragraph: String) {
        guard !paragraph.isEmpty else { return }
        append(text.isEmpty ? paragraph : "\n\n" + paragraph)
    }
}
