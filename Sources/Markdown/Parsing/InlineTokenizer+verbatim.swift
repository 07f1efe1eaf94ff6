extension InlineTokenizer {
    /// Code between equally many backticks. A space at both ends is taken off: it may guard a backtick.
    mutating func scanCode() -> Scanned? {
        let count = bytes[position...].length(while: { $0 == "`" })
        guard let end = codeEnds[position] else { return (.text, position + count) }
        var code = bytes[(position + count)..<(end - count)].map { $0 == "\n" ? 0x20 : $0 }
        if code.count > 2, code.first == 0x20, code.last == 0x20, code.contains(where: { $0 != " " }) {
            code = Array(code.dropFirst().dropLast())
        }
        return (.code(code.text), end)
    }

    /// Finds for each run of backticks that has an equal one behind it where that ends.
    func endsOfCode() -> [Int: Int] {
        var ends: [Int: Int] = [:]
        var nextOfLength: [Int: Int] = [:]
        var end = bytes.count
        while end > 0 {
            guard bytes[end - 1] == "`" else {
                end -= 1
                continue
            }
            var start = end
            while start > 0, bytes[start - 1] == "`" { start -= 1 }
            ends[start] = nextOfLength[end - start]
            nextOfLength[end - start] = end
            end = start
        }
        return ends
    }

    /// `$x$` and `$$x$$` are left as they are, and nothing in them is emphasis. `$5 and $6` are prices.
    mutating func scanFormula() -> Scanned? {
        if byte(at: 1, is: "$") {
            return end(of: "$$", from: position + 2).map { (.text, $0) } ?? (.text, position + 2)
        }
        guard position + 1 < bytes.count, !bytes[position + 1].isSpaceOrTab, bytes[position + 1] != "\n",
            let end = end(of: "$", from: position + 1)
        else { return nil }
        let last = bytes[end - 2]
        let isFollowedByDigit = end < bytes.count && bytes[end].isDigit
        guard !last.isSpaceOrTab, last != "\n", !isFollowedByDigit, !bytes[position..<end].contains(0x60) else {
            return nil
        }
        return (.text, end)
    }
}
