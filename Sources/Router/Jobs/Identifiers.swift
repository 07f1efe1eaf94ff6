import Text

/// A job's number. People see it as `j-…`.
package typealias JobID = Identifier<JobNumbering>

/// A delivery's number. People see it as `d-…`.
package typealias DeliveryID = Identifier<DeliveryNumbering>

/// A question's number. Cards bear it as `q-…`.
package typealias QuestionID = Identifier<QuestionNumbering>

/// A number of 64 bits, ordered by time and never used twice, of one kind of thing.
package struct Identifier<Kind: IdentifierKind>: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: Int64

    package init(_ number: Int64) { self.number = number }

    /// Reads a number as people copy it: in either case, and without its prefix where the kind allows that.
    package init?(_ text: some StringProtocol) {
        guard Kind.mayLackPrefix || text.utf8.starts(with: Kind.prefix.utf8),
            let number = Base32.decode(text, prefix: Kind.prefix)
        else { return nil }
        self.number = number
    }

    package var description: String { Kind.prefix + Base32.encode(number) }
    package static func < (a: Identifier, b: Identifier) -> Bool { a.number < b.number }
}

extension JobID {
    /// Six digits by which a person names a failed job to whoever runs the router. Others have the same, most of them old.
    package var shortNumber: String {
        let mixed = UInt64(bitPattern: number) &* 0x9E37_79B9_7F4A_7C15
        let digits = String((mixed >> 32) % 1_000_000)
        return String(repeating: "0", count: JobID.shortLength - digits.utf8.count) + digits
    }

    package static let shortLength = 6
}

/// A kind of thing that is numbered.
package protocol IdentifierKind: Sendable {
    /// The text before its numbers.
    static var prefix: String { get }
    /// True if a number is known without the prefix.
    static var mayLackPrefix: Bool { get }
}

package enum JobNumbering: IdentifierKind {
    package static let prefix = "j-"
    package static let mayLackPrefix = true
}

package enum DeliveryNumbering: IdentifierKind {
    package static let prefix = "d-"
    package static let mayLackPrefix = true
}

package enum QuestionNumbering: IdentifierKind {
    package static let prefix = "q-"
    package static let mayLackPrefix = false
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
