import Text

/// Rows under headings, in columns as wide as they need to be. A column without a word is left out. Where the terminal is too
/// narrow, free columns are cut.
struct TextTable {
    /// A heading, and whether what stands below it may be cut.
    struct Column: ExpressibleByStringLiteral {
        let heading: String
        var isFree = false

        init(_ heading: String) { self.heading = heading }
        init(stringLiteral heading: String) { self.heading = heading }

        /// A column of what people or agents wrote.
        static func free(_ heading: String) -> Column {
            var column = Column(heading)
            column.isFree = true
            return column
        }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    private static let gap = 2
    /// A free column is cut to no less.
    private static let narrowest = 8

    init(_ columns: Column...) { self.columns = columns }

    mutating func add(_ cells: String...) { rows.append(cells.map { printable($0, most: 200) }) }

    /// The table in lines of at most so many columns; nil for any number.
    func text(width: Int?) -> String {
        let used = columns.indices.filter { column in rows.contains { !$0[column].isEmpty } }
        let widths = widths(of: used, within: width)
        return ([columns.map(\.heading)] + rows).map { cells in
            let padded = zip(used, widths).map { column, width in
                let cell = cells[column].cut(toColumns: width)
                return cell + String(repeating: " ", count: width - cell.displayWidth)
            }
            let line = padded.joined(separator: String(repeating: " ", count: TextTable.gap)).trimmingEnd
            return (width.map { line.cut(toColumns: $0) } ?? line) + "\n"
        }.joined()
    }

    private func widths(of used: [Int], within width: Int?) -> [Int] {
        var widths = used.map { column in
            rows.reduce(columns[column].heading.displayWidth) { max($0, $1[column].displayWidth) }
        }
        guard let width else { return widths }
        let free = used.indices.filter { columns[used[$0]].isFree }
        let fixed = used.indices.filter { !columns[used[$0]].isFree }.reduce(0) { $0 + widths[$1] }
        var room = width - fixed - TextTable.gap * (used.count - 1)
        // The narrow ones first: what they leave is for the others.
        for (place, column) in free.sorted(by: { widths[$0] < widths[$1] }).enumerated() {
            widths[column] = min(widths[column], max(TextTable.narrowest, room / (free.count - place)))
            room -= widths[column]
        }
        return widths
    }
}

/// Values behind their names, a line each; those without a word are left out.
func particulars(_ values: [(name: String, value: String)]) -> String {
    values.filter { !$0.value.isEmpty }.map { name, value in
        name + String(repeating: " ", count: 12 - name.count) + value + "\n"
    }.joined()
}

/// A text from outside, on one line and cut, without what a terminal would obey.
func printable(_ text: String, most: Int) -> String {
    var line = ""
    for scalar in text.unicodeScalars.prefix(most) {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: line += " "
        case .format, .surrogate, .privateUse: break
        default: line.unicodeScalars.append(scalar)
        }
    }
    return text.unicodeScalars.count > most ? line + "…" : line
}

extension String {
    fileprivate var trimmingEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
