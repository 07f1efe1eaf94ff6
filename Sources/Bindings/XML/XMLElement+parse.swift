internal import CXML2

extension XMLElement {
    /// Reads a UTF-8 document into its root element.
    ///
    /// Nothing outside the bytes is ever read, no entity but the five of XML itself is known, and whatever else of XML WeCom
    /// never writes is refused before libxml2 sees it: see `Screen`.
    package init(parsing bytes: [UInt8], limits: XMLLimits = XMLLimits()) throws(XMLError) {
        guard bytes.count <= limits.bytes else { throw .tooLarge(limit: limits.bytes) }
        var builder = TreeBuilder(limits: limits, capacity: bytes.count)
        let fault = try unsafe bytes.withUnsafeBufferPointer { bytes throws(XMLError) in
            let start = unsafe bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            var screen = unsafe Screen(bytes, from: start, limits: limits)
            try screen.run()
            return unsafe withUnsafeMutablePointer(to: &builder) { builder in
                unsafe run(on: bytes, from: start, past: screen.plainSections, into: builder)
            }
        }
        if let refusal = builder.refusal { throw refusal }
        if let fault { throw fault }
        guard let root = builder.root else { throw .malformed(line: 1, column: 1, reason: "there is no element") }
        self = root
    }
}

/// Pushes the whole text through libxml2, which reports to `builder`; returns what libxml2 found wrong.
private func run(
    on bytes: UnsafeBufferPointer<UInt8>, from start: Int, past sections: [Range<Int>],
    into builder: UnsafeMutablePointer<TreeBuilder>
) -> XMLError? {
    guard let parser = unsafe SpareParser.take(reportingTo: builder) else {
        return .malformed(line: 1, column: 1, reason: "no memory for a parser")
    }
    defer { unsafe SpareParser.giveBack(parser) }
    unsafe builder.pointee.parser = unsafe parser
    unsafe xmlCtxtUseOptions(parser, SAXEvents.options)
    // The encoding is settled beforehand, or the first bytes and the XML declaration could choose another.
    unsafe xmlSwitchEncoding(parser, XML_CHAR_ENCODING_UTF8)
    let status = unsafe Feed(parser: parser, builder: builder).push(bytes, from: start, past: sections)
    guard unsafe status != 0 || parser.pointee.wellFormed == 0 else { return nil }
    defer { xmlResetLastError() }
    return unsafe fault(of: parser)
}

private func fault(of parser: xmlParserCtxtPtr) -> XMLError {
    guard let error = unsafe xmlCtxtGetLastError(parser) else {
        return .malformed(line: 1, column: 1, reason: "it is not well-formed")
    }
    let message = unsafe error.pointee.message.map { unsafe String(cString: $0) } ?? "it is not well-formed"
    return unsafe .malformed(
        line: max(1, Int(error.pointee.line)),
        column: max(1, Int(error.pointee.int2)),
        reason: oneLine(message)
    )
}

/// libxml2 ends its messages with a newline and quotes names of any length.
private func oneLine(_ message: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in message.unicodeScalars.prefix(120) { line.append(isLineEnd(scalar) ? " " : scalar) }
    while line.last == " " { line.removeLast() }
    return String(line)
}

private func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
    (0x0A...0x0D).contains(scalar.value) || [0x85, 0x2028, 0x2029].contains(scalar.value)
}
