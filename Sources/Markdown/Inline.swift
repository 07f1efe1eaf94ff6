/// A piece of running text.
package indirect enum Inline: Sendable, Equatable {
    case text(String)
    /// A line end of the source.
    case softBreak
    /// A line end that the author asked for.
    case lineBreak
    case code(String)
    case emphasis([Inline])
    case strong([Inline])
    case strikethrough([Inline])
    /// A bare address is a link whose text is its destination.
    case link([Inline], to: String)
    case image(alt: String, at: String)
    case font(FontColor, [Inline])
}

/// The colours that WeCom's Markdown knows by name.
package enum FontColor: String, Sendable, CaseIterable { case info, comment, warning }

extension Inline {
    /// The text that a reader sees, without marks and addresses.
    var visibleText: String {
        switch self {
        case .text(let text), .code(let text), .image(let text, _): text
        case .softBreak, .lineBreak: "\n"
        case .emphasis(let inner), .strong(let inner), .strikethrough(let inner), .link(let inner, _),
            .font(_, let inner):
            inner.visibleText
        }
    }
}

extension [Inline] {
    var visibleText: String { map(\.visibleText).joined() }
}
