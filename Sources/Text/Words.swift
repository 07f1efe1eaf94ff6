// Searches and comparisons that go by the bytes of UTF-8.
//
// Swift's own go by characters as people see them, or by what Unicode takes for the same text. Both are quadratic in the
// length of runs that anybody can write: half flags, and accents of two classes in turn.
//
// All is inlinable: without that every byte would be fetched through a witness, in other modules, and a callback cost a third
// more.

extension StringProtocol where SubSequence == Substring {
    /// True if the word stands in it, to the byte.
    @inlinable package func has(_ word: some StringProtocol) -> Bool {
        !Needle(word).ranges(in: utf8, atMost: 1).isEmpty
    }

    /// True if it is the same, to the byte.
    @inlinable package func isSame(as other: some StringProtocol) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }

    /// Hashes what `isSame` compares.
    @inlinable package func hashBytes(into hasher: inout Hasher) {
        var word: UInt64 = 0
        var count = 0
        for byte in utf8 {
            word = word << 8 | UInt64(byte)
            count += 1
            if count & 7 == 0 { hasher.combine(word) }
        }
        hasher.combine(word)
        hasher.combine(count)
    }

    @inlinable package func begins(with word: some StringProtocol) -> Bool { utf8.starts(with: word.utf8) }

    /// The same, where small and capital letters of ASCII are one.
    @inlinable package func begins(withAnyCaseOf word: some StringProtocol) -> Bool {
        utf8.lazy.map(\.lowercasedASCII).starts(with: word.utf8.lazy.map(\.lowercasedASCII))
    }

    @inlinable package func ends(with word: some StringProtocol) -> Bool {
        self[...].utf8.reversed().starts(with: Array(word.utf8).reversed())
    }

    /// The text behind the word that it begins with; nil where it begins otherwise.
    @inlinable package func after(_ word: some StringProtocol) -> Substring? {
        begins(with: word) ? self[utf8.index(startIndex, offsetBy: word.utf8.count)...] : nil
    }

    /// The text behind the first of the word's places; nil where it has none.
    @inlinable package func behind(_ word: some StringProtocol) -> Substring? { cut(around: word)?.behind }

    /// The texts on both sides of the first of the word's places; nil where it has none.
    @inlinable package func cut(around word: some StringProtocol) -> (before: Substring, behind: Substring)? {
        Needle(word).ranges(in: utf8, atMost: 1).first.map { place in
            let start = utf8.index(startIndex, offsetBy: place.lowerBound)
            return (self[..<start], self[utf8.index(start, offsetBy: place.count)...])
        }
    }

    /// The text with another word in the place of each of this one.
    @inlinable package func replacing(word: some StringProtocol, by other: String) -> String {
        let places = Needle(word).ranges(in: utf8)
        guard !places.isEmpty else { return String(self) }
        var text = ""
        var rest = self[...]
        var offset = 0
        for place in places {
            let start = rest.utf8.index(rest.startIndex, offsetBy: place.lowerBound - offset)
            text += rest[..<start]
            text += other
            rest = rest[rest.utf8.index(start, offsetBy: place.count)...]
            offset = place.upperBound
        }
        return text + rest
    }

    /// The pieces between the bytes that fulfil the condition, which is true of bytes of ASCII alone.
    @inlinable package func pieces(
        atMost most: Int = .max, keepingEmpty: Bool = true, between isBorder: (UInt8) -> Bool
    ) -> [Substring] {
        utf8.split(
            maxSplits: most == .max ? most : most - 1, omittingEmptySubsequences: !keepingEmpty,
            whereSeparator: isBorder
        ).map { self[$0.startIndex..<$0.endIndex] }
    }

    /// The lines without their ends, which are LF alone.
    @inlinable package var lines: [Substring] { pieces { $0 == 0x0A } }
}

extension UInt8 {
    /// A letter or digit of ASCII.
    @inlinable package var isWordByte: Bool { (0x30...0x39).contains(self) || isLetterOfASCII }
    @inlinable package var isLetterOfASCII: Bool { (0x61...0x7A).contains(self | 0x20) }
    @inlinable package var lowercasedASCII: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}

extension String {
    /// The text with small letters of ASCII in the place of its capitals.
    @inlinable package var lowercasedASCII: String { String(decoding: utf8.lazy.map(\.lowercasedASCII), as: UTF8.self) }
}
