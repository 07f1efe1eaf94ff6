import Text

/// Lays out a table for a narrow window: in columns if they fit, else each row as a record of named values.
struct TableLayout {
    private struct Cell {
        var text = ""
        var width = 0
    }

    /// The columns that a chat on a phone shows in a line, about.
    private static let maxWidth = 40
    /// Columns with longer names cannot be records, which would repeat them.
    private static let maxNameWidth = 60

    private let alignments: [Block.Table.Alignment]
    private let header: [Cell]
    private let rows: [[Cell]]
    private let style: any Style

    init(_ table: Block.Table, style: any Style, inline: InlineRenderer) {
        func cell(_ words: Block.Table.Cell, isHeader: Bool) -> Cell {
            let text = oneLine(inline.text(of: words, isBold: isHeader))
            let visible = oneLine(words.visibleText)
            let shown = isHeader && !text.isEmpty ? style.strong(text) : text
            return Cell(text: shown, width: style.width(of: text, visibleText: visible))
        }
        self.style = style
        alignments = table.alignments
        header = table.header.map { cell($0, isHeader: true) }
        rows = table.rows.map { $0.map { cell($0, isHeader: false) } }
    }

    var lines: [String] {
        let widths = columnWidths
        if widths.reduce(-3, { $0 + $1 + 3 }) <= TableLayout.maxWidth { return aligned(widths) }
        if header.count > 1, header.allSatisfy({ $0.width <= TableLayout.maxNameWidth }) { return records }
        return ([header] + rows).map { $0.map(\.text).joined(separator: " | ") }
    }

    private var columnWidths: [Int] {
        var widths = header.map(\.width)
        for row in rows {
            for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.width) }
        }
        return widths
    }

    private func aligned(_ widths: [Int]) -> [String] {
        let isNamed = header.contains { $0.width > 0 }
        let shown = (isNamed ? [header] : []) + rows
        var lines = shown.map { line($0, widths) }
        if isNamed, header.count > 1 {
            lines.insert(widths.map { String(repeating: "-", count: $0) }.joined(separator: "-+-"), at: 1)
        }
        return lines
    }

    private func line(_ row: [Cell], _ widths: [Int]) -> String {
        let cells = widths.indices.map { column in
            padded(column < row.count ? row[column] : Cell(), to: widths[column], alignments[column])
        }
        return String(cells.joined(separator: " | ").withoutSpaceAtEnd)
    }

    private func padded(_ cell: Cell, to width: Int, _ alignment: Block.Table.Alignment) -> String {
        let space = width - cell.width
        let before = alignment == .left ? 0 : alignment == .right ? space : space / 2
        return String(repeating: " ", count: before) + cell.text + String(repeating: " ", count: space - before)
    }

    /// A blank line between records; what is empty is left out.
    private var records: [String] {
        let records = rows.map { row in
            zip(header, row).filter { !$1.text.isEmpty }.map { name, value in
                name.text.isEmpty ? value.text : name.text + colon(after: name) + value.text
            }
        }
        let shown = records.filter { !$0.isEmpty }
        guard !shown.isEmpty else { return [header.map(\.text).joined(separator: " | ")] }
        return Array(shown.joined(separator: [""]))
    }

    private func colon(after name: Cell) -> String {
        name.text.unicodeScalars.contains(where: \.isWide) ? "：" : ": "
    }
}

/// Line ends in a cell become strokes.
private func oneLine(_ text: String) -> String {
    text.scalarPieces(between: \.endsLine).joined(separator: " / ")
}
