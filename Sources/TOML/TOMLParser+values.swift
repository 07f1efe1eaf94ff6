extension TOMLParser {
    /// Reads a value that lies so deep.
    mutating func value(depth: Int) throws(TOMLError) -> TOMLNode {
        try count()
        guard depth < limits.depth else { throw error("values are nested deeper than \(limits.depth)") }
        let start = mark()
        switch peek {
        case UInt8(ascii: "\""):
            let isLong = peek(1) == UInt8(ascii: "\"") && peek(2) == UInt8(ascii: "\"")
            return text(isLong ? try longBasicString() : try basicString(), at: start)
        case UInt8(ascii: "'"):
            let isLong = peek(1) == UInt8(ascii: "'") && peek(2) == UInt8(ascii: "'")
            return text(isLong ? try longLiteralString() : try literalString(), at: start)
        case UInt8(ascii: "["): return TOMLNode(.array(try array(depth: depth)), at: start)
        case UInt8(ascii: "{"): return try inlineTable(depth: depth, at: start)
        default: return TOMLNode(.word(try word()), at: start)
        }
    }

    private func text(_ bytes: [UInt8], at start: TOMLPosition) -> TOMLNode {
        TOMLNode(.string(String(decoding: bytes, as: UTF8.self)), at: start)
    }

    /// May go over several lines, and end with a comma.
    private mutating func array(depth: Int) throws(TOMLError) -> [TOMLNode] {
        position += 1
        var elements: [TOMLNode] = []
        while true {
            try skipBlank()
            if take("]") { return elements }
            elements.append(try value(depth: depth + 1))
            try skipBlank()
            if take("]") { return elements }
            guard take(",") else { throw error("a list goes on with , or ends with ]") }
        }
    }

    /// Stands on one line, and nothing is added to it later.
    private mutating func inlineTable(depth: Int, at start: TOMLPosition) throws(TOMLError) -> TOMLNode {
        position += 1
        let table = TOMLTableBuilder(.header, at: start)
        skipSpace()
        if take("}") { return table.node }
        while true {
            skipSpace()
            try pair(into: table, depth: depth + 1)
            skipSpace()
            if take("}") { return table.node }
            guard take(",") else { throw error("a table in { } goes on with , or ends with }") }
        }
    }

    /// Reads a value without quotes: a number, a time, or `true` or `false`.
    private mutating func word() throws(TOMLError) -> String {
        let start = position
        skipWord()
        // A day and a time may have a space between them.
        if TOMLWord.isDay(bytes[start..<position]), peek == 0x20, let digit = peek(1), digit.isDigit {
            position += 1
            skipWord()
        }
        guard let word = TOMLWord.text(of: bytes[start..<position]) else {
            position = start
            throw error("there should be a value here: a text needs quotes around it")
        }
        return word
    }

    private mutating func skipWord() {
        while let byte = peek, byte.isOfWord { position += 1 }
    }
}

/// Forms of values without quotes.
enum TOMLWord {
    /// The value without underscores; nil for what is none.
    static func text(of bytes: ArraySlice<UInt8>) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        if ["true", "false", "inf", "+inf", "-inf", "nan", "+nan", "-nan"].contains(text) { return text }
        if isDay(bytes) || isTime(bytes) || isMoment(bytes) { return text }
        return isNumber(bytes) ? String(decoding: bytes.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self) : nil
    }

    static func isDay(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.has(form: "dddd-dd-dd") }

    /// `07:32:00`, perhaps with a fraction.
    private static func isTime(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.prefix(8).has(form: "dd:dd:dd") else { return false }
        let fraction = bytes.dropFirst(8)
        return fraction.isEmpty
            || fraction.first == UInt8(ascii: ".") && fraction.count > 1 && fraction.dropFirst().allSatisfy(\.isDigit)
    }

    /// A day and a time, perhaps with the distance from UTC.
    private static func isMoment(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard isDay(bytes.prefix(10)), let between = bytes.dropFirst(10).first, "Tt ".utf8.contains(between) else {
            return false
        }
        var time = bytes.dropFirst(11)
        if let last = time.last, "Zz".utf8.contains(last) {
            time = time.dropLast()
        } else if let sign = time.suffix(6).first, "+-".utf8.contains(sign), time.suffix(5).has(form: "dd:dd") {
            time = time.dropLast(6)
        }
        return isTime(time)
    }

    private static func isNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
        switch String(decoding: bytes.prefix(2), as: UTF8.self) {
        case "0x": return isRun(bytes.dropFirst(2)) { $0.isDigit || (0x61...0x66).contains($0 | 0x20) }
        case "0o": return isRun(bytes.dropFirst(2)) { (0x30...0x37).contains($0) }
        case "0b": return isRun(bytes.dropFirst(2)) { $0 == 0x30 || $0 == 0x31 }
        default: break
        }
        var rest = bytes.first.map { "+-".utf8.contains($0) } == true ? bytes.dropFirst() : bytes
        let whole = rest.prefix { $0.isDigit || $0 == UInt8(ascii: "_") }
        guard isRun(whole, of: \.isDigit), whole.count == 1 || whole.first != UInt8(ascii: "0") else { return false }
        rest = rest.dropFirst(whole.count)
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix { $0.isDigit || $0 == UInt8(ascii: "_") }
            guard isRun(fraction, of: \.isDigit) else { return false }
            rest = rest.dropFirst(1 + fraction.count)
        }
        if let exponent = rest.first, "eE".utf8.contains(exponent) {
            rest = rest.dropFirst()
            if let sign = rest.first, "+-".utf8.contains(sign) { rest = rest.dropFirst() }
            return isRun(rest, of: \.isDigit)
        }
        return rest.isEmpty
    }

    /// Digits, with single underscores between them.
    private static func isRun(_ bytes: ArraySlice<UInt8>, of isDigit: (UInt8) -> Bool) -> Bool {
        !bytes.isEmpty
            && bytes.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && $0.allSatisfy(isDigit)
            }
    }
}

extension ArraySlice<UInt8> {
    /// True if each byte is what the form has in its place, where `d` is a digit.
    fileprivate func has(form: String) -> Bool {
        count == form.utf8.count
            && zip(self, form.utf8).allSatisfy { $1 == UInt8(ascii: "d") ? $0.isDigit : $0 == $1 }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }

    /// May stand in a value without quotes.
    fileprivate var isOfWord: Bool {
        isDigit || (0x61...0x7A).contains(self | 0x20) || "+-_.:".utf8.contains(self)
    }
}
