extension BlockParser {
    mutating func parseFencedCode(_ fence: Fence) -> Block {
        next += 1
        var code: [Line] = []
        while let line = peek {
            next += 1
            if fence.isClosed(by: line) { break }
            code.append(line.dropping(columns: fence.indentation))
        }
        return .code(language: fence.language, code.joinedText)
    }

    mutating func parseIndentedCode() -> Block {
        var code: [Line] = []
        while let line = peek, line.isBlank || line.indentation >= 4 {
            code.append(line.dropping(columns: 4))
            next += 1
        }
        while code.last?.isBlank == true { code.removeLast() }
        return .code(language: nil, code.joinedText)
    }

    /// A formula on lines of its own, which may look like lists or headings.
    mutating func parseFormula() -> Block? {
        guard let end = formulaEnd() else { return nil }
        defer { next = end + 1 }
        return .verbatim(lines[next...end].joinedText)
    }

    /// The last line of the formula that begins at `next`: `$$` or `\[` alone there, its counterpart a few lines below.
    func formulaEnd() -> Int? {
        guard let line = peek, line.count < 1000 else { return nil }
        let body = line.trimmed
        let end = body.starts(with: "$$") ? "$$" : body.starts(with: "\\[") ? "\\]" : ""
        guard body.count == 2, !end.isEmpty else { return nil }
        return lines[(next + 1)...].prefix(BlockParser.longestFormula).firstIndex {
            $0.trimmed.elementsEqual(end.utf8)
        }
    }

    private static let longestFormula = 100
}
