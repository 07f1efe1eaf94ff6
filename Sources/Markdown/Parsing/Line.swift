/// A line of the source, or what containers left of it.
typealias Line = ArraySlice<UInt8>

/// The lines without their ends, which may be LF, CR LF or CR.
func splitIntoLines(_ bytes: [UInt8]) -> [Line] {
    var lines: [Line] = []
    var start = bytes.starts(with: "\u{FEFF}") ? 3 : 0
    var position = start
    while position < bytes.count {
        let byte = bytes[position]
        position += 1
        guard byte == "\n" || byte == "\r" else { continue }
        lines.append(bytes[start..<position - 1])
        if byte == "\r", position < bytes.count, bytes[position] == "\n" { position += 1 }
        start = position
    }
    if start < bytes.count { lines.append(bytes[start...]) }
    return lines
}

extension Line {
    var isBlank: Bool { allSatisfy(\.isSpaceOrTab) }

    /// The columns of white space it begins with; a tab reaches to the next multiple of four.
    var indentation: Int {
        var columns = 0
        for byte in self {
            switch byte {
            case " ": columns += 1
            case "\t": columns += 4 - columns % 4
            default: return columns
            }
        }
        return columns
    }

    /// The line without `columns` of the white space it begins with; what a tab reaches beyond them becomes spaces.
    func dropping(columns: Int) -> Line {
        var rest = self
        var column = 0
        while column < columns, let first = rest.first, first.isSpaceOrTab {
            column += first == " " ? 1 : 4 - column % 4
            rest.removeFirst()
        }
        return column > columns ? Array(repeating: 0x20, count: column - columns) + rest : rest
    }

    /// Three or more of one of `-`, `_` and `*`, and nothing else.
    var isRule: Bool {
        let body = trimmedStart
        guard let mark = body.first, mark == "-" || mark == "_" || mark == "*" else { return false }
        return body.allSatisfy { $0 == mark || $0.isSpaceOrTab } && body.count { $0 == mark } >= 3
    }

    /// The line without the `>` of a quote; nil when it has none.
    var quoted: Line? {
        guard indentation < 4 else { return nil }
        let body = trimmedStart
        guard let first = body.first, first == ">" else { return nil }
        return body.dropFirst().dropping(columns: 1)
    }
}

extension RandomAccessCollection<Line> {
    var joinedText: String { Array(joined(separator: [0x0A])).text }
}
