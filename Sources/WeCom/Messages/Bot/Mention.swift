import Text

/// The text of a group message without the bot's name that it begins with, and the space behind it.
///
/// WeCom tells a mention by nothing but the text. The name of the bot, where it is known, is taken off whole, with the
/// spaces it may have; otherwise one word that begins with `@` is. A mention anywhere else is a part of what is said.
package func withoutLeadingMention(_ text: String, of bot: String? = nil) -> String {
    let mention = "@"
    guard let behind = text.after(mention) else { return text }
    if let bot, !bot.isEmpty, let rest = behind.after(bot), rest.unicodeScalars.first?.isSpace ?? true {
        return String(rest.withoutSpaceAtStart)
    }
    let scalars = behind.unicodeScalars
    let end = scalars.firstIndex { $0.isSpace } ?? scalars.endIndex
    guard end > scalars.startIndex else { return text }
    return String(behind[end...].withoutSpaceAtStart)
}

extension InboundMessage {
    /// The same message without the mention by which the bot was called, where that is how it was called: in a group.
    package func withoutLeadingMention(of bot: String? = nil) -> InboundMessage {
        guard case .group = chat else { return self }
        var message = self
        message.content = content.withoutLeadingMention(of: bot)
        return message
    }
}

extension InboundMessage.Content {
    fileprivate func withoutLeadingMention(of bot: String?) -> Self {
        switch self {
        case .text(let text): return .text(WeCom.withoutLeadingMention(text, of: bot))
        case .mixed(var pieces):
            guard let first = pieces.firstIndex(where: { if case .text = $0 { true } else { false } }) else {
                return self
            }
            pieces[first] = pieces[first].withoutLeadingMention(of: bot)
            return .mixed(pieces)
        default: return self
        }
    }
}
