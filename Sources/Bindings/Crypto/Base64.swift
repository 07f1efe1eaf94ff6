/// Base64 with the standard alphabet (RFC 4648, section 4), over bytes.
package enum Base64 {
    package static func encode(_ bytes: [UInt8]) -> String {
        let length = (bytes.count + 2) / 3 * 4
        return unsafe String(unsafeUninitializedCapacity: length) { output in
            var read = 0
            var written = 0
            while read < bytes.count {
                let second = read + 1 < bytes.count ? bytes[read + 1] : 0
                let third = read + 2 < bytes.count ? bytes[read + 2] : 0
                let group = UInt32(bytes[read]) << 16 | UInt32(second) << 8 | UInt32(third)
                for position in 0..<4 {
                    unsafe output[written + position] = digit(group >> UInt32(18 - 6 * position))
                }
                read += 3
                written += 4
            }
            for missing in 0..<(3 - bytes.count % 3) % 3 {
                unsafe output[length - 1 - missing] = UInt8(ascii: "=")
            }
            return length
        }
    }

    /// The six low bits as a character.
    private static func digit(_ bits: UInt32) -> UInt8 {
        switch UInt8(bits & 63) {
        case let value where value < 26: value + UInt8(ascii: "A")
        case let value where value < 52: value - 26 + UInt8(ascii: "a")
        case let value where value < 62: value - 52 + UInt8(ascii: "0")
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }
}
