extension BlockParser {
    /// A table with more columns is text.
    private static let maxColumns = 64

    mutating func parseTable() -> Block? {
        guard isTableHead() else { return nil }
        let header = cells(of: lines[next])
        let alignments = cells(of: lines[next + 1]).map(alignment)
        next += 2
        var rows: [[Block.Table.Cell]] = []
        while let line = peek, line.contains(0x7C), !interruptsParagraph(line) {
            rows.append(cells(of: line).prefix(header.count).map { inlines($0[...]) })
            next += 1
        }
        let missing = Array(repeating: Block.Table.Alignment.left, count: max(0, header.count - alignments.count))
        return .table(
            Block.Table(
                alignments: Array((alignments + missing).prefix(header.count)),
                header: header.map { inlines($0[...]) }, rows: rows))
    }

    /// True if the lines at `next` are the head of a table and the dashes below it. They need not be as many as the head's
    /// cells when both are more than one: models miscount.
    func isTableHead() -> Bool {
        guard next + 1 < lines.endIndex, lines[next].contains(0x7C), isDelimiterRow(lines[next + 1]) else {
            return false
        }
        let (head, dashes) = (cells(of: lines[next]).count, cells(of: lines[next + 1]).count)
        return head <= BlockParser.maxColumns && (head == dashes || min(head, dashes) > 1)
    }

    private func isDelimiterRow(_ line: Line) -> Bool {
        guard line.allSatisfy({ $0 == "|" || $0 == "-" || $0 == ":" || $0.isSpaceOrTab }), line.contains(0x2D) else {
            return false
        }
        return cells(of: line).allSatisfy { cell in
            let dashes = cell.drop { $0 == ":" }.prefix { $0 == "-" }
            let colons = cell.count { $0 == ":" }
            return !dashes.isEmpty && cell.count == dashes.count + colons && colons < 3
        }
    }

    private func alignment(_ cell: [UInt8]) -> Block.Table.Alignment {
        switch (cell.first.map { $0 == ":" }, cell.last.map { $0 == ":" }) {
        case (true, true): .center
        case (_, true): .right
        default: .left
        }
    }

    /// The cells of a row; a bar behind a backslash is part of its cell.
    private func cells(of line: Line) -> [[UInt8]] {
        var body = line.trimmed
        if body.first.map({ $0 == "|" }) == true { body.removeFirst() }
        var cells: [[UInt8]] = []
        var cell: [UInt8] = []
        for byte in body {
            guard byte == "|" else {
                cell.append(byte)
                continue
            }
            if cell.last.map({ $0 == "\\" }) == true {
                cell[cell.count - 1] = byte
            } else {
                cells.append(Array(cell[...].trimmed))
                cell = []
            }
        }
        if !cell[...].isBlank || cells.isEmpty { cells.append(Array(cell[...].trimmed)) }
        return cells
    }
}
