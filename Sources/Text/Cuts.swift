// Cuts that hold a number of bytes. One character as people see it may be as long as the text.

extension StringProtocol where SubSequence == Substring {
    /// Returns its beginning, of at most so many bytes.
    ///
    /// It ends where a character as people see it ends, if one does within the last bytes; else where a scalar does.
    package func beginning(bytes limit: Int) -> Substring {
        guard utf8.count > limit else { return self[...] }
        let text = self[...]
        let end = text.scalarStart(at: limit)
        let start = text.scalarStart(at: limit - cutWindow)
        var (next, best) = (start, Index?.none)
        // A text of its own: what begins within a character looks for the beginning of that, however far away.
        let window = String(decoding: text.utf8[start..<text.unicodeScalars.index(after: end)], as: UTF8.self)
        for character in window {
            next = text.utf8.index(next, offsetBy: character.utf8.count)
            guard next <= end else { break }
            best = next
        }
        return text[..<(best ?? end)]
    }

    /// Returns its end, of at most so many bytes, from where a scalar begins in it.
    package func end(bytes limit: Int) -> Substring {
        guard utf8.count > limit else { return self[...] }
        var start = utf8.index(startIndex, offsetBy: utf8.count - Swift.max(0, limit))
        while start < endIndex, utf8[start] & 0xC0 == 0x80 { start = utf8.index(after: start) }
        return self[start...]
    }

    /// The text, or as much of its beginning as has room beside the mark which says that it goes on.
    package func cut(toBytes limit: Int, mark: String = "…") -> String {
        guard utf8.count > limit else { return String(self) }
        guard mark.utf8.count <= limit else { return "" }
        return String(beginning(bytes: limit - mark.utf8.count)) + mark
    }

    /// At most so many characters as people see them, and so many bytes.
    package func cut(toCharacters most: Int, bytes limit: Int, mark: String = "…") -> String {
        let text = String(beginning(bytes: limit + 1))
        if utf8.count <= limit, text.count <= most { return text }
        let kept = String(text.beginning(bytes: limit - mark.utf8.count))
        return kept.prefix(mark.isEmpty ? most : most - 1) + mark
    }
}

extension Substring {
    /// The beginning of the scalar that the byte belongs to.
    fileprivate func scalarStart(at offset: Int) -> Index {
        guard offset > 0 else { return startIndex }
        var index = utf8.index(startIndex, offsetBy: offset)
        while index > startIndex, utf8[index] & 0xC0 == 0x80 { index = utf8.index(before: index) }
        return index
    }
}

/// The number of bytes before a cut that are searched for the end of a character.
private let cutWindow = 128
