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
            rest = rest[end...].drop(while: \.isNewline)
        }
        parts.append(rest)
        return parts.filter { !$0.allSatisfy(\.isWhitespace) }.map(String.init)
    }

    /// Where the first part of `text` ends.
    private func cut(_ text: Substring) -> Substring.Index {
        let longest = longestPrefix(of: text)
        let prefix = text[..<longest]
        let least = text.utf8.index(text.startIndex, offsetBy: limit / 2)
        let boundaries: [(Substring) -> Substring.Index?] = [
            lastParagraph, { $0.lastIndex(where: \.isNewline).map($0.index(after:)) },
            lastSentence,
            { $0.lastIndex(where: \.isWhitespace).map($0.index(after:)) },
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
            if newline > text.startIndex, text[text.index(before: newline)].isNewline { return text.index(after: newline) }
            index = newline
        }
        return nil
    }

    /// A mark of Western writing ends a sentence only before a space: `3.14` and `example.com` are whole.
    private func lastSentence(_ text: Substring) -> Substring.Index? {
        var next: Character?
        for index in text.indices.reversed() {
            if "。！？；".contains(text[index]) { return text.index(after: index) }
            if next?.isWhitespace == true, ".!?;".contains(text[index]) { return text.index(after: index) }
            next = text[index]
        }
        return nil
    }
}

private func withoutTrailingSpace(_ text: Substring) -> Substring {
    var text = text
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
}
