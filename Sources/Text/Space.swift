extension Unicode.Scalar {
    /// White space of any script, line ends among it.
    @inlinable package var isSpace: Bool {
        value < 0x80 ? value == 0x20 || (0x09...0x0D).contains(value) : properties.isWhitespace
    }

    /// Ends a line, in any script.
    @inlinable package var endsLine: Bool {
        switch value {
        case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }
}

extension StringProtocol where SubSequence == Substring {
    /// True if there is anything in it to read. A space with an accent on it is something.
    @inlinable package var hasWords: Bool { unicodeScalars.contains { !$0.isSpace } }

    /// The text without white space at its end.
    @inlinable package var withoutSpaceAtEnd: Substring {
        guard let last = unicodeScalars.lastIndex(where: { !$0.isSpace }) else { return self[startIndex..<startIndex] }
        return self[..<unicodeScalars.index(after: last)]
    }

    /// The text without white space at its beginning.
    @inlinable package var withoutSpaceAtStart: Substring {
        let text = self[startIndex..<endIndex]
        guard let first = text.unicodeScalars.firstIndex(where: { !$0.isSpace }) else { return text[endIndex...] }
        return text[first...]
    }

    /// The text without white space around it.
    @inlinable package var withoutSpaceAround: Substring { withoutSpaceAtEnd.withoutSpaceAtStart }

    /// The runs of scalars between white space.
    @inlinable package var words: [Substring] { scalarPieces(between: \.isSpace) }

    /// The runs of scalars between those that fulfil the condition.
    @inlinable package func scalarPieces(between isBorder: (Unicode.Scalar) -> Bool) -> [Substring] {
        unicodeScalars.split(whereSeparator: isBorder).map { self[$0.startIndex..<$0.endIndex] }
    }
}
