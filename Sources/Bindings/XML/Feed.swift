internal import CXML2

/// Hands a document to libxml2, but for the text of long plain sections: that goes straight to the builder, as soon as
/// libxml2 stands where it begins.
@safe struct Feed {
    let parser: xmlParserCtxtPtr
    let builder: UnsafeMutablePointer<TreeBuilder>

    /// Pushes `bytes` from `start` on, but for the texts of `sections`; returns libxml2's result for them.
    func push(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, past sections: [Range<Int>]) -> Int32 {
        var position = start
        for text in sections {
            _ = unsafe push(bytes, position..<text.lowerBound, isLast: false)
            position = text.lowerBound
            guard standsAtTextOfSection else { continue }
            unsafe builder.pointee.append(bytes.baseAddress.map { unsafe $0 + position }, Int32(text.count))
            unsafe parser.pointee.input.pointee.col += Int32(text.count)
            position = text.upperBound
        }
        return unsafe push(bytes, position..<bytes.count, isLast: true)
    }

    /// True if libxml2 has read all that it was given and is inside a CDATA section.
    private var standsAtTextOfSection: Bool {
        guard unsafe parser.pointee.instate == XML_PARSER_CDATA_SECTION, let input = unsafe parser.pointee.input else {
            return false
        }
        return unsafe input.pointee.cur == input.pointee.end
    }

    private func push(_ bytes: UnsafeBufferPointer<UInt8>, _ part: Range<Int>, isLast: Bool) -> Int32 {
        unsafe bytes.withMemoryRebound(to: CChar.self) { text in
            let start = unsafe text.baseAddress.map { unsafe $0 + part.lowerBound }
            return unsafe xmlParseChunk(parser, start, Int32(part.count), isLast ? 1 : 0)
        }
    }
}
