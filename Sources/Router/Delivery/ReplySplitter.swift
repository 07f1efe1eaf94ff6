/// Cuts a text into parts of at most `limit` bytes of UTF-8: where a paragraph ends if that does not waste half of the
/// part, else a line, a sentence, a word, and at the worst between two characters as people see them.
package struct ReplySplitter: Sendable {
    private let limit: Int

    package init(limit: Int) {
        precondition(limit >= 4, "a part must hold any one character's scalar")
        self.limit = limit
    }

    /// The parts in order, none without something to read. White space goes where a cut is made, and nowhere else.
    package func split(_ text: String) -> [String] {
        var parts: [Substring] = []
        var rest = text[...]
        while rest.utf8.count > limit {
            let end = cut(rest)
            parts.append(withoutTrailingSpace(rest[..<end]))
            rest = rest[end...].drop { $0.isNewline && $0.isBlank }
        }
        parts.append(rest)
        return parts.filter { !$0.allSatisfy(\.isBlank) }.map(String.init)
    }

    /// Where the first part of `text` ends. The space behind it counts with it, since that will not be sent.
    private func cut(_ text: Substring) -> Substring.Index {
        let longest = longestPrefix(of: text)
        let prefix = text[..<(text[longest...].firstIndex { !$0.isBlank } ?? text.endIndex)]
        let least = text.utf8.index(text.startIndex, offsetBy: limit / 2)
        let boundaries: [(Substring) -> Substring.Index?] = [
            lastParagraph, { $0.lastIndex(where: \.isNewline).map($0.index(after:)) }, lastSentence,
            { $0.lastIndex(where: \.isBlank).map($0.index(after:)) },
        ]
        return boundaries.lazy.compactMap { $0(prefix) }.first { $0 > least } ?? longest
    }

    /// As many whole characters as fit; of one that does not fit by itself, as many scalars.
    private func longestPrefix(of text: Substring) -> Substring.Index {
        var size = 0
        var end = text.startIndex
        for character in text {
            size += character.utf8.count
            if size > limit { break }
            end = text.index(after: end)
        }
        if end > text.startIndex { return end }
        size = 0
        for scalar in text.unicodeScalars {
            size += UTF8.width(scalar)
            if size > limit { break }
            end = text.unicodeScalars.index(after: end)
        }
        return end
    }

    private func lastParagraph(_ text: Substring) -> Substring.Index? {
        var index = text.endIndex
        while let newline = text[..<index].lastIndex(where: \.isNewline) {
            if newline > text.startIndex, text[text.index(before: newline)].isNewline {
                return text.index(after: newline)
            }
            index = newline
        }
        return nil
    }

    /// A mark of Western writing ends a sentence only before a space: `3.14` and `example.com` are whole.
    private func lastSentence(_ text: Substring) -> Substring.Index? {
        var end: Substring.Index?
        for index in text.indices.reversed() {
            let character = text[index]
            if "。！？；".contains(character) { return text.index(after: index) }
            if ".!?;".contains(character), let end { return end }
            end = character.isBlank ? text.index(after: index) : nil
        }
        return nil
    }
}

extension Character {
    /// White space and nothing on top of it: a space with an accent is something to read.
    fileprivate var isBlank: Bool { unicodeScalars.allSatisfy(\.properties.isWhitespace) }
}

private func withoutTrailingSpace(_ text: Substring) -> Substring {
    var text = text
    while text.last?.isBlank == true { text.removeLast() }
    return text
}
