/// Reads those who have nothing but bots.
extension Importer {
    /// Maven's channel: one bot, by webhook.
    func readMaven(_ root: ForeignTable) {
        let channels = root.table("channels")
        let wecom = channels.table("wecom")
        if wecom.flag("enabled") == false {
            wecom.finish("is off, by enabled: false")
        } else {
            addBot(
                "maven", mode: "webhook", [("receive_id", wecom.value("receiveId")), ("proxy", wecom.value("proxy"))],
                secrets: [("token", wecom.value("token")), ("encoding_aes_key", wecom.value("encodingAESKey"))],
                lists: [("allowed_users", wecom.list("allowFrom"))])
            wecom.finish("belongs to a bot (智能机器人), which is not moved in: docs/bots.md says how to set one up")
        }
        channels.finish("is another channel")
        root.finish("is not about WeCom")
    }

    /// LoongClaw's table: one bot, or one for each account, by long connection. What an account says replaces what the table says.
    func readLoongClaw(_ root: ForeignTable) {
        let wecom = root.table("wecom")
        let accounts = wecom.table("accounts").namedTables()
        if wecom.flag("enabled") == false {
            wecom.finish("is off, by enabled: false")
        } else if accounts.isEmpty {
            addLoongClawBot(wecom.value("account_id")?.text, wecom, orElse: nil)
        } else {
            for (name, table) in accounts {
                if table.flag("enabled") == false {
                    notes.left(table.place, table.path, "is off, by enabled: false")
                } else {
                    addLoongClawBot(name, table, orElse: wecom)
                    table.finish("belongs to a bot, which is not moved in: docs/bots.md says how to set one up")
                }
            }
        }
        wecom.finish("belongs to a bot, which is not moved in: docs/bots.md says how to set one up")
        root.finish("is not about WeCom")
    }

    private func addLoongClawBot(_ name: String?, _ table: ForeignTable, orElse usual: ForeignTable?) {
        func value(_ key: String) -> ForeignValue? { reference(key, table) ?? usual.flatMap { reference(key, $0) } }
        func list(_ key: String) -> [ForeignValue]? { table.has(key) ? table.list(key) : usual?.list(key) }
        let interval = value("ping_interval_s").map {
            ForeignValue(text: "\($0.text)s", place: $0.place, key: $0.key, readsVariables: false)
        }
        addBot(
            name, mode: "socket",
            [("bot_id", value("bot_id")), ("websocket_url", value("websocket_url")), ("ping_interval", interval)],
            secrets: [("secret", value("secret"))],
            lists: [
                ("allowed_users", list("allowed_sender_ids")),
                ("allowed_conversations", list("allowed_conversation_ids")),
            ])
    }

    /// A value as it stands, as `{ env = "NAME" }`, or by the name of a variable under `…_env`.
    private func reference(_ key: String, _ table: ForeignTable) -> ForeignValue? {
        let variable = table.value("\(key)_env")
        func value(of variable: ForeignValue) -> ForeignValue {
            ForeignValue(text: "${\(variable.text)}", place: variable.place, key: variable.key, readsVariables: true)
        }
        if case .table = table.node(key)?.content {
            let source = table.table(key)
            defer { source.finish("is no variable") }
            return source.value("env").map(value)
        }
        return table.value(key) ?? variable.map(value)
    }
}
