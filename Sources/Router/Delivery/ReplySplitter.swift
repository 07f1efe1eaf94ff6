/// Cuts a text into parts of at most `limit` bytes of UTF-8: where a block ends if that does not waste half of the part, else a
/// line, a sentence, a word, and at the worst between two characters as people see them. It takes linear time.
package struct ReplySplitter: Sendable {
    /// The syntax that the cuts must respect.
    package enum Syntax: Sendable {
        case plain
        /// Blocks of code stay blocks on both sides of a cut, and links and bold are cut only if they must be.
        case markdown
    }

    private let limit: Int
    private let syntax: Syntax
    private let isNumbered: Bool

    /// With `isNumbered`, parts say at their end which of how many they are, if there are several.
    package init(limit: Int, syntax: Syntax = .plain, isNumbered: Bool = false) {
        precondition(limit >= 4, "a part must hold any one character's scalar")
        precondition(
            limit >= 256 || syntax == .plain && !isNumbered, "marks at a part's ends need room beside its text")
        self.limit = limit
        self.syntax = syntax
        self.isNumbered = isNumbered
    }

    /// The parts in order, none without something to read. White space goes where a cut is made, and nowhere else.
    package func split(_ text: String) -> [String] { split(text, atMost: .max) ?? [] }

    /// The parts, or nil when there are more than `count`: it looks no further than it must.
    package func split(_ text: String, atMost count: Int) -> [String]? {
        if text.utf8.count <= limit || !isNumbered { return pieces(of: text, limit: limit, atMost: count) }
        var largest = 9
        while true {
            let room = PartNumber.length(upTo: largest)
            if let parts = pieces(of: text, limit: limit - room, atMost: min(count, largest)) {
                return parts.count < 2 ? parts : PartNumber.numbered(parts)
            }
            guard largest < count else { return nil }
            largest = largest * 10 + 9
        }
    }

    /// Returns the first part, without a number.
    package func beginning(of text: String) -> String {
        var cutter = ReplyCutter(text, limit: limit, syntax: syntax)
        return cutter.next() ?? ""
    }

    /// Returns the first `count` parts of a text that has more; the last ends in `mark`.
    func beginning(of text: String, parts count: Int, endingIn mark: String) -> [String] {
        let room = (isNumbered ? PartNumber.length(upTo: count) : 0) + mark.utf8.count
        var cutter = ReplyCutter(text, limit: limit - room, syntax: syntax)
        var parts: [String] = []
        while parts.count < count, let part = cutter.next() { parts.append(part) }
        if !parts.isEmpty { parts[parts.count - 1] += mark }
        return isNumbered && parts.count > 1 ? PartNumber.numbered(parts) : parts
    }

    private func pieces(of text: String, limit: Int, atMost count: Int) -> [String]? {
        var cutter = ReplyCutter(text, limit: limit, syntax: syntax)
        var parts: [String] = []
        while let part = cutter.next() {
            guard parts.count < count else { return nil }
            parts.append(part)
        }
        return parts
    }
}

/// `(1/3)`, on a line of its own behind a part, so that it belongs to no quote or heading.
private enum PartNumber {
    static func length(upTo largest: Int) -> Int { text(largest, of: largest).utf8.count }

    static func numbered(_ parts: [String]) -> [String] {
        parts.enumerated().map { $1 + text($0 + 1, of: parts.count) }
    }

    private static func text(_ number: Int, of count: Int) -> String { "\n\n(\(number)/\(count))" }
}
