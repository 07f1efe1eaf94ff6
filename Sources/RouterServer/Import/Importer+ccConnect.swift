import Text

/// Reads cc-connect: each platform `wecom` of a project is an app, or a bot where its mode is `websocket`; the
/// project's agent is one of ours.
extension Importer {
    func readCCConnect(_ root: ForeignTable) {
        if let language = root.value("language") {
            notes.left(language, "is a key of each app here: language: en or zh-CN")
        }
        for project in root.tables("projects") {
            let platforms = project.tables("platforms")
            let wanted = platforms.filter { $0.value("type")?.text == "wecom" }
            for other in platforms where !wanted.contains(where: { $0 === other }) {
                notes.left(other.place, other.path, "is another platform")
            }
            if wanted.isEmpty {
                notes.left(project.place, project.path, "has no platform wecom")
            } else {
                readCCConnectProject(project, wanted)
            }
        }
        root.finish("has no counterpart here")
    }

    private func readCCConnectProject(_ project: ForeignTable, _ platforms: [ForeignTable]) {
        let wanted = project.value("name")
        var agent: String?
        for platform in platforms {
            let options = platform.table("options")
            let name = agent ?? addCCConnectAgent(project.table("agent"), wanted?.text)
            agent = name
            if options.value("mode")?.text == "websocket" {
                readCCConnectBot(wanted?.text, options, name)
            } else {
                readCCConnectApp(wanted?.text, options, name)
            }
            platform.finish("has no counterpart here")
        }
        project.finish("has no counterpart here")
    }

    private func readCCConnectBot(_ name: String?, _ options: ForeignTable, _ agent: String) {
        var bot = ForeignBot(name: name, mode: .socket, agent: agent, place: options.place, path: options.path)
        bot.botID = options.value("bot_id")
        bot.secret = options.value("bot_secret")
        bot.webSocketURL = options.value("ws_url")
        let (users, key) = (options.list("allow_from"), options.path(of: "allow_from"))
        if let users, !users.contains(where: { $0.text == "*" }) {
            bot.admission = .users(users)
        } else {
            letEveryoneWrite(to: &bot, users?.first?.place ?? options.place, key)
        }
        letIntoAllGroups(&bot, options.place, options.path)
        add(bot)
        options.finish("has no counterpart here")
    }

    private func readCCConnectApp(_ name: String?, _ options: ForeignTable, _ agent: String) {
        let users = options.list("allow_from")
        let isOpen = users?.contains { $0.text == "*" } ?? true
        let app = ForeignApp(
            name: name, corpID: options.value("corp_id"), agentID: options.value("agent_id"),
            secret: options.value("corp_secret"), token: options.value("callback_token"),
            aesKey: options.value("callback_aes_key"), agent: agent,
            admission: isOpen ? .everyone : .users(users ?? []), place: options.place, path: options.path)
        if isOpen {
            notes.changed(
                users?.first?.place ?? options.place, options.path(of: "allow_from"),
                "everyone in the app's scope may write, as before: allow_all_users: true")
        }
        add(app) { name in
            var lines: [Line] = []
            if let base = options.value("api_base_url") {
                lines.append(plain(base, as: "api_base_url", of: "app \(name)"))
            }
            if let proxy = ccConnectProxy(options) { lines.append(proxyLine(proxy, of: "app \(name)", called: name)) }
            if let value = options.value("enable_markdown"), let markdown = options.flag("enable_markdown") {
                notes.changed(value, "reply_format: \(markdown ? "markdown" : "text")")
                lines.append(Line("reply_format", markdown ? "markdown" : "text"))
            }
            return lines
        }
        readCCConnectAddress(options)
        options.finish("has no counterpart here")
    }

    /// A user and a password stand in keys of their own.
    private func ccConnectProxy(_ options: ForeignTable) -> ForeignValue? {
        let (user, password) = (options.value("proxy_username"), options.value("proxy_password"))
        guard let proxy = options.value("proxy") else { return nil }
        guard let user, let (scheme, host) = proxy.text.cut(around: "://") else { return proxy }
        for value in [user, password].compactMap(\.self) { notes.took(value, as: "a part of proxy") }
        let credentials = [user, password].compactMap { $0.map { percentEncoded($0.text) } }.joined(separator: ":")
        return ForeignValue(
            text: "\(scheme)://\(credentials)@\(host)", place: proxy.place, key: proxy.key,
            readsVariables: proxy.readsVariables)
    }

    /// There is one listener here: it takes the first platform's address.
    private func readCCConnectAddress(_ options: ForeignTable) {
        let (port, path) = (options.value("port"), options.value("callback_path"))
        guard draft.server.isEmpty else {
            for value in [port, path].compactMap(\.self) {
                notes.changed(
                    value,
                    "all apps share one address here, as server says: enter that in WeCom's console, with /NAME behind it"
                )
            }
            return
        }
        if let port { notes.took(port, as: "port of server") }
        draft.server.append(Line("port", YAMLText.of(port?.text ?? "8081"), from: port?.place))
        if let path { draft.server.append(plain(path, as: "path", of: "server")) }
    }
}
