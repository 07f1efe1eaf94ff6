import Text
import WeCom

/// An AI bot in a configuration of another program.
struct ForeignBot {
    /// The group chats in which it answers.
    enum Groups {
        case all
        case some([ForeignValue])
        case none
    }

    var name: String?
    let mode: Configuration.Bot.Mode
    var botID: ForeignValue?
    /// The secret of a bot that connects, which has the address and the origin as well.
    var secret: ForeignValue?
    var webSocketURL: ForeignValue?
    var origin: ForeignValue?
    /// The token of a bot that is called, which has the key and the receiver as well.
    var token: ForeignValue?
    var aesKey: ForeignValue?
    var receiveID: ForeignValue?
    var proxy: ForeignValue?
    /// The agent of ours that answers.
    let agent: String
    var admission = ForeignAdmission.nobody
    var groups = Groups.none
    let place: Place
    let path: String

    init(name: String?, mode: Configuration.Bot.Mode, agent: String, place: Place, path: String) {
        self.name = name
        self.mode = mode
        self.agent = agent
        self.place = place
        self.path = path
    }
}

extension Importer {
    /// Adds a bot, with further keys of it. Returns its name.
    @discardableResult
    func add(_ bot: ForeignBot, more: (_ name: String) -> [Line] = { _ in [] }) -> String {
        let name = name(botName(bot.name), orElse: "bot", taken: namesTaken)
        tellName(name, insteadOf: bot.name, bot.place, bot.path)
        let owner = "bot \(name)"
        var lines = [Line("mode", bot.mode.rawValue, from: bot.place)]
        lines += wireLines(bot, owner, name)
        lines.append(Line("agent", bot.agent))
        lines += admissionLines(bot.admission, of: owner, corp: nil)
        lines += groupLines(bot.groups, owner)
        if let proxy = bot.proxy { lines.append(proxyLine(proxy, of: owner, called: name)) }
        lines += more(name)
        draft.bots.append(.init(name: name, lines: lines, origin: bot.place))
        return name
    }

    /// An app that is called so keeps its name, which stands in its address.
    private func botName(_ wanted: String?) -> String? {
        guard let wanted, let ours = nameOfOurs(wanted), draft.apps.contains(where: { $0.name == ours }) else {
            return wanted
        }
        return "\(ours)-bot"
    }

    private func wireLines(_ bot: ForeignBot, _ owner: String, _ name: String) -> [Line] {
        let values = [
            ("bot_id", bot.botID), ("receive_id", bot.receiveID), ("websocket_url", bot.webSocketURL),
            ("origin", bot.origin),
        ]
        let secrets = [
            ("secret", bot.secret, "SECRET"), ("token", bot.token, "TOKEN"),
            ("encoding_aes_key", bot.aesKey.map(withoutPadding), "AES_KEY"),
        ]
        return values.compactMap { key, value in value.map { plain($0, as: key, of: owner) } }
            + secrets.compactMap { key, value, what in
                value.map { secret($0, as: key, of: owner, in: variable(of: $0, name, what)) }
            }
    }

    /// A secret that a variable holds stays in that.
    private func variable(of value: ForeignValue, _ name: String, _ what: String) -> String {
        variables.has(value.key) ? value.key : ConfigurationDraft.variableName(name, what)
    }

    private func groupLines(_ groups: ForeignBot.Groups, _ owner: String) -> [Line] {
        switch groups {
        case .all: return [Line("allow_all_conversations", "true")]
        case .none: return []
        case .some(let chats):
            let known = chats.filter { chat in
                if case .fits = Form<ChatID>.chatID.fit(chat.text) {
                    notes.took(chat, as: "one of allowed_conversations of \(owner)")
                    return true
                }
                notes.left(chat, "\(shown(chat.text)) is no id of a group chat")
                return false
            }
            return [Line("allowed_conversations", YAMLText.list(known.map(text)), from: known.first?.place)]
        }
    }

    // MARK: Who may write

    /// Lets everyone who sees the bot write to it, as before.
    func letEveryoneWrite(to bot: inout ForeignBot, _ place: Place, _ key: String) {
        bot.admission = .everyone
        notes.changed(place, key, "everyone who sees the bot may write, as before: allow_all_users: true")
    }

    /// It answers in every group that it is in, as before.
    func letIntoAllGroups(_ bot: inout ForeignBot, _ place: Place, _ key: String) {
        bot.groups = .all
        notes.changed(
            place, key,
            "it answers in every group that it is in, as before, those who may write: allow_all_conversations: true")
    }
}
