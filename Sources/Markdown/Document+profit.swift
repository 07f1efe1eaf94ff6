import Text

extension Document {
    /// True if it holds what WeCom's Markdown shows better than plain text: headings, bold, links, quotes, code in a line,
    /// colours. Lists, tables and blocks of code read the same in both.
    package var profitsFromMarkdown: Bool { blocks.contains(where: \.profitsFromMarkdown) }
}

extension Block {
    fileprivate var profitsFromMarkdown: Bool {
        switch self {
        case .heading, .quote: true
        case .paragraph(let words): words.profitFromMarkdown
        case .list(let list): list.items.contains { $0.blocks.contains(where: \.profitsFromMarkdown) }
        case .table(let table):
            table.header.contains(where: \.profitFromMarkdown)
                || table.rows.joined().contains(where: \.profitFromMarkdown)
        case .code, .rule, .verbatim: false
        }
    }
}

extension [Inline] {
    fileprivate var profitFromMarkdown: Bool {
        contains { inline in
            switch inline {
            case .strong, .code, .font, .image: true
            case .link(let words, let destination):
                !leadsToItself(words.visibleText, destination)
            case .emphasis(let inner), .strikethrough(let inner): inner.profitFromMarkdown
            case .text, .softBreak, .lineBreak: false
            }
        }
    }
}
