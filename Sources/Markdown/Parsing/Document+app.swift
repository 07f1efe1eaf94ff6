import Text

extension Document {
    /// Reads a text as WeCom reads an app's Markdown, line by line: headings, quotes, and within a line bold, links, code and
    /// colours. There are no lists, tables or blocks of code: they stand as they were typed.
    package init(ofApp text: String) {
        var blocks: [Block] = []
        for line in text.lines {
            if let heading = AppLine.heading(line) {
                blocks.append(heading)
            } else if let quoted = line.after(">") {
                blocks.append(quoted.hasWords ? .quote([.paragraph(AppLine.inlines(quoted))]) : .quote([]))
            } else if case .paragraph(let words) = blocks.last, line.hasWords {
                blocks[blocks.count - 1] = .paragraph(words + [.lineBreak] + AppLine.inlines(line))
            } else {
                blocks.append(.paragraph(AppLine.inlines(line)))
            }
        }
        self.blocks = blocks
    }
}

private enum AppLine {
    private static let deepest = 6

    static func heading(_ line: Substring) -> Block? {
        let level = line.utf8.prefix { $0 == UInt8(ascii: "#") }.count
        let rest = line.dropFirst(level)
        guard (1...deepest).contains(level), rest.begins(with: " ") else { return nil }
        return .heading(level: level, inlines(rest))
    }

    static func inlines(_ line: Substring) -> [Inline] {
        parseInlines(Array(line.withoutSpaceAround.utf8), references: References(in: [Line]()))
    }
}
