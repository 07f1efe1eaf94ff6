import JSON
import Router

extension JSONValue {
    /// A count as programs give it, within reason; 0 for what is none.
    var count: Int { integer.map { Int(max(0, min($0, 1 << 40))) } ?? 0 }

    /// Dollars, as millionths of one.
    var microdollars: Int? {
        switch self {
        case .integer(let dollars) where (0...1_000_000).contains(dollars): Int(dollars) * 1_000_000
        case .number(let dollars) where dollars >= 0 && dollars <= 1_000_000: Int((dollars * 1_000_000).rounded())
        default: nil
        }
    }
}

extension Usage {
    /// Subtracts an earlier total. One that went down began anew.
    func since(_ earlier: Usage) -> Usage {
        guard input >= earlier.input, output >= earlier.output, cached >= earlier.cached else { return self }
        return Usage(
            input: input - earlier.input, output: output - earlier.output, cached: cached - earlier.cached,
            microdollars: microdollars)
    }
}

extension String {
    /// True if it can stand in a command line as the name of a session: no option, nothing odd, not long.
    var isPlainName: Bool {
        guard let first = utf8.first, utf8.count <= 200, first != UInt8(ascii: "-") else { return false }
        return utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: ":"):
                true
            default: false
            }
        }
    }
}
