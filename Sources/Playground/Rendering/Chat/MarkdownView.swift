import HTML
import Markdown
import Text

/// Markdown as WeCom shows it in a chat: an app's part of it, or all that a bot may write. Links open nothing: they show where
/// they lead.
struct MarkdownView {
    let document: Document
    /// Marks that apps' messages do not know stand as they were typed.
    let isOfApp: Bool

    init(ofApp text: String) { (document, isOfApp) = (Document(ofApp: text), true) }
    init(ofBot text: String) { (document, isOfApp) = (Document(parsing: text), false) }

    var html: HTML { html(document.blocks) }

    @HTMLBuilder private func html(_ blocks: [Block]) -> HTML {
        for block in blocks { html(block) }
    }

    @HTMLBuilder private func html(_ block: Block) -> HTML {
        switch block {
        case .paragraph(let words): tag(.p) { html(words) }
        case .heading(let level, let words):
            // The chat is of the second level, whatever its writers call their own.
            tag(.p, .class("mh", "mh\(min(level, 4))"), .role("heading"), .aria("level", "3")) { html(words) }
        case .code(_, let code): tag(.pre, .tabindex(0)) { tag(.code) { code } }
        case .quote(let blocks): tag(.blockquote) { html(blocks) }
        case .list(let list): html(list)
        case .table(let table): html(table)
        case .rule: tag(.hr)
        case .verbatim(let text): tag(.pre, .tabindex(0)) { text }
        }
    }

    private func html(_ list: Block.List) -> HTML {
        let items = list.items.map { item in
            tag(.li) {
                if let isDone = item.isDone { isDone ? "☑ " : "☐ " }
                if list.isTight, case .paragraph(let words)? = item.blocks.first {
                    html(words)
                    html(Array(item.blocks.dropFirst()))
                } else {
                    html(item.blocks)
                }
            }
        }
        guard let start = list.start else { return tag(.ul) { items } }
        return tag(.ol, .plain(.start, "\(start)")) { items }
    }

    private func html(_ table: Block.Table) -> HTML {
        tag(.div, .class("mt"), .tabindex(0)) {
            tag(.table) {
                tag(.thead) { tag(.tr) { for cell in table.header { tag(.th) { html(cell) } } } }
                tag(.tbody) {
                    for row in table.rows { tag(.tr) { for cell in row { tag(.td) { html(cell) } } } }
                }
            }
        }
    }

    @HTMLBuilder private func html(_ inlines: [Inline]) -> HTML {
        for inline in inlines { html(inline) }
    }

    @HTMLBuilder private func html(_ inline: Inline) -> HTML {
        switch inline {
        case .text(let text): text
        case .softBreak, .lineBreak: tag(.br)
        case .code(let code): tag(.code) { code }
        case .strong(let inner): tag(.b) { html(inner) }
        case .emphasis(let inner):
            if isOfApp {
                "*"
                html(inner)
                "*"
            } else {
                tag(.em) { html(inner) }
            }
        case .strikethrough(let inner):
            if isOfApp {
                "~~"
                html(inner)
                "~~"
            } else {
                tag(.s) { html(inner) }
            }
        case .font(let colour, let inner): tag(.span, .class(colour.rawValue)) { html(inner) }
        case .link(let inner, let address): MarkdownView.link(to: address) { html(inner) }
        case .image(let alt, let address): MarkdownView.link(to: address) { "[\(alt)]" }
        }
    }

    /// A link that shows its target and opens nothing.
    static func link(to address: String, @HTMLBuilder _ words: () -> HTML) -> HTML {
        tag(.a, .href("#"), .class("to"), .title(address), .data("to", address), content: words)
    }
}

extension HTML {
    /// An app's text: lines, and `<a href="…">` for links, which are all that it knows.
    static func appText(_ text: String) -> HTML {
        var (html, rest) = (HTML.empty, text[...])
        while let (before, behind) = rest.cut(around: "<a href=\"") {
            guard let (address, tail) = behind.cut(around: "\""), let (_, inner) = tail.cut(around: ">"),
                let (words, after) = inner.cut(around: "</a>")
            else { break }
            html.append(HTML(before))
            html.append(MarkdownView.link(to: String(address)) { words })
            rest = after
        }
        return html + HTML(rest)
    }

    /// A text card's description: lines, and the three divisions that WeCom shows in colours of theirs.
    static func textCard(_ text: String) -> HTML {
        let text = text.replacing(word: "<br>", by: "\n")
        var (html, rest) = (HTML.empty, text[...])
        while let (before, behind) = rest.cut(around: "<div class=\""), let (name, tail) = behind.cut(around: "\">"),
            let (words, after) = tail.cut(around: "</div>")
        {
            html.append(HTML(before))
            let isKnown = ["gray", "normal", "highlight"].contains { name.isSame(as: $0) }
            html.append(isKnown ? tag(.span, .class("d-\(name)")) { words } : HTML(words))
            rest = after
        }
        return html + HTML(rest)
    }
}
