import Text

/// Reads LoongClaw's table: one bot, or one for each account, by long connection. What an account says replaces what the
/// table says.
extension Importer {
    func readLoongClaw(_ root: ForeignTable) {
        let wecom = root.table("wecom")
        let accounts = wecom.table("accounts").namedTables()
        if wecom.flag("enabled") == false {
            wecom.finish("is off, by enabled: false")
        } else if accounts.isEmpty {
            add(LoongClawAccount(name: wecom.value("account_id")?.text, own: wecom, usual: nil))
        } else {
            for (name, table) in accounts {
                if table.flag("enabled") == false {
                    notes.left(table.place, table.path, "is off, by enabled: false")
                } else {
                    add(LoongClawAccount(name: name, own: table, usual: wecom))
                    table.finish("has no counterpart here")
                }
            }
        }
        wecom.leave("default_account", "is not needed where there is one bot; else name it here with default_bot")
        wecom.finish("has no counterpart here")
        root.finish("is not about WeCom")
    }

    private func add(_ account: LoongClawAccount) {
        let place = account.own.place
        let agent =
            draft.agents.first?.name
            ?? addStandIn(
                "loongclaw", because: "LoongClaw answers by itself, and has no door for others", place, "wecom")
        var bot = ForeignBot(name: account.name, mode: .socket, agent: agent, place: place, path: account.own.path)
        bot.botID = secretPart("bot_id", "WECOM_BOT_ID", of: account)
        bot.secret = secretPart("secret", "WECOM_SECRET", of: account)
        bot.webSocketURL = account.value("websocket_url")
        admit(account, to: &bot)
        add(bot) { name in
            [("ping_interval", 300), ("reconnect_interval", 60)].compactMap { key, longest in
                guard let value = account.value("\(key)_s") else { return nil }
                notes.took(value, as: "\(key) of bot \(name)")
                return Line(key, YAMLText.of(loongClawInterval(value.text, atMost: longest)), from: value.place)
            }
        }
    }

    /// LoongClaw takes what is beyond its limits for the limit.
    private func loongClawInterval(_ text: String, atMost longest: Int) -> String {
        Int(text).map { "\(min(max($0, 1), longest))s" } ?? text
    }

    /// A value as it stands, as `{ env = "NAME" }`, by the name of a variable under `…_env`, or of the usual variable.
    private func secretPart(_ key: String, _ usual: String, of account: LoongClawAccount) -> ForeignValue? {
        if let found = account.reference(key) { return found }
        let place = account.own.place
        notes.changed(place, account.own.path(of: key), "${\(usual)}, which LoongClaw reads where nothing is said")
        return ForeignValue(text: "${\(usual)}", place: place, key: account.own.path(of: key), readsVariables: true)
    }

    // MARK: Who may write

    /// LoongClaw has one list of conversations: group chats, and people who write directly. Who writes in them may be
    /// anybody, unless there is a list of senders.
    private func admit(_ account: LoongClawAccount, to bot: inout ForeignBot) {
        let trusted = account.list("allowed_conversation_ids") ?? []
        let senders = account.list("allowed_sender_ids") ?? []
        guard let first = trusted.first else {
            notes.changed(
                account.own.place, account.own.path(of: "allowed_conversation_ids"),
                "is empty: nobody may write, as LoongClaw would not have started")
            return
        }
        bot.groups = .some(trusted)
        let people = trusted.filter { !$0.text.begins(with: "wr") }
        if !senders.isEmpty {
            bot.admission = .users(senders)
            notes.changed(
                first,
                "is for groups: in them, and directly, those of allowed_sender_ids may write, who are allowed_users")
        } else if people.isEmpty {
            notes.changed(
                first, "in these groups anybody could write: say who may with allowed_users, or allow_all_users: true")
        } else {
            bot.admission = .users(people)
            notes.changed(
                first,
                "what does not begin with wr may be a person: it is in allowed_users as well, and only they may write")
        }
    }
}

/// An account with the table that speaks where it says nothing.
private struct LoongClawAccount {
    let name: String?
    let own: ForeignTable
    let usual: ForeignTable?

    func value(_ key: String) -> ForeignValue? { own.value(key) ?? usual?.value(key) }
    func list(_ key: String) -> [ForeignValue]? { own.has(key) ? own.list(key) : usual?.list(key) }
    func reference(_ key: String) -> ForeignValue? { own.reference(key) ?? usual?.reference(key) }
}

extension ForeignTable {
    /// The value under the key, or else that of the variable which `…_env` names.
    fileprivate func reference(_ key: String) -> ForeignValue? {
        let variable = value("\(key)_env")
        func content(of variable: ForeignValue) -> ForeignValue {
            ForeignValue(text: "${\(variable.text)}", place: variable.place, key: variable.key, readsVariables: true)
        }
        if case .table = node(key)?.content {
            let source = table(key)
            defer { source.finish("is no variable") }
            return source.value("env").map(content)
        }
        return value(key) ?? variable.map(content)
    }
}
