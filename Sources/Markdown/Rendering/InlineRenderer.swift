import Text

/// Writes running text in a style.
struct InlineRenderer {
    let style: any Style

    /// Within what is bold already, bold is nothing more.
    func text(of inlines: [Inline], isBold: Bool = false) -> String {
        inlines.map { text(of: $0, isBold: isBold) }.joined()
    }

    private func text(of inline: Inline, isBold: Bool) -> String {
        switch inline {
        case .text(let text): text
        case .softBreak, .lineBreak: "\n"
        case .code(let code): style.code(code)
        case .emphasis(let inner): text(of: inner, isBold: isBold)
        case .strong(let inner):
            isBold ? text(of: inner, isBold: true) : style.strong(text(of: inner, isBold: true))
        // Without its marks a text would say what its author took back.
        case .strikethrough(let inner): "~~\(text(of: inner, isBold: isBold))~~"
        case .font(let color, let inner): style.font(color, text(of: inner, isBold: isBold))
        case .link(let inner, let destination): link(inner.visibleText, to: destination)
        case .image(let alt, let destination): link(alt, to: destination)
        }
    }

    /// A bare address stays bare: programs that show messages know one when they see it.
    private func link(_ text: String, to destination: String) -> String {
        let words = text.scalarPieces(between: \.endsLine).joined(separator: " ")
        if words.isEmpty || leadsToItself(words, destination) {
            return words.isEmpty ? destination : words
        }
        return style.link(words, to: destination)
    }
}

/// True if a link shows what it leads to, so that it needs no other text.
func leadsToItself(_ words: String, _ destination: String) -> Bool {
    words.isSame(as: destination) || destination.after("mailto:")?.isSame(as: words) == true
}
