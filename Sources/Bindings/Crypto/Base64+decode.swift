extension Base64 {
    /// Strict: whole groups of four, padding where it belongs, spare bits zero, nothing else. Nil for any other text.
    package static func decode(_ text: String) -> [UInt8]? { decode(text.utf8Span.span) }

    package static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        let padding = paddingLength(of: text)
        let length = text.count / 4 * 3 - padding
        var spareBits: UInt32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: length) { output, written in
            let output = UnsafeMutableRawBufferPointer(output)
            guard let spare = unsafe decode(text, count: text.count - padding, into: output) else { return }
            spareBits = spare
            written = length
        }
        return bytes.count == length && spareBits == 0 ? bytes : nil
    }

    /// Decodes a secret that lacks its padding and drops spare bits, whatever they are: WeCom picks the 43 characters of
    /// a key at random, so three keys in four have some. Nil when a character is none of the alphabet's.
    package static func decodeUnpadded(_ secret: SecretBytes) -> SecretBytes? {
        guard secret.count % 4 != 1 else { return nil }
        var isValid = false
        let decoded = unsafe SecretBytes(count: secret.count * 3 / 4) { output in
            isValid = secret.withSpan { unsafe decode($0, count: $0.count, into: output) } != nil
        }
        return isValid ? decoded : nil
    }

    package static func isDigit(_ byte: UInt8) -> Bool { values[Int(byte)] != invalid }

    private static func paddingLength(of text: Span<UInt8>) -> Int {
        let equals = UInt8(ascii: "=")
        guard text.count >= 4, text[text.count - 1] == equals else { return 0 }
        return text[text.count - 2] == equals ? 2 : 1
    }

    /// Decodes `count` characters and returns the bits that were left over; nil when a character is wrong.
    private static func decode(
        _ text: Span<UInt8>,
        count: Int,
        into output: UnsafeMutableRawBufferPointer
    ) -> UInt32? {
        // What is stored of a group is a byte too long, so another has to follow.
        let groups = max(0, count / 4 - 1)
        guard unsafe decodeGroups(groups, of: text, into: output) else { return nil }
        var seen: UInt8 = 0
        var written = groups * 3
        var bits: UInt32 = 0
        var available = 0
        for index in groups * 4..<count {
            let value = values[Int(text[index])]
            seen |= value
            bits = bits << 6 | UInt32(value)
            available += 6
            guard available >= 8 else { continue }
            available -= 8
            unsafe output[written] = UInt8(truncatingIfNeeded: bits >> UInt32(available))
            written += 1
        }
        return seen & invalid == 0 ? bits & ((1 << UInt32(available)) - 1) : nil
    }

    /// Decodes so many groups of four characters; false when one of them is wrong.
    private static func decodeGroups(
        _ groups: Int,
        of text: Span<UInt8>,
        into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        guard groups > 0 else { return true }
        precondition(groups * 4 <= text.count && groups * 3 < output.count, "there is room for the groups")
        var seen: UInt32 = 0
        unsafe text.withUnsafeBytes { text in
            unsafe storedValues.withUnsafeBufferPointer { values in
                for group in 0..<groups {
                    let place = group &* 4
                    let stored =
                        unsafe values[Int(text[place])] | values[256 &+ Int(text[place &+ 1])]
                        | values[512 &+ Int(text[place &+ 2])] | values[768 &+ Int(text[place &+ 3])]
                    seen |= stored
                    unsafe output.storeBytes(of: stored, toByteOffset: group &* 3, as: UInt32.self)
                }
            }
        }
        return seen.bigEndian & 0xFF == 0
    }

    /// Set in the value of every byte that is no digit, and in none of the others.
    private static let invalid: UInt8 = 0x80

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: invalid, count: 256)
        for (value, digit) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8.enumerated() {
            values[Int(digit)] = UInt8(value)
        }
        return values
    }()

    /// The bits that a character adds to the three bytes of its group as they lie in memory, for each of its four places there.
    /// A fourth byte says whether it is no digit.
    private static let storedValues: [UInt32] = (0..<4).flatMap { place in
        values.map { value in
            let stored: UInt32 = value & invalid == 0 ? UInt32(value) << UInt32(26 - 6 * place) : 1
            return stored.bigEndian
        }
    }
}
