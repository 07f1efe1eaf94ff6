import Text

/// Tells line by line what stands in a fenced block of code, its fences included.
struct CodeFenceReader {
    /// The marks of the block that is open.
    private var open: FenceMarks?

    mutating func take(_ line: Substring) -> Bool {
        let indent = line.utf8.prefix { $0 == UInt8(ascii: " ") }.count
        let text = line.utf8.dropFirst(indent)
        guard let open else {
            open = indent < 4 ? FenceMarks(beginning: text) : nil
            return open != nil
        }
        let marks = text.prefix { $0 == open.mark }
        if indent < 4, open.areClosed(by: marks), text[marks.endIndex...].allSatisfy({ $0 == 0x20 || $0 == 0x0D }) {
            self.open = nil
        }
        return true
    }
}

/// The targets of a line's links and pictures; those within code are left out.
struct LinkTargets {
    private(set) var targets: [String] = []

    /// A longer target is none, and a longer line has none.
    private static let longest = (target: 1024, line: 64 << 10)

    /// `budget` is spent on each place where something might be.
    init(in line: Substring, budget: inout Int) {
        guard line.utf8.count <= LinkTargets.longest.line else { return }
        var rest = line.utf8
        while budget > 0, let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"): rest = rest.dropFirst()
            case UInt8(ascii: "`"):
                budget -= 1
                LinkTargets.skipCode(&rest)
            case UInt8(ascii: "]") where rest.first == UInt8(ascii: "("):
                budget -= 1
                rest = rest.dropFirst()
                if let target = LinkTargets.target(rest) { targets.append(target) }
            default: break
            }
        }
    }

    /// Behind the first backtick of code; where it has no end it is none.
    private static func skipCode(_ rest: inout Substring.UTF8View) {
        let length = 1 + rest.prefix { $0 == UInt8(ascii: "`") }.count
        rest = rest.dropFirst(length - 1)
        var inner = rest
        while let next = inner.firstIndex(of: UInt8(ascii: "`")) {
            let run = inner[next...].prefix { $0 == UInt8(ascii: "`") }
            inner = inner[run.endIndex...]
            if run.count == length { return rest = inner }
        }
    }

    private static func target(_ text: Substring.UTF8View) -> String? {
        let text = text.drop { $0 == UInt8(ascii: " ") }.prefix(longest.target)
        if text.first == UInt8(ascii: "<") {
            guard let end = text.firstIndex(of: UInt8(ascii: ">")) else { return nil }
            return String(text[text.startIndex..<end].dropFirst())
        }
        var depth = 0
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")") where depth == 0: return String(text[..<index])
            case UInt8(ascii: ")"): depth -= 1
            // A title may follow.
            case 0...0x20: return text[index...].contains(UInt8(ascii: ")")) ? String(text[..<index]) : nil
            default: break
            }
        }
        return nil
    }
}
