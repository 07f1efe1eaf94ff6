import Text

extension TOMLParser {
    /// Reads `"…"`, with escapes.
    mutating func basicString() throws(TOMLError) -> [UInt8] {
        position += 1
        var text: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return text
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0x0A: throw error("a text in \" ends on its own line: write \"\"\" around one of several lines")
            default: text.append(try plainByte())
            }
        }
        throw error("a text has no closing \"")
    }

    /// Reads `'…'`, as it stands.
    mutating func literalString() throws(TOMLError) -> [UInt8] {
        position += 1
        var text: [UInt8] = []
        while let byte = peek {
            if byte == UInt8(ascii: "'") {
                position += 1
                return text
            }
            if byte == 0x0A { throw error("a text in ' ends on its own line: write ''' around one of several lines") }
            text.append(try plainByte())
        }
        throw error("a text has no closing '")
    }

    /// Reads `"""…"""`, with escapes, and `\` at the end of a line for nothing up to the next word.
    mutating func longBasicString() throws(TOMLError) -> [UInt8] {
        try longString(UInt8(ascii: "\"")) { parser, text throws(TOMLError) in
            if parser.endsLineByEscape {
                parser.position += 1
                parser.skipSpace()
                while parser.takeLineEnd() { parser.skipSpace() }
            } else {
                try parser.escape(into: &text)
            }
        }
    }

    /// Reads `'''…'''`, as it stands.
    mutating func longLiteralString() throws(TOMLError) -> [UInt8] {
        try longString(UInt8(ascii: "'")) { parser, text throws(TOMLError) in
            text.append(UInt8(ascii: "\\"))
            parser.position += 1
        }
    }

    private mutating func longString(
        _ quote: UInt8, _ takeBackslash: (inout TOMLParser, inout [UInt8]) throws(TOMLError) -> Void
    ) throws(TOMLError) -> [UInt8] {
        position += 3
        _ = takeLineEnd()
        var text: [UInt8] = []
        while let byte = peek {
            if byte == quote, peek(1) == quote, peek(2) == quote {
                // Up to two quotes more belong to the text.
                var count = 3
                while count < 5, peek(count) == quote { count += 1 }
                text += [UInt8](repeating: quote, count: count - 3)
                position += count
                return text
            }
            if takeLineEnd() {
                text.append(0x0A)
            } else if byte == UInt8(ascii: "\\") {
                try takeBackslash(&self, &text)
            } else {
                text.append(try plainByte())
            }
        }
        throw error("a text of several lines has no closing quotes")
    }

    private mutating func plainByte() throws(TOMLError) -> UInt8 {
        let byte = bytes[position]
        guard byte == 0x09 || byte >= 0x20, byte != 0x7F else { throw error("a control character stands in a text") }
        position += 1
        return byte
    }

    /// True if nothing but space stands behind the backslash here.
    private var endsLineByEscape: Bool {
        var ahead = 1
        while peek(ahead) == 0x20 || peek(ahead) == 0x09 { ahead += 1 }
        return peek(ahead) == 0x0A || peek(ahead) == 0x0D && peek(ahead + 1) == 0x0A
    }

    private mutating func escape(into text: inout [UInt8]) throws(TOMLError) {
        guard let name = peek(1) else { throw error("a text ends with a backslash") }
        let plain: UInt8
        switch name {
        case UInt8(ascii: "b"): plain = 0x08
        case UInt8(ascii: "t"): plain = 0x09
        case UInt8(ascii: "n"): plain = 0x0A
        case UInt8(ascii: "f"): plain = 0x0C
        case UInt8(ascii: "r"): plain = 0x0D
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): plain = name
        case UInt8(ascii: "u"): return try scalar(digits: 4, into: &text)
        case UInt8(ascii: "U"): return try scalar(digits: 8, into: &text)
        default: throw error("this escape is none of TOML: write \\\\ for a backslash")
        }
        text.append(plain)
        position += 2
    }

    private mutating func scalar(digits: Int, into text: inout [UInt8]) throws(TOMLError) {
        let end = position + 2 + digits
        var value: UInt32 = 0
        for place in (position + 2)..<end {
            guard place < bytes.count, let digit = bytes[place].hexDigitValue else {
                throw error("this escape needs \(digits) hex digits")
            }
            value = value << 4 | UInt32(digit)
        }
        guard let scalar = Unicode.Scalar(value) else { throw error("this escape is no character of Unicode") }
        position = end
        text += Array(String(scalar).utf8)
    }
}
