import Text

/// A job's number: 64 bits, ordered by time, never used twice. People see it as `j-…`.
package struct JobID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: Int64
    package init(_ number: Int64) { self.number = number }

    /// Reads `j-…` as people copy it: either case, the prefix optional.
    package init?(_ text: some StringProtocol) {
        guard let number = Base32.decode(text, prefix: "j-") else { return nil }
        self.number = number
    }

    package var description: String { "j-" + Base32.encode(number) }
    package static func < (a: JobID, b: JobID) -> Bool { a.number < b.number }
}

/// A delivery's number, of the same make. People see it as `d-…`.
package struct DeliveryID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: Int64
    package init(_ number: Int64) { self.number = number }

    package init?(_ text: some StringProtocol) {
        guard let number = Base32.decode(text, prefix: "d-") else { return nil }
        self.number = number
    }

    package var description: String { "d-" + Base32.encode(number) }
    package static func < (a: DeliveryID, b: DeliveryID) -> Bool { a.number < b.number }
}

/// Crockford's base 32: thirteen characters without those that people confuse, in the order of the numbers.
enum Base32 {
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    static func encode(_ number: Int64) -> String {
        var rest = UInt64(bitPattern: number)
        var digits = [UInt8](repeating: alphabet[0], count: 13)
        for index in digits.indices.reversed() {
            digits[index] = alphabet[Int(rest & 31)]
            rest >>= 5
        }
        return String(decoding: digits, as: UTF8.self)
    }

    static func decode(_ text: some StringProtocol, prefix: String) -> Int64? {
        let lowered = String(text).lowercasedASCII
        let digits = lowered.after(prefix) ?? lowered[...]
        guard digits.utf8.count == 13 else { return nil }
        var number: UInt64 = 0
        for digit in digits.utf8 {
            guard let value = alphabet.firstIndex(of: digit), number >> 59 == 0 else { return nil }
            number = number << 5 | UInt64(value)
        }
        return Int64(exactly: number)
    }
}
