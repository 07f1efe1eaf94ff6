import Text

/// The reason why a text is not read as JSON, and at which byte.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    package let reason: String
    package let offset: Int
    /// It may be JSON, and holds more than its limits allow.
    package let isTooMuch: Bool

    init(reason: String, offset: Int, isTooMuch: Bool = false) {
        self.reason = reason
        self.offset = offset
        self.isTooMuch = isTooMuch
    }

    package var description: String {
        isTooMuch ? "\(reason) (at byte \(offset))" : "not JSON at byte \(offset): \(reason)"
    }
}

extension JSONValue {
    /// Parses one value and nothing behind it. A text whose values would take more memory than `limits` allow is refused
    /// before any is made.
    package init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
        var parser = try JSONParser(bytes: bytes, limits: limits)
        self = try parser.parseDocument()
    }

    /// Reads a text that was weighed before we wrote it; nil for any other.
    package init?(storedAs text: String) {
        guard let value = try? JSONValue(parsing: Array(text.utf8), limits: .stored) else { return nil }
        self = value
    }
}

/// A strict RFC 8259 parser over checked bytes. Of a member that comes twice, the first counts.
///
/// Containers are made as large as they will be: one that grows takes up to three times its room on the way.
struct JSONParser {
    private let bytes: [UInt8]
    private let maxDepth: Int
    private var position = 0
    private var depth = 0
    /// The number of elements or members each container has, in the order in which they open.
    private let counts: [Int32]
    private var opened = 0

    init(bytes: [UInt8], limits: JSONLimits) throws(JSONError) {
        self.bytes = bytes
        maxDepth = limits.depth
        counts = try JSONScale(bytes, limits: limits).counts
    }

    mutating func parseDocument() throws(JSONError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        let value = try parseValue()
        skipSpace()
        guard position == bytes.count else { throw error("something follows the value") }
        return value
    }

    private mutating func parseValue() throws(JSONError) -> JSONValue {
        skipSpace()
        guard let first = peek else { throw error("the text ends where a value should be") }
        switch first {
        case UInt8(ascii: "{"): return try nested { parser throws(JSONError) in try parser.parseObject() }
        case UInt8(ascii: "["): return try nested { parser throws(JSONError) in try parser.parseArray() }
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        default: throw error("a value cannot begin with this")
        }
    }

    private mutating func nested(
        _ parse: (inout JSONParser) throws(JSONError) -> JSONValue
    ) throws(JSONError) -> JSONValue {
        depth += 1
        guard depth <= maxDepth else { throw error("nested deeper than \(maxDepth)") }
        position += 1
        opened += 1
        let value = try parse(&self)
        depth -= 1
        return value
    }

    private mutating func parseObject() throws(JSONError) -> JSONValue {
        var members: [JSONValue.Member] = []
        members.reserveCapacity(countOfOpened)
        skipSpace()
        if take("}") { return .object(members) }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw error("a member's name must be a string") }
            let name = try parseString()
            skipSpace()
            guard take(":") else { throw error("':' is missing behind a member's name") }
            members.append(JSONValue.Member(name, try parseValue()))
            skipSpace()
        } while take(",")
        guard take("}") else { throw error("',' or '}' is missing") }
        return .object(members)
    }

    private mutating func parseArray() throws(JSONError) -> JSONValue {
        var elements: [JSONValue] = []
        elements.reserveCapacity(countOfOpened)
        skipSpace()
        if take("]") { return .array(elements) }
        repeat {
            elements.append(try parseValue())
            skipSpace()
        } while take(",")
        guard take("]") else { throw error("',' or ']' is missing") }
        return .array(elements)
    }

    /// The count of the container that has just opened.
    private var countOfOpened: Int { Int(counts[opened - 1]) }

    private mutating func parseWord(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for expected in word.description.utf8 {
            guard peek == expected else { throw error("'\(word)' was expected") }
            position += 1
        }
        return value
    }

    private mutating func parseNumber() throws(JSONError) -> JSONValue {
        let start = position
        _ = take("-")
        let firstDigit = position
        try takeDigits()
        if bytes[firstDigit] == UInt8(ascii: "0"), position > firstDigit + 1 {
            throw error("a number has a leading zero")
        }
        var isInteger = true
        if take(".") {
            isInteger = false
            try takeDigits()
        }
        if take("e") || take("E") {
            isInteger = false
            if !take("+") { _ = take("-") }
            try takeDigits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw error("a number is out of range") }
        return .number(number)
    }

    private mutating func takeDigits() throws(JSONError) {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw error("a digit is missing") }
    }

    private mutating func parseString() throws(JSONError) -> String {
        position += 1
        let start = position
        while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        if peek == UInt8(ascii: "\"") {
            defer { position += 1 }
            return try checked(bytes[start..<position])
        }
        var unescaped: [UInt8] = []
        // It gets no longer by what its escapes become.
        unescaped.reserveCapacity(JSONScale.end(ofStringAt: position, bytes) - start)
        unescaped += bytes[start..<position]
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try checked(unescaped[...])
            case UInt8(ascii: "\\"): try parseEscape(into: &unescaped)
            case 0..<0x20: throw error("a control character stands in a string")
            default: unescaped.append(byte)
            }
        }
        throw error("a string has no end")
    }

    private func checked(_ bytes: ArraySlice<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw error("a string is not UTF-8") }
        return text
    }

    private mutating func parseEscape(into out: inout [UInt8]) throws(JSONError) {
        guard let byte = peek else { throw error("a string has no end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(8)
        case UInt8(ascii: "f"): out.append(12)
        case UInt8(ascii: "n"): out.append(10)
        case UInt8(ascii: "r"): out.append(13)
        case UInt8(ascii: "t"): out.append(9)
        case UInt8(ascii: "u"): append(try parseScalar(), to: &out)
        default: throw error("an escape that JSON does not know")
        }
    }

    /// One `\uXXXX`, or two that form a pair; half a pair becomes U+FFFD.
    private mutating func parseScalar() throws(JSONError) -> Unicode.Scalar {
        let high = try parseFourHexDigits()
        if let scalar = Unicode.Scalar(high) { return scalar }
        let rest = position
        if high < 0xDC00, take("\\"), take("u") {
            let low = try parseFourHexDigits()
            if (0xDC00...0xDFFF).contains(low),
                let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
            {
                return scalar
            }
        }
        position = rest
        return "\u{FFFD}"
    }

    private mutating func parseFourHexDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = peek?.hexDigitValue else { throw error("\\u needs four hex digits") }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func error(_ reason: String) -> JSONError { JSONError(reason: reason, offset: position) }
}

/// Written out: a text may be nothing but escapes, and comes from strangers.
private func append(_ scalar: Unicode.Scalar, to out: inout [UInt8]) {
    let value = scalar.value
    func tail(_ shift: UInt32) -> UInt8 { UInt8(0x80 | value >> shift & 0x3F) }
    switch value {
    case 0..<0x80: out.append(UInt8(value))
    case 0..<0x800:
        out.append(UInt8(0xC0 | value >> 6))
        out.append(tail(0))
    case 0..<0x10000:
        out.append(UInt8(0xE0 | value >> 12))
        out.append(tail(6))
        out.append(tail(0))
    default:
        out.append(UInt8(0xF0 | value >> 18))
        out.append(tail(12))
        out.append(tail(6))
        out.append(tail(0))
    }
}
