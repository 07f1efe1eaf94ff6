import Text

/// Reads the bot of the Hermes gateway, which has one, by long connection.
extension Importer {
    func readHermesBot(_ platform: ForeignTable, _ agent: String) {
        let extra = platform.table("extra")
        if platform.flag("enabled") == false {
            extra.finish("is off, by enabled: false")
        } else {
            addHermesBot(extra, agent)
        }
        extra.finish("is not known here")
        platform.finish("is not known here")
    }

    private func addHermesBot(_ extra: ForeignTable, _ agent: String) {
        func value(_ key: String, _ variable: String) -> ForeignValue? {
            let own = extra.value(key)
            return variables.value(variable) ?? own
        }
        let (id, secret) = (value("bot_id", "WECOM_BOT_ID"), value("secret", "WECOM_SECRET"))
        let url = value("websocket_url", "WECOM_WEBSOCKET_URL")
        guard let first = id ?? secret else { return }
        var bot = ForeignBot(
            name: "hermes-bot", mode: .socket, agent: agent, place: first.place, path: "the bot")
        (bot.botID, bot.secret, bot.webSocketURL) = (id, secret, url)
        bot.admission = hermesBotAdmission(extra, value("dm_policy", "WECOM_DM_POLICY"))
        admitHermesGroups(extra, value("group_policy", "WECOM_GROUP_POLICY"), to: &bot)
        add(bot)
    }

    /// The gateway asks twice: its platform, by `dm_policy`, and itself, by its lists. Both must let somebody in.
    private func hermesBotAdmission(_ extra: ForeignTable, _ policy: ForeignValue?) -> ForeignAdmission {
        let (everyone, users) = hermesAdmission(of: "WECOM")
        let listed = extra.list("allow_from")
        let isOpen = everyone == true || users?.contains { $0.text == "*" } == true
        switch policy?.text ?? (listed == nil ? "open" : "allowlist") {
        case "open": return isOpen ? .everyone : users.map { .users($0) } ?? .nobody
        case "allowlist":
            let known = Set((users ?? []).map(\.text))
            let both = (listed ?? []).filter { isOpen || users == nil || known.contains($0.text) }
            if let policy { notes.took(policy, as: "allowed_users") }
            return both.contains { $0.text == "*" } ? .everyone : .users(both)
        case "pairing":
            if let policy {
                notes.changed(policy, "there is no pairing here: only those who are listed may write")
            }
            return users.map { .users($0) } ?? .nobody
        default:
            if let policy { notes.changed(policy, "nobody may write") }
            return .nobody
        }
    }

    private func admitHermesGroups(_ extra: ForeignTable, _ policy: ForeignValue?, to bot: inout ForeignBot) {
        let chats = extra.list("group_allow_from")
        switch policy?.text ?? (chats == nil ? "open" : "allowlist") {
        case "open":
            letIntoAllGroups(&bot, policy?.place ?? extra.place, policy?.key ?? extra.path(of: "group_policy"))
        case "allowlist":
            if let policy { notes.took(policy, as: "allowed_conversations") }
            bot.groups = chats?.contains { $0.text == "*" } == true ? .all : .some(chats ?? [])
        default: if let policy { notes.changed(policy, "it answers in no group") }
        }
    }
}
