/// Reads a document's marks before libxml2 does, and lets nothing through but those that WeCom writes: elements without
/// attributes, text, CDATA sections, a few comments and references, and an XML declaration at the head.
///
/// Whoever sends a document has proved nothing when it is read, and what libxml2 makes of the rest of XML can cost far more
/// than its bytes: it compares each attribute of an element with all others. Here each byte is looked at once, and what is
/// refused never gets to libxml2. What is merely broken does: libxml2 tells how.
@safe struct Screen {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let limits: XMLLimits
    private var position: Int
    private var references = 0
    private var comments = 0
    /// The texts of sections that are worth taking past libxml2, in order.
    private(set) var plainSections: [Range<Int>] = []

    /// Each costs libxml2 a push, and a push may look once more at all that came before it.
    private static let maxPlainSections = 4
    private static let longestDeclaration = 256

    /// The bytes have to outlive the screen.
    init(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, limits: XMLLimits) {
        unsafe self.bytes = unsafe bytes
        self.limits = limits
        position = start
    }

    /// Goes over the whole document, once.
    mutating func run() throws(XMLError) {
        takeDeclaration()
        while let byte = nextMark() {
            if byte == UInt8(ascii: "&") { try takeReference() } else { try takeTag() }
        }
    }

    // MARK: Marks

    /// Goes on to the next byte that begins something other than text.
    private mutating func nextMark() -> UInt8? {
        while let byte = byte(at: position) {
            if byte == UInt8(ascii: "<") || byte == UInt8(ascii: "&") { return byte }
            position += 1
        }
        return nil
    }

    private mutating func takeDeclaration() {
        guard isAt(position, "<?xml"), isSpace(at: position + 5) else { return }
        let limit = min(position + Screen.longestDeclaration, unsafe bytes.count)
        var end = position
        while end < limit, !isAt(end, "?>") { end += 1 }
        // One without an end is refused as an instruction.
        if end < limit { position = end + 2 }
    }

    private mutating func takeTag() throws(XMLError) {
        switch byte(at: position + 1) {
        case UInt8(ascii: "!"): try takeDeclared()
        case UInt8(ascii: "?"): throw refusal(of: .instruction)
        case UInt8(ascii: "/"):
            position += 2
            try takeName()
        default:
            position += 1
            try takeName()
            if byte(at: position) == UInt8(ascii: "/") { position += 1 }
        }
    }

    /// A name and the end of its tag, which libxml2 is left to miss.
    private mutating func takeName() throws(XMLError) {
        let start = position
        while let byte = byte(at: position), !isSpace(at: position), byte != UInt8(ascii: ">"),
            byte != UInt8(ascii: "/")
        {
            if byte == UInt8(ascii: ":") { throw refusal(of: .namespace) }
            position += 1
            if position - start > limits.nameLength { throw refusal(of: .longName) }
        }
        while isSpace(at: position) { position += 1 }
        guard let byte = byte(at: position) else { return }
        if byte != UInt8(ascii: ">") && byte != UInt8(ascii: "/") { throw refusal(of: .attribute) }
    }

    /// Takes a section or a comment, which begin with `<!`; refuses a declaration.
    private mutating func takeDeclared() throws(XMLError) {
        if isAt(position, "<![CDATA[") {
            takeSection()
        } else if isAt(position, "<!--") {
            comments += 1
            if comments > limits.comments { throw refusal(of: .comment) }
            position += 4
            skip(to: "-->")
        } else if isAt(position, "<!DOCTYPE") {
            throw .doctype
        } else {
            throw refusal(of: .declaration)
        }
    }

    private mutating func takeSection() {
        let text = position + 9
        position = unsafe PlainSection.end(in: bytes, from: text)
        if isAt(position, "]]>"), position - text >= PlainSection.shortest,
            plainSections.count < Screen.maxPlainSections
        {
            plainSections.append(text..<position)
        }
        skip(to: "]]>")
    }

    /// One of the five that need no declaration, or a character's number.
    private mutating func takeReference() throws(XMLError) {
        references += 1
        if references > limits.references { throw refusal(of: .reference) }
        let start = position
        position += 1
        while let byte = byte(at: position), byte != UInt8(ascii: ";") {
            position += 1
            if position - start > Screen.longestReference { throw refusal(of: .entity) }
        }
        guard byte(at: position) != nil, byte(at: start + 1) != UInt8(ascii: "#") else { return }
        guard Screen.known.contains(where: { isAt(start, $0) }) else { throw refusal(of: .entity) }
    }

    private static let known: [StaticString] = ["&lt;", "&gt;", "&amp;", "&quot;", "&apos;"]
    /// `&#x10FFFF;`, with zeros before it.
    private static let longestReference = 16

    // MARK: Bytes

    private func byte(at index: Int) -> UInt8? { unsafe index < bytes.count ? bytes[index] : nil }

    private func isSpace(at index: Int) -> Bool {
        switch byte(at: index) {
        case 0x20, 0x09, 0x0A, 0x0D: true
        default: false
        }
    }

    private func isAt(_ index: Int, _ mark: StaticString) -> Bool {
        guard unsafe index + mark.utf8CodeUnitCount <= bytes.count else { return false }
        for offset in 0..<mark.utf8CodeUnitCount {
            guard unsafe bytes[index + offset] == mark.utf8Start[offset] else { return false }
        }
        return true
    }

    /// Behind the next such mark, or to the end.
    private mutating func skip(to mark: StaticString) {
        while unsafe position < bytes.count, !isAt(position, mark) { position += 1 }
        position += mark.utf8CodeUnitCount
    }

    private func refusal(of mark: XMLMark) -> XMLError {
        var (line, column) = (1, 1)
        for index in unsafe 0..<min(position, bytes.count) {
            if unsafe bytes[index] == UInt8(ascii: "\n") { (line, column) = (line + 1, 1) } else { column += 1 }
        }
        return .unwanted(mark, line: line, column: column)
    }
}
