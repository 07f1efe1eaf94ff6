import Text

/// Bytes compare with characters of ASCII, so that grammar reads as grammar.
extension UInt8 {
    static func == (byte: UInt8, scalar: Unicode.Scalar) -> Bool { UInt32(byte) == scalar.value }
    static func != (byte: UInt8, scalar: Unicode.Scalar) -> Bool { UInt32(byte) != scalar.value }
    static func ~= (scalar: Unicode.Scalar, byte: UInt8) -> Bool { UInt32(byte) == scalar.value }

    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    var isSpaceOrTab: Bool { self == " " || self == "\t" }
    var isASCIIPunctuation: Bool {
        switch self {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }
}

extension Collection where Element == UInt8 {
    var text: String { String(decoding: self, as: UTF8.self) }

    func starts(with prefix: String) -> Bool { starts(with: prefix.utf8) }

    /// The number of bytes at its beginning that fulfil `condition`.
    func length(while condition: (UInt8) -> Bool) -> Int { prefix(while: condition).count }
}

extension ArraySlice<UInt8> {
    var trimmedStart: ArraySlice<UInt8> { drop { $0.isSpaceOrTab } }

    var trimmedEnd: ArraySlice<UInt8> {
        var rest = self
        while let last = rest.last, last.isSpaceOrTab { rest.removeLast() }
        return rest
    }

    var trimmed: ArraySlice<UInt8> { trimmedStart.trimmedEnd }
}
