/// Rows under headings, in columns as wide as they need to be; the last runs on.
struct TextTable {
    private let headings: [String]
    private var rows: [[String]] = []

    init(_ headings: String...) { self.headings = headings }

    mutating func add(_ cells: String...) { rows.append(cells.map { printable($0, most: 200) }) }

    var text: String {
        let lines = [headings] + rows
        let widths = headings.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { cells in
            let padded = cells.indices.map { column in
                column == cells.count - 1
                    ? cells[column]
                    : cells[column] + String(repeating: " ", count: widths[column] - cells[column].count)
            }
            return padded.joined(separator: "  ").trimmingEnd + "\n"
        }.joined()
    }
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

/// A time that has passed, for people: `40s`, `12m`, `3h`, `5d`.
func age(_ seconds: Int64) -> String {
    switch seconds {
    case ..<120: "\(seconds)s"
    case ..<7200: "\(seconds / 60)m"
    case ..<172_800: "\(seconds / 3600)h"
    default: "\(seconds / 86_400)d"
    }
}

extension String {
    fileprivate var trimmingEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
