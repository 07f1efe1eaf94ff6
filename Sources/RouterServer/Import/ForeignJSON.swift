import JSON

/// A configuration in JSON as people write it: with remarks, and with commas behind the last member.
///
/// Both become spaces first, so that what is left is JSON with everything in its place.
struct ForeignJSON {
    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    private var line = 1
    private var column = 1

    /// Throws a fault with its place where the text is no JSON.
    static func read(_ bytes: [UInt8], named file: String) throws(ConfigurationError) -> ForeignNode {
        var reader = ForeignJSON(bytes, file)
        do throws(JSONError) {
            let value = try JSONValue(parsing: reader.bytes)
            if reader.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
            return reader.node(value)
        } catch {
            reader.advance(to: error.offset)
            throw .faults([Fault(reader.place, "is no JSON: \(error.reason)")], warnings: [])
        }
    }

    private init(_ bytes: [UInt8], _ file: String) {
        self.file = file
        self.bytes = ForeignJSON.withoutLastCommas(ForeignJSON.withoutRemarks(bytes))
    }

    // MARK: Places

    /// Goes along with a value that was read from here, token by token.
    private mutating func node(_ value: JSONValue) -> ForeignNode {
        skipToToken()
        let start = place
        switch value {
        case .object(let members):
            advance()
            var entries: [ForeignNode.Entry] = []
            for member in members {
                skipToToken()
                let keyPlace = place
                skipString()
                let value = node(member.value)
                if let entry = ForeignNode.entry(member.name, at: keyPlace, value) { entries.append(entry) }
            }
            skipToToken()
            advance()
            return ForeignNode(content: .table(entries), place: start)
        case .array(let elements):
            advance()
            let nodes = elements.map { node($0) }
            skipToToken()
            advance()
            return ForeignNode(content: .list(nodes), place: start)
        case .string(let text):
            skipString()
            return ForeignNode(content: .text(text), place: start)
        case .null, .bool, .integer, .number:
            let first = position
            while let byte = peek, !",]} \t\r\n".utf8.contains(byte) { advance() }
            let word = String(decoding: bytes[first..<position], as: UTF8.self)
            return ForeignNode(content: value == .null ? .nothing : .text(word), place: start)
        }
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
    private var place: Place { .file(file, line: line, column: column) }

    private mutating func skipToToken() {
        while let byte = peek, ",: \t\r\n".utf8.contains(byte) { advance() }
    }

    private mutating func skipString() {
        advance()
        while let byte = peek, byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\") { advance() }
            advance()
        }
        advance()
    }

    private mutating func advance(to offset: Int) {
        while position < min(offset, bytes.count) { advance() }
    }

    private mutating func advance() {
        guard let byte = peek else { return }
        position += 1
        if byte == 0x0A {
            (line, column) = (line + 1, 1)
        } else if peek.map({ $0 & 0xC0 != 0x80 }) ?? true {
            column += 1
        }
    }

    // MARK: What JSON does not have

    private static func withoutRemarks(_ bytes: [UInt8]) -> [UInt8] {
        var (bytes, position) = (bytes, 0)
        func at(_ place: Int) -> UInt8? { place < bytes.count ? bytes[place] : nil }
        while let byte = at(position) {
            switch (byte, at(position + 1)) {
            case (UInt8(ascii: "\""), _): position = end(ofStringAt: position, bytes)
            case (UInt8(ascii: "/"), UInt8(ascii: "/")):
                while let byte = at(position), byte != 0x0A {
                    bytes[position] = 0x20
                    position += 1
                }
            case (UInt8(ascii: "/"), UInt8(ascii: "*")):
                while let byte = at(position) {
                    let isEnd = byte == UInt8(ascii: "*") && at(position + 1) == UInt8(ascii: "/")
                    for place in position..<position + (isEnd ? 2 : 1) where bytes[place] != 0x0A {
                        bytes[place] = 0x20
                    }
                    position += isEnd ? 2 : 1
                    if isEnd { break }
                }
            default: position += 1
            }
        }
        return bytes
    }

    private static func withoutLastCommas(_ bytes: [UInt8]) -> [UInt8] {
        var (bytes, position) = (bytes, 0)
        var comma: Int?
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                comma = nil
                position = end(ofStringAt: position, bytes)
                continue
            case UInt8(ascii: ","): comma = position
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                if let comma { bytes[comma] = 0x20 }
                comma = nil
            case 0x20, 0x09, 0x0A, 0x0D: break
            default: comma = nil
            }
            position += 1
        }
        return bytes
    }

    private static func end(ofStringAt start: Int, _ bytes: [UInt8]) -> Int {
        var position = start + 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(position + 1, bytes.count)
    }
}
