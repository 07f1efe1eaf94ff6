import Text

/// Writes blocks in a style, as lines that containers put their marks before.
struct BlockRenderer {
    struct Line {
        var text: String
        /// Lists do not indent code: it is to be copied as it is.
        var isCode = false
    }

    let style: any Style
    let inline: InlineRenderer

    init(_ style: any Style) {
        self.style = style
        inline = InlineRenderer(style: style)
    }

    func text(of blocks: [Block]) -> String { lines(of: blocks).map(\.text).joined(separator: "\n") }

    private func lines(of blocks: [Block], isTight: Bool = false) -> [Line] {
        var lines: [Line] = []
        var previous: Block?
        for block in blocks {
            let more = self.lines(of: block)
            guard !more.isEmpty else { continue }
            if let previous, isSeparated(block, from: previous, isTight: isTight) { lines.append(Line(text: "")) }
            lines += more
            previous = block
        }
        return lines
    }

    /// A list stands close below the words that announce it, and in the items of a tight list.
    private func isSeparated(_ block: Block, from previous: Block, isTight: Bool) -> Bool {
        switch (previous, block) {
        case (.heading, _): style.separatesHeadings
        case (.paragraph(let words), .list(let list)):
            !(isTight || list.isTight && [":", "："].contains { words.visibleText.ends(with: $0) })
        default: true
        }
    }

    private func lines(of block: Block) -> [Line] {
        switch block {
        case .paragraph(let words): lines(inline.text(of: words))
        case .heading(let level, let words): lines(style.heading(inline.text(of: words, isBold: true), level: level))
        case .code(let language, let code):
            style.codeBlock(code, language: language).map { Line(text: $0, isCode: true) }
        case .quote(let blocks): lines(of: blocks).map { Line(text: $0.text.isEmpty ? ">" : "> " + $0.text) }
        case .list(let list): lines(of: list)
        case .table(let table): TableLayout(table, style: style, inline: inline).lines.map { Line(text: $0) }
        case .rule: lines(String(repeating: "-", count: 10))
        case .verbatim(let text): lines(text)
        }
    }

    private func lines(_ text: String) -> [Line] {
        text.isEmpty ? [] : text.lines.map { Line(text: String($0)) }
    }

    private func lines(of list: Block.List) -> [Line] {
        var lines: [Line] = []
        for (index, item) in list.items.enumerated() {
            if index > 0, !list.isTight || lines.last?.isCode ?? false { lines.append(Line(text: "")) }
            lines += self.lines(of: item, marker: marker(of: item, number: list.start.map { $0 + index }), list.isTight)
        }
        return lines
    }

    private func marker(of item: Block.List.Item, number: Int?) -> String {
        let number = number.map { "\($0). " }
        return switch item.isDone {
        case true?: (number ?? "") + "☑ "
        case false?: (number ?? "") + "☐ "
        case nil: number ?? "• "
        }
    }

    private func lines(of item: Block.List.Item, marker: String, _ isTight: Bool) -> [Line] {
        var lines = lines(of: item.blocks, isTight: isTight)
        if lines.first?.isCode ?? true { lines.insert(Line(text: ""), at: 0) }
        let indentation = style.indentation(below: marker)
        return lines.enumerated().map { index, line in
            if index == 0 {
                return Line(text: line.text.isEmpty ? String(marker.withoutSpaceAtEnd) : marker + line.text)
            }
            return line.isCode || line.text.isEmpty ? line : Line(text: indentation + line.text)
        }
    }
}
