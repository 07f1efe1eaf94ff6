/// A walk over bytes that are JSON, or may be a part of some. It never fails: what is not closed ends with the bytes.
struct JSONScan {
    let bytes: [UInt8]
    var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
    }

    /// Passes one byte if it is this.
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    /// Passes the string that begins here. Returns it with its quotes.
    mutating func passString() -> ArraySlice<UInt8> {
        let start = position
        position += 1
        while let byte = next, byte != UInt8(ascii: "\"") { position += byte == UInt8(ascii: "\\") ? 2 : 1 }
        position = min(position + 1, bytes.count)
        return bytes[start..<position]
    }

    /// Passes the number or the word that begins here.
    mutating func passWord() -> ArraySlice<UInt8> {
        let start = position
        while let byte = next, !byte.endsWord { position += 1 }
        return bytes[start..<position]
    }

    /// Passes the value that begins here, with all that is in it.
    mutating func passValue() {
        var depth = 0
        repeat {
            skipSpace()
            switch next {
            case nil: return
            case UInt8(ascii: "\""): _ = passString()
            case UInt8(ascii: "{"), UInt8(ascii: "["): (depth, position) = (depth + 1, position + 1)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { return }
                (depth, position) = (depth - 1, position + 1)
            case UInt8(ascii: ","), UInt8(ascii: ":"): position += 1
            default: _ = passWord()
            }
        } while depth > 0
    }
}

extension UInt8 {
    fileprivate var endsWord: Bool {
        switch self {
        case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: "\""), 0x20, 0x09...0x0D:
            true
        default: false
        }
    }
}
