/// Checks text that comes in pieces, cut anywhere: a fault is known at the byte that makes it one.
package struct UTF8Check: Sendable {
    /// The bytes that the scalar at the end still needs, and those that may come next of them.
    private var missing = 0
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    package init() {}

    /// True if no scalar is cut at the end of what has come.
    package var isComplete: Bool { missing == 0 }

    /// True if this goes on from what came before it. After a false it is of no use.
    package mutating func take(_ bytes: Span<UInt8>) -> Bool {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if missing == 0, byte < 0x80 {
                index = asciiEnd(bytes, from: index)
                continue
            }
            if missing == 0, isWholeHan(bytes, at: index) {
                index += 3
                continue
            }
            guard missing == 0 ? begin(byte) : goOn(byte) else { return false }
            index += 1
        }
        return true
    }

    /// Begins a scalar of two bytes or more. The second tells the overlong ones, surrogates and what is beyond Unicode.
    private mutating func begin(_ byte: UInt8) -> Bool {
        switch byte {
        case 0xC2...0xDF: (missing, allowed) = (1, 0x80...0xBF)
        case 0xE0: (missing, allowed) = (2, 0xA0...0xBF)
        case 0xED: (missing, allowed) = (2, 0x80...0x9F)
        case 0xE1...0xEF: (missing, allowed) = (2, 0x80...0xBF)
        case 0xF0: (missing, allowed) = (3, 0x90...0xBF)
        case 0xF1...0xF3: (missing, allowed) = (3, 0x80...0xBF)
        case 0xF4: (missing, allowed) = (3, 0x80...0x8F)
        default: return false
        }
        return true
    }

    private mutating func goOn(_ byte: UInt8) -> Bool {
        guard allowed.contains(byte) else { return false }
        missing -= 1
        allowed = 0x80...0xBF
        return true
    }
}

/// True if a scalar of three bytes stands there whole, of those whose second byte may be any: most of Chinese.
private func isWholeHan(_ bytes: Span<UInt8>, at index: Int) -> Bool {
    index + 2 < bytes.count && (0xE1...0xEC).contains(bytes[index])
        && bytes[index + 1] & 0xC0 == 0x80 && bytes[index + 2] & 0xC0 == 0x80
}

/// The end of the run of ASCII that begins at `start`; sixteen bytes are looked at together.
private func asciiEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    while index + 16 <= bytes.count {
        var together: UInt8 = 0
        for offset in 0..<16 { together |= bytes[index + offset] }
        guard together < 0x80 else { break }
        index += 16
    }
    while index < bytes.count, bytes[index] < 0x80 { index += 1 }
    return index
}
