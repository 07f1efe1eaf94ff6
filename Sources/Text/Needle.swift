/// A word that is looked for in text, byte by byte.
///
/// A search costs the text's length and the word's, however often either repeats itself: what matched so far is not read
/// again (Knuth, Morris and Pratt).
@usableFromInline package struct Needle: Sendable {
    @usableFromInline let bytes: [UInt8]
    /// The number of bytes that still match when the next one does not, for each number that did.
    @usableFromInline let fallbacks: [Int]

    /// An empty word is found nowhere.
    @inlinable package init(_ word: some StringProtocol) {
        bytes = Array(word.utf8)
        var fallbacks = [0, 0]
        var matched = 0
        for byte in bytes.dropFirst() {
            while matched > 0, bytes[matched] != byte { matched = fallbacks[matched] }
            if bytes[matched] == byte { matched += 1 }
            fallbacks.append(matched)
        }
        self.fallbacks = fallbacks
    }

    /// The places of the word, as offsets in bytes, from left to right and none within another. At most so many.
    @inlinable package func ranges(in text: some Sequence<UInt8>, atMost most: Int = .max) -> [Range<Int>] {
        guard let first = bytes.first, most > 0 else { return [] }
        var found: [Range<Int>] = []
        var (matched, offset) = (0, 0)
        for byte in text {
            offset += 1
            if matched == 0 {
                if byte != first { continue }
                matched = 1
            } else {
                while matched > 0, bytes[matched] != byte { matched = fallbacks[matched] }
                if bytes[matched] == byte { matched += 1 }
            }
            guard matched == bytes.count else { continue }
            found.append(offset - matched..<offset)
            if found.count == most { break }
            matched = 0
        }
        return found
    }
}
