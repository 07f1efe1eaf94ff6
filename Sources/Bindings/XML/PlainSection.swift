/// Finds CDATA sections that are long and plain: nothing in them but printable ASCII, and no `]`.
///
/// libxml2 goes over the bytes of a section three times, one by one. Of a callback that was a quarter of all the work,
/// and in a plain section there is nothing to find.
@safe enum PlainSection {
    private static let opening: StaticString = "<![CDATA["
    private static let closing: StaticString = "]]>"

    /// Shorter ones are not worth a push of their own.
    private static let shortest = 64

    /// The text of the first such section that opens at or behind `start`. The same bytes may stand in a comment, where
    /// they are none: libxml2 has to be asked.
    static func next(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Range<Int>? {
        var index = start
        while index < bytes.count {
            guard unsafe bytes[index] == UInt8(ascii: "<"), unsafe isAt(index, opening, in: bytes) else {
                index &+= 1
                continue
            }
            let text = index + opening.utf8CodeUnitCount
            index = unsafe endOfPlainText(in: bytes, from: text)
            if index - text >= shortest, unsafe isAt(index, closing, in: bytes) { return text..<index }
        }
        return nil
    }

    private static func isAt(_ index: Int, _ mark: StaticString, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard index + mark.utf8CodeUnitCount <= bytes.count else { return false }
        for offset in 0..<mark.utf8CodeUnitCount {
            guard unsafe bytes[index + offset] == mark.utf8Start[offset] else { return false }
        }
        return true
    }

    /// The last few bytes of a document count as something else: there is no section in them that has an end.
    private static func endOfPlainText(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        while index + 8 <= bytes.count {
            let word = unsafe UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let others = marksOfOthers(in: UInt64(littleEndian: word))
            guard others == 0 else { return index + others.trailingZeroBitCount / 8 }
            index += 8
        }
        return index
    }

    /// Looks at eight bytes at once. The top bit of each, which ASCII does not use, is set where the byte is not plain.
    private static func marksOfOthers(in word: UInt64) -> UInt64 {
        let isPrintable = (word | eight(0x80)) &- eight(0x20)
        let isNotBracket = (word ^ eight(UInt8(ascii: "]")) | eight(0x80)) &- eight(1)
        return (word | ~(isPrintable & isNotBracket)) & eight(0x80)
    }

    private static func eight(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
}
