import Text

/// Reads the blocks of the Hermes gateway, `platforms.wecom_callback` for apps and `platforms.wecom` for a bot, and the
/// variables of its `.env`.
extension Importer {
    func readHermes(_ root: ForeignTable) {
        let platforms = root.table("platforms")
        let callback = platforms.table("wecom_callback")
        let agent = addHermesAgent()
        if callback.flag("enabled") == false {
            callback.leave("extra", "is off, by enabled: false")
        } else {
            readHermesApps(callback.table("extra"), agent)
        }
        callback.finish("is not known here")
        readHermesBot(platforms.table("wecom"), agent)
        platforms.finish("is another platform")
        root.finish("is not about WeCom")
        finishHermesVariables()
    }

    /// The gateway's own agent answers through its API server.
    private func addHermesAgent() -> String {
        let name = "hermes"
        let host = variables.value("API_SERVER_HOST")
        let port = variables.value("API_SERVER_PORT")
        let address = ["0.0.0.0", "::"].contains(host?.text) ? "127.0.0.1" : host?.text ?? "127.0.0.1"
        var lines = [
            Line("kind", "openai"),
            Line(
                "base_url", YAMLText.of("http://\(address):\(port?.text ?? "8642")/v1"),
                from: port?.place ?? host?.place),
        ]
        for value in [host, port].compactMap(\.self) { notes.took(value, as: "base_url of agent \(name)") }
        if let model = variables.value("API_SERVER_MODEL_NAME") {
            lines.append(plain(model, as: "model", of: "agent \(name)"))
        } else {
            lines.append(Line("model", "hermes-agent"))
        }
        if let key = variables.value("API_SERVER_KEY") {
            lines.append(secret(key, as: "api_key", of: "agent \(name)", in: "HERMES_API_KEY"))
        }
        lines.append(Line("headers", YAMLText.map([("X-Hermes-Session-Key", "{session_key}")])))
        var remarks = ["The gateway's own agent, through its API server."]
        if variables.flag("API_SERVER_ENABLED") != true {
            let advice =
                "API_SERVER_ENABLED=true and API_SERVER_KEY in the gateway's .env switch on the server that answers here"
            notes.changed(variables.place, "the agent", advice)
            remarks.append(advice + ".")
        }
        draft.agents.append(.init(name: name, lines: lines, remarks: remarks))
        return name
    }

    // MARK: Apps

    private func readHermesApps(_ extra: ForeignTable, _ agent: String) {
        readHermesServer(extra)
        let isOn = extra.flag("enabled") != false
        let admission = hermesAdmission(extra, withVariables: true)
        let apps = extra.tables("apps")
        if apps.isEmpty {
            var app = hermesApp(extra, agent, admission ?? .nobody)
            app.corpID = variables.value("WECOM_CALLBACK_CORP_ID") ?? app.corpID
            app.agentID = variables.value("WECOM_CALLBACK_AGENT_ID") ?? app.agentID
            app.secret = variables.value("WECOM_CALLBACK_CORP_SECRET") ?? app.secret
            app.token = variables.value("WECOM_CALLBACK_TOKEN") ?? app.token
            app.aesKey = variables.value("WECOM_CALLBACK_ENCODING_AES_KEY") ?? app.aesKey
            if isOn, app.corpID != nil || app.secret != nil || app.token != nil { add(app) }
        }
        for table in apps {
            let app = hermesApp(table, agent, hermesAdmission(table, withVariables: false) ?? admission ?? .nobody)
            if table.flag("enabled") == false || !isOn {
                notes.left(table.place, table.path, "is off, by enabled: false")
            } else {
                add(app)
            }
            table.finish("is not known here")
        }
        extra.finish("is not known here")
    }

    private func hermesApp(_ table: ForeignTable, _ agent: String, _ admission: ForeignAdmission) -> ForeignApp {
        ForeignApp(
            name: table.value("name")?.text, corpID: table.value("corp_id"), agentID: table.value("agent_id"),
            secret: table.value("corp_secret"), token: table.value("token"), aesKey: table.value("encoding_aes_key"),
            agent: agent, admission: admission, place: table.place, path: table.path)
    }

    private func readHermesServer(_ extra: ForeignTable) {
        for key in ["host", "port", "path"] {
            let own = extra.value(key)
            if let value = variables.value("WECOM_CALLBACK_\(key.uppercasedASCII)") ?? own {
                draft.server.append(plain(value, as: key, of: "server"))
            }
        }
        if let networks = extra.list("allowed_source_cidrs") {
            for network in networks { notes.took(network, as: "one of server.allowed_sources") }
            draft.server.append(
                Line("allowed_sources", YAMLText.list(networks.map(text)), from: networks.first?.place))
        }
    }

    /// Nil where nothing is said of it.
    private func hermesAdmission(_ table: ForeignTable, withVariables: Bool) -> ForeignAdmission? {
        let said: (everyone: Bool?, users: [ForeignValue]?) =
            withVariables ? hermesAdmission(of: "WECOM_CALLBACK") : (nil, nil)
        let flags = [table.flag("allow_all_users"), said.everyone].compactMap(\.self)
        let everyone = flags.isEmpty ? nil : flags.contains(true)
        let own = table.list("allowed_users")
        let users = own == nil && said.users == nil ? nil : (own ?? []) + (said.users ?? [])
        if everyone == true || users?.contains(where: { $0.text == "*" }) == true { return .everyone }
        return users.map { .users($0) } ?? (everyone == nil ? nil : .nobody)
    }

    /// The variables that say it of one platform, and those of the gateway.
    func hermesAdmission(of platform: String) -> (everyone: Bool?, users: [ForeignValue]?) {
        let flags = [platform, "GATEWAY"].compactMap { variables.flag("\($0)_ALLOW_ALL_USERS") }
        let lists = [platform, "GATEWAY"].compactMap { variables.list("\($0)_ALLOWED_USERS") }
        return (flags.isEmpty ? nil : flags.contains(true), lists.isEmpty ? nil : lists.flatMap(\.self))
    }

    // MARK: What is left

    private func finishHermesVariables() {
        let isOfWeCom = ["WECOM_", "GATEWAY_", "API_SERVER_"]
        for name in variables.keys where isOfWeCom.contains(where: { name.begins(with: $0) }) {
            variables.leave(name, "is not known here", unlessAsked: true)
        }
        let others = variables.unasked
        if !others.isEmpty {
            notes.left(variables.place, "\(others.count) other variables", "are the gateway's own business")
        }
    }
}
