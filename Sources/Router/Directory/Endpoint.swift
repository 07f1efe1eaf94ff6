import Text
package import WeCom

/// A self-built app of a corp or an AI bot that people write to, by WeCom's own identity of it, which outlives any name
/// in the configuration.
package enum Endpoint: Hashable, Sendable {
    case app(AppKey)
    case bot(BotID)

    /// The app; nil of a bot.
    package var app: AppKey? {
        if case .app(let key) = self { key } else { nil }
    }

    /// The bot; nil of an app.
    package var bot: BotID? {
        if case .bot(let id) = self { id } else { nil }
    }

    /// The name of a user in logs: `corp_id:user_id`, and `bot/<id>:user_id` of a bot, which belongs to no corp that we
    /// know.
    package func scoped(_ user: UserID) -> String { scoped(user.folded) }

    /// The same of an id that is folded already, or of no id: how a list names those who are many.
    package func scoped(_ peer: some StringProtocol) -> String { "\(scope):\(peer)" }

    private var scope: String {
        switch self {
        case .app(let key): key.corpID.text
        case .bot: description
        }
    }
}

extension Endpoint: CustomStringConvertible {
    /// The text that the store and agents know it by: `corp_id/agent_id`, or `bot/<id>`.
    package var description: String {
        switch self {
        case .app(let key): key.description
        case .bot(let id): Endpoint.botPrefix + id.text
        }
    }

    /// Reads what `description` writes.
    package init?(_ text: some StringProtocol) {
        if let id = String(text).after(Endpoint.botPrefix) {
            guard !id.isEmpty else { return nil }
            self = .bot(BotID(String(id)))
        } else {
            guard let key = AppKey(text) else { return nil }
            self = .app(key)
        }
    }

    private static let botPrefix = "bot/"
}
