import Text

/// A mark of the Chinese keyboard where YAML wants one of ASCII: `name：dept-a`, or white space before a key that YAML
/// does not take for such.
struct FullWidthSlip: Equatable {
    let line: Int
    let column: Int
    let complaint: String

    static let colon = "："
    static let colonComplaint = "has a full-width colon (：), which is none in YAML: write : and a space behind it"

    /// The slips of a text, in order, at most a thousand.
    static func all(in text: String) -> [FullWidthSlip] {
        var slips: [FullWidthSlip] = []
        for (index, line) in text.lines.enumerated() where slips.count < 1000 {
            if let slip = FullWidthSlip(line, number: index + 1) { slips.append(slip) }
        }
        return slips
    }

    /// The one that is to blame for what went wrong at a line; nil if none is near.
    static func near(line: Int, in text: String) -> FullWidthSlip? {
        all(in: text).filter { (line - 3...line + 1).contains($0.line) }
            .min { abs($0.line - line) < abs($1.line - line) }
    }

    private init?(_ line: Substring, number: Int) {
        self.line = number
        var rest = line.unicodeScalars[...]
        func column() -> Int {
            line.unicodeScalars.distance(from: line.unicodeScalars.startIndex, to: rest.startIndex) + 1
        }
        while let first = rest.first, first == " " || first == "-" { rest = rest.dropFirst() }
        if rest.first == "\u{3000}" || rest.first == "\u{A0}" {
            self.column = column()
            complaint =
                "this line begins with white space that YAML does not know: indent it with spaces of the keyboard"
            return
        }
        let key = rest.prefix {
            $0.isASCII && ($0.properties.isAlphabetic || "_-.0123456789".unicodeScalars.contains($0))
        }
        rest = rest.dropFirst(key.count)
        guard !key.isEmpty, rest.first == "：" else { return nil }
        self.column = column()
        complaint = "\(Substring(key)) \(FullWidthSlip.colonComplaint)"
    }
}

/// True if a text stands in quotes of the Chinese keyboard, which YAML takes for a part of it.
func isInFullWidthQuotes(_ text: String) -> Bool {
    let quotes: Set<Unicode.Scalar> = ["“", "”", "‘", "’", "＂", "＇", "「", "」"]
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last, text.unicodeScalars.count > 1
    else {
        return false
    }
    return quotes.contains(first) && quotes.contains(last)
}
