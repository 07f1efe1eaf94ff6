import Text

extension JSONValue {
    /// Compact UTF-8 without escapes that JSON does not demand: WeCom refuses some `\u` forms.
    package var bytes: [UInt8] {
        var out: [UInt8] = []
        write(to: &out)
        return out
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package func write(to out: inout [UInt8]) {
        switch self {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let flag): out.append(contentsOf: (flag ? "true" : "false").utf8)
        case .integer(let number): out.append(contentsOf: String(number).utf8)
        case .number(let number): out.append(contentsOf: (number.isFinite ? number.description : "null").utf8)
        case .string(let text): writeJSONString(text, to: &out)
        case .array(let elements):
            out.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                element.write(to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                member.write(to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }
}

extension JSONValue.Member {
    /// `"name":value`
    package func write(to out: inout [UInt8]) {
        writeJSONString(name, to: &out)
        out.append(UInt8(ascii: ":"))
        value.write(to: &out)
    }
}

private func writeJSONString(_ text: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    defer { out.append(UInt8(ascii: "\"")) }
    guard needsEscapes(text) else { return out.append(contentsOf: text.utf8) }
    // Between two escapes all is copied at once.
    let bytes = Array(text.utf8)
    var start = 0
    for index in bytes.indices where isEscaped(bytes[index]) {
        out.append(contentsOf: bytes[start..<index])
        writeEscape(of: bytes[index], to: &out)
        start = index + 1
    }
    out.append(contentsOf: bytes[start...])
}

private func writeEscape(of byte: UInt8, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\n"): out.append(UInt8(ascii: "n"))
    case UInt8(ascii: "\r"): out.append(UInt8(ascii: "r"))
    case UInt8(ascii: "\t"): out.append(UInt8(ascii: "t"))
    case 0..<0x20:
        out.append(contentsOf: "u00".utf8)
        out.append((byte >> 4).hexDigit)
        out.append((byte & 15).hexDigit)
    default: out.append(byte)
    }
}

private func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
}

private func needsEscapes(_ text: String) -> Bool {
    let bytes = text.utf8Span.span
    for index in bytes.indices where isEscaped(bytes[index]) { return true }
    return false
}
