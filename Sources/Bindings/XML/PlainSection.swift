/// Tells CDATA sections that are long and plain: nothing in them but printable ASCII, and no `]`.
///
/// libxml2 goes over the bytes of a section three times, one by one. Of a callback that was a quarter of all the work,
/// and in a plain section there is nothing to find.
@safe enum PlainSection {
    /// Shorter ones are not worth a push of their own.
    static let shortest = 64

    /// Finds the end of plain text that begins at `start`: in a section, in front of its `]]>` or of the first byte that is not
    /// plain. The last few bytes of a document never count as plain: no section in them has an end.
    static func end(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
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
