/// Tells keys by the bytes that a terminal sends for them. A key whose bytes have not all come waits for the rest.
struct KeyReader: Sendable {
    enum Key: Equatable, Sendable {
        case scalar(Unicode.Scalar)
        case enter, backspace, delete
        /// Ctrl-D: the end of an empty line's input, else the character at the cursor.
        case endOrDelete
        case left, right, home, lineEnd, up, down
        case eraseToEnd, eraseToStart, eraseWord
    }

    private var waiting: [UInt8] = []

    mutating func take(_ bytes: [UInt8]) -> [Key] {
        waiting += bytes
        var (keys, rest): ([Key], ArraySlice<UInt8>) = ([], waiting[...])
        while let (key, length) = next(in: rest) {
            if let key { keys.append(key) }
            rest = rest.dropFirst(length)
        }
        waiting = Array(rest)
        return keys
    }

    /// The first key and the number of its bytes; nil where there is none, or not all of it.
    private func next(in bytes: ArraySlice<UInt8>) -> (key: Key?, length: Int)? {
        guard let first = bytes.first else { return nil }
        switch first {
        case 0x1B: return sequence(in: bytes)
        case 0x00..<0x20, 0x7F: return (control(first), 1)
        default: return scalar(in: bytes, beginningWith: first)
        }
    }

    private func control(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x01: .home
        case 0x02: .left
        case 0x04: .endOrDelete
        case 0x05: .lineEnd
        case 0x06: .right
        case 0x08, 0x7F: .backspace
        case 0x09: .scalar(" ")
        case 0x0A, 0x0D: .enter
        case 0x0B: .eraseToEnd
        case 0x0E: .down
        case 0x10: .up
        case 0x15: .eraseToStart
        case 0x17: .eraseWord
        default: nil
        }
    }

    /// Reads a key that begins with an escape: `[` or `O`, digits and signs, and a letter or `~`. Of others two bytes are passed over.
    private func sequence(in bytes: ArraySlice<UInt8>) -> (key: Key?, length: Int)? {
        guard let kind = bytes.dropFirst().first else { return nil }
        guard kind == UInt8(ascii: "[") || kind == UInt8(ascii: "O") else { return (nil, 2) }
        let body = bytes.dropFirst(2)
        guard let last = body.firstIndex(where: { (0x40...0x7E).contains($0) }) else {
            if body.count > KeyReader.longest { return (nil, bytes.count) }
            return nil
        }
        let length = last - bytes.startIndex + 1
        switch (String(decoding: body[..<last], as: UTF8.self), body[last]) {
        case (_, UInt8(ascii: "A")): return (.up, length)
        case (_, UInt8(ascii: "B")): return (.down, length)
        case (_, UInt8(ascii: "C")): return (.right, length)
        case (_, UInt8(ascii: "D")): return (.left, length)
        case (_, UInt8(ascii: "H")), ("1", UInt8(ascii: "~")), ("7", UInt8(ascii: "~")): return (.home, length)
        case (_, UInt8(ascii: "F")), ("4", UInt8(ascii: "~")), ("8", UInt8(ascii: "~")): return (.lineEnd, length)
        case ("3", UInt8(ascii: "~")): return (.delete, length)
        default: return (nil, length)
        }
    }

    private static let longest = 16

    /// A byte that begins no character is passed over.
    private func scalar(in bytes: ArraySlice<UInt8>, beginningWith first: UInt8) -> (key: Key?, length: Int)? {
        let length =
            switch first {
            case 0x20...0x7E: 1
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 0
            }
        guard length > 0 else { return (nil, 1) }
        guard bytes.count >= length else { return nil }
        guard let scalar = String(validating: bytes.prefix(length), as: UTF8.self)?.unicodeScalars.first else {
            return (nil, 1)
        }
        return (.scalar(scalar), length)
    }
}
