extension TOMLParser {
    /// Reads `a.b."c d"`, below tables that lie so deep.
    mutating func keys(depth: Int) throws(TOMLError) -> [TOMLKey] {
        var keys: [TOMLKey] = []
        repeat {
            skipSpace()
            guard depth + keys.count < limits.depth else {
                throw error("tables are nested deeper than \(limits.depth)")
            }
            try count()
            keys.append(try key())
            skipSpace()
        } while take(".")
        return keys
    }

    private mutating func key() throws(TOMLError) -> TOMLKey {
        let start = mark()
        let bytes: [UInt8]
        switch peek {
        case UInt8(ascii: "\""): bytes = try basicString()
        case UInt8(ascii: "'"): bytes = try literalString()
        default:
            let first = position
            while let byte = peek, byte.isOfBareKey { position += 1 }
            guard position > first else {
                throw error("a key should stand here: letters, digits, _ and -, or a text in quotes")
            }
            bytes = Array(self.bytes[first..<position])
        }
        guard bytes.count <= limits.keyBytes else {
            throw TOMLError(at: start, "a key is longer than \(limits.keyBytes) bytes")
        }
        return TOMLKey(bytes: bytes, start: start)
    }
}

extension UInt8 {
    fileprivate var isOfBareKey: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
