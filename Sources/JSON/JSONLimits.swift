/// The limits of a document: its depth, and the memory of its values.
///
/// A value takes more memory than text: `0,` is two bytes and becomes 24. So the room for values grows with the text, and
/// ends at `most` whatever the text's length.
package struct JSONLimits: Sendable, Equatable {
    package var depth: Int
    /// Bytes of memory that values may take however short the text is.
    package var base: Int
    /// Bytes of memory more for each byte of text.
    package var perByte: Int
    /// Bytes of memory at most.
    package var most: Int

    package init(depth: Int = 64, base: Int = 4 << 20, perByte: Int = 2, most: Int = 32 << 20) {
        self.depth = depth
        self.base = base
        self.perByte = perByte
        self.most = most
    }

    /// The limits of lists of many small objects, from whom we asked for them.
    package static let lists = JSONLimits(perByte: 8, most: 64 << 20)

    /// The limits of texts that were weighed before we wrote them: a text that has been kept is never refused.
    package static let stored = JSONLimits(perByte: JSONWeight.mostPerByte, most: .max)

    /// Bytes of memory that the values of a text of this length may take.
    package func weight(ofText bytes: Int) -> Int {
        let (more, overflows) = bytes.multipliedReportingOverflow(by: perByte)
        return overflows ? most : min(most, base + min(more, Int.max - base))
    }
}
