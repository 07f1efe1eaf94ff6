import Text

/// The texts at the foot of a terminal that still change, the oldest first: as rows, so that they can be drawn over.
struct GrowingBlocks: Sendable {
    private var blocks: [(id: UInt64, text: String)] = []

    /// More of them would leave no room for what was said before.
    private static let mostBlocks = 2
    /// The most rows of a text that are shown: its last.
    private static let mostRows = 6

    mutating func set(_ text: String, of id: UInt64) {
        if let index = blocks.firstIndex(where: { $0.id == id }) {
            blocks[index].text = text
        } else {
            blocks.append((id, text))
        }
    }

    mutating func remove(_ id: UInt64) { blocks.removeAll { $0.id == id } }

    /// The rows as they fit into so many columns. The last column stays free, as that of a line that is edited.
    func rows(columns: Int) -> [String] {
        blocks.suffix(GrowingBlocks.mostBlocks).flatMap { block in
            block.text.split(separator: "\n", omittingEmptySubsequences: false)  // short: what is shown of it is cut
                .flatMap { GrowingBlocks.rows(of: $0, columns: max(2, columns - 1)) }.suffix(GrowingBlocks.mostRows)
        }
    }

    private static func rows(of line: Substring, columns: Int) -> [String] {
        var (rows, width) = ([""], 0)
        // A control character would move what is drawn.
        for character in line
        where !character.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            let own = character.displayWidth
            if width + own > columns {
                rows.append("")
                width = 0
            }
            rows[rows.count - 1].append(character)
            width += own
        }
        return rows
    }
}
