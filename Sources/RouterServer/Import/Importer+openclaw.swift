import Text

/// Reads the channel `wecom` of OpenClaw: self-built apps (`agent`) and bots, of one account or of several.
extension Importer {
    func readOpenClaw(_ root: ForeignTable) {
        let channels = root.table("channels")
        let wecom = channels.table("wecom")
        let gateway = OpenClawGateway(root, notes)
        if wecom.flag("enabled") == false {
            notes.left(wecom.place, wecom.path, "is off, by enabled: false")
        } else {
            readOpenClawChannel(wecom, gateway)
        }
        channels.finish("is another channel")
        root.finish("is not about WeCom")
    }

    private func readOpenClawChannel(_ wecom: ForeignTable, _ gateway: OpenClawGateway) {
        let usual = OpenClawDefaults(wecom)
        let accounts = wecom.table("accounts").namedTables()
        _ = wecom.value("name", "defaultAccount")
        readOpenClawAccount(wecom, "default", usual, gateway)
        for (name, table) in accounts {
            if table.flag("enabled") == false {
                notes.left(table.place, table.path, "is off, by enabled: false")
                continue
            }
            _ = table.value("name")
            readOpenClawAccount(table, name, OpenClawDefaults(table, orElse: usual), gateway)
            table.finish("has no counterpart here")
        }
        if draft.bots.isEmpty, let policy = usual.groupPolicy {
            notes.left(policy, "is for bots, of which there is none")
        }
        wecom.finish("has no counterpart here")
        if let path = draft.apps.isEmpty ? nil : "/plugins/wecom/agent" {
            draft.server.append(Line("path", path, remark: "as OpenClaw's, so that WeCom's console need not change"))
            notes.changed(
                wecom.place, wecom.path,
                "callbacks stay at \(path)/NAME, but on port 8645: have the proxy or tunnel pass them there")
        }
    }

    private func readOpenClawAccount(
        _ table: ForeignTable, _ name: String, _ usual: OpenClawDefaults, _ gateway: OpenClawGateway
    ) {
        defer { readOpenClawBots(table, name, usual, gateway) }
        guard table.has("agent") else { return }
        let agent = table.table("agent")
        let own = OpenClawDefaults(agent, orElse: usual)
        let app = ForeignApp(
            name: name, corpID: agent.value("corpId"), agentID: agent.value("agentId"),
            secret: agent.value("corpSecret", "secret"), token: agent.value("token"),
            aesKey: agent.value("encodingAESKey", "encodingAesKey"), agent: gateway.agent(of: name, in: self),
            admission: admission(own), place: agent.place, path: agent.path)
        let welcome = agent.value("welcomeText")
        add(app) { name in
            var lines: [Line] = []
            if let proxy = own.proxy { lines.append(proxyLine(proxy, of: "app \(name)", called: name)) }
            if let base = own.apiBase { lines.append(plain(base, as: "api_base_url", of: "app \(name)")) }
            if let welcome { lines.append(greetingLine(welcome, of: "app \(name)")) }
            return lines
        }
        agent.finish("has no counterpart here")
    }

    private func admission(_ rules: OpenClawDefaults) -> ForeignAdmission {
        let users = rules.users ?? []
        let everyone = users.contains { $0.text == "*" }
        switch rules.policy?.text ?? "open" {
        case "open" where users.isEmpty || everyone:
            let place = rules.policy?.place ?? rules.place
            notes.changed(
                place, rules.policy?.key ?? "dmPolicy",
                "everyone who sees the app or the bot may write: allow_all_users: true")
            return .everyone
        case "open":
            if let policy = rules.policy {
                notes.changed(policy, "there is a list as well: only those on it may write")
            }
            return .users(users)
        case "allowlist":
            if let policy = rules.policy { notes.took(policy, as: "allowed_users") }
            return everyone ? .everyone : .users(users)
        case "pairing":
            if let policy = rules.policy {
                notes.changed(
                    policy,
                    "there is no pairing here: only those in allowFrom may write, and whom you add to allowed_users")
            }
            return users.isEmpty ? .nobody : .users(users)
        default:
            if let policy = rules.policy { notes.changed(policy, "nobody may write") }
            return .nobody
        }
    }

    private func readOpenClawBots(
        _ table: ForeignTable, _ name: String, _ usual: OpenClawDefaults, _ gateway: OpenClawGateway
    ) {
        // An older form keeps the bot in a table of its own.
        for part in table.has("bot") ? [table, table.table("bot")] : [table] {
            if ["botId", "aibotid", "secret", "token"].contains(where: part.holds) {
                readOpenClawBot(part, name, usual, gateway)
            }
            if part !== table { part.finish("has no counterpart here") }
        }
    }

    private func readOpenClawBot(
        _ part: ForeignTable, _ name: String, _ usual: OpenClawDefaults, _ gateway: OpenClawGateway
    ) {
        let (id, mode) = (part.value("botId", "aibotid"), part.value("connectionMode"))
        let isWebhook = mode?.text == "webhook" || mode == nil && id == nil
        var bot = ForeignBot(
            name: name, mode: isWebhook ? .webhook : .socket, agent: gateway.agent(of: name, in: self),
            place: part.place, path: part.path)
        if let mode { notes.took(mode, as: "mode of bot \(name)") }
        bot.botID = id
        // What belongs to the other mode is left, and told of.
        if isWebhook {
            (bot.token, bot.receiveID) = (part.value("token"), part.value("receiveId"))
            bot.aesKey = part.value("encodingAESKey", "encodingAesKey")
        } else {
            (bot.secret, bot.webSocketURL) = (part.value("secret"), part.value("websocketUrl"))
        }
        bot.proxy = usual.proxy
        bot.admission = admission(usual)
        admitGroups(usual, to: &bot)
        let welcome = part.value("welcomeText")
        add(bot) { name in welcome.map { [greetingLine($0, of: "bot \(name)")] } ?? [] }
    }

    /// Without a policy every group is open there. In a group here those may write who may write at all.
    private func admitGroups(_ rules: OpenClawDefaults, to bot: inout ForeignBot) {
        switch rules.groupPolicy?.text ?? (rules.chats == nil ? "open" : "allowlist") {
        case "open":
            letIntoAllGroups(&bot, rules.groupPolicy?.place ?? rules.place, rules.groupPolicy?.key ?? "groupPolicy")
        case "allowlist":
            if let policy = rules.groupPolicy { notes.took(policy, as: "allowed_conversations") }
            bot.groups = .some(rules.chats ?? [])
        default: if let policy = rules.groupPolicy { notes.changed(policy, "it answers in no group") }
        }
    }
}

/// The settings that an account has from the channel, and an app from its account.
private struct OpenClawDefaults {
    let policy: ForeignValue?
    let users: [ForeignValue]?
    let groupPolicy: ForeignValue?
    let chats: [ForeignValue]?
    let proxy: ForeignValue?
    let apiBase: ForeignValue?
    let place: Place

    init(_ table: ForeignTable, orElse usual: OpenClawDefaults? = nil) {
        place = table.place
        policy = table.value("dmPolicy") ?? usual?.policy
        users = table.list("allowFrom")?.map(\.withoutPrefix) ?? usual?.users
        groupPolicy = table.value("groupPolicy") ?? usual?.groupPolicy
        chats = table.list("groupAllowFrom") ?? usual?.chats
        let network = table.table("network")
        proxy = network.value("egressProxyUrl", "egressProxyURL") ?? usual?.proxy
        apiBase = network.value("apiBaseUrl") ?? usual?.apiBase
        network.finish("has no counterpart here")
    }
}

extension ForeignValue {
    /// People may be written as `wecom:user:ID`.
    fileprivate var withoutPrefix: ForeignValue {
        let id = text.after("wecom:user:") ?? text.after("wecom:") ?? text.after("user:") ?? text[...]
        return ForeignValue(text: String(id), place: place, key: key, readsVariables: readsVariables)
    }
}

/// The gateway, whose agents answer through its Chat Completions.
private final class OpenClawGateway {
    private let port: ForeignValue?
    private let token: ForeignValue?
    private let isSwitchedOn: Bool
    private let place: Place
    /// The agents by the accounts that are bound to them.
    private var bound: [String: ForeignValue] = [:]

    init(_ root: ForeignTable, _ notes: ImportNotes) {
        let gateway = root.table("gateway")
        place = gateway.place
        port = gateway.value("port")
        let auth = gateway.table("auth")
        token = auth.value("token")
        _ = auth.value("mode")
        let completions = gateway.table("http").table("endpoints").table("chatCompletions")
        isSwitchedOn = completions.flag("enabled") == true
        for binding in root.tables("bindings") {
            let match = binding.table("match")
            guard match.value("channel")?.text == "wecom", let agent = binding.value("agentId") else {
                notes.left(binding.place, binding.path, "is not about WeCom")
                continue
            }
            bound[match.value("accountId")?.text ?? "default"] = agent
        }
        auth.finish("is the gateway's own business")
        gateway.finish("is the gateway's own business")
    }

    /// The name of the agent of ours that stands for the one which answers an account.
    func agent(of account: String, in importer: Importer) -> String {
        let wanted = bound[account]
        let name = wanted.flatMap { nameOfOurs($0.text) } ?? "openclaw"
        if let wanted { importer.notes.took(wanted, as: "the agent that answers \(account)") }
        if importer.draft.agents.contains(where: { $0.name == name }) { return name }
        var lines = [
            Importer.Line("kind", "openai"),
            .init("base_url", YAMLText.of("http://127.0.0.1:\(port?.text ?? "18789")/v1"), from: port?.place),
            .init("model", YAMLText.of(wanted.map { "openclaw:\($0.text)" } ?? "openclaw"), from: wanted?.place),
        ]
        if let port { importer.notes.took(port, as: "base_url of agent \(name)") }
        if let token {
            lines.append(importer.secret(token, as: "api_key", of: "agent \(name)", in: "OPENCLAW_GATEWAY_KEY"))
        }
        lines.append(.init("headers", YAMLText.map([("x-openclaw-session-key", "{session_key}")])))
        var remarks = ["OpenClaw's own agent, through its gateway."]
        if !isSwitchedOn {
            let advice = "gateway.http.endpoints.chatCompletions.enabled: true in OpenClaw's file opens the way to it"
            importer.notes.changed(place, "the agent", advice)
            remarks.append(advice + ".")
        }
        importer.draft.agents.append(.init(name: name, lines: lines, remarks: remarks))
        return name
    }
}
