import Text
import WeCom

/// The subject of a set-up: people write to an app, and call a bot (智能机器人) in groups as well.
enum SetupSubject: Equatable {
    case app
    case bot(Configuration.Bot.Mode)

    /// The name, where nobody wants another.
    var usualName: String { self == .app ? "my-app" : "my-bot" }
}

/// The answers that a first set-up needs, and the configuration that it makes of them.
struct NewSetup {
    var subject = SetupSubject.app
    var name = SetupSubject.app.usualName
    var corpID = ""
    var agentID = ""
    var botID = ""
    /// The app's, or that of a bot that connects.
    var secret = ""
    /// Made up where WeCom's console is to get ours.
    var token = randomText(32)
    var encodingAESKey = randomText(43)
    var publicURL: String?
    /// `*`, or user ids with commas between them.
    var users = ""
    /// The same of group chats, for a bot.
    var conversations = ""
    var agent = "echo"
    /// The rest of the agent's keys: `command`, or `base_url` and `model`.
    var command = ""
    var baseURL = ""
    var model = ""
    var apiKey = ""
    var port = "8645"
    var apiBaseURL: String?
    var webSocketURL: String?

    /// True where WeCom calls us, which takes a token, a key and an address.
    var isCalled: Bool { subject != .bot(.socket) }

    /// There is enough to go on without a question.
    var isComplete: Bool {
        switch subject {
        case .app: !corpID.isEmpty && !agentID.isEmpty && !secret.isEmpty
        case .bot(.socket): !botID.isEmpty && !secret.isEmpty
        case .bot(.webhook): true
        }
    }

    var draft: ConfigurationDraft {
        var draft = ConfigurationDraft()
        draft.remarks = [
            "Made by wecom-router init. Every key there is: config.yaml in the documentation; what is wrong here: wecom-router check"
        ]
        draft.server = [.init("port", YAMLText.of(port))]
        if let publicURL { draft.server.append(.init("public_url", YAMLText.of(publicURL))) }
        draft.agents = [.init(name: "helper", lines: agentLines(&draft))]
        switch subject {
        case .app: draft.apps = [.init(name: name, lines: appLines(&draft))]
        case .bot(let mode): draft.bots = [.init(name: name, lines: botLines(mode, &draft))]
        }
        return draft
    }

    private func agentLines(_ draft: inout ConfigurationDraft) -> [ConfigurationDraft.Line] {
        switch agent {
        case "command":
            return [
                .init("kind", "command"),
                .init(
                    "command", YAMLText.list(command.words.map { literal(String($0)) }),
                    remark: "each message on its standard input"),
            ]
        case "openai":
            var lines: [ConfigurationDraft.Line] = [
                .init("kind", "openai"), .init("base_url", YAMLText.of(literal(baseURL))),
                .init("model", YAMLText.of(literal(model))),
            ]
            if !apiKey.isEmpty { lines.append(.init("api_key", draft.variable("HELPER_API_KEY", holding: apiKey))) }
            return lines
        default: return [.init("kind", "echo", remark: "answers with what it was told: put yours here")]
        }
    }

    private func appLines(_ draft: inout ConfigurationDraft) -> [ConfigurationDraft.Line] {
        func variable(_ what: String, _ value: String) -> String {
            draft.variable(ConfigurationDraft.variableName(name, what), holding: value)
        }
        var lines: [ConfigurationDraft.Line] = [
            .init("corp_id", YAMLText.of(literal(corpID)), remark: ConsolePlace.corpID),
            .init("agent_id", YAMLText.of(literal(agentID)), remark: ConsolePlace.agentID),
            .init("corp_secret", variable("SECRET", secret), remark: ConsolePlace.secret),
            .init("token", variable("TOKEN", token), remark: ConsolePlace.token),
            .init("encoding_aes_key", variable("AES_KEY", encodingAESKey), remark: ConsolePlace.aesKey),
            .init("agent", "helper"),
        ]
        lines.append(admissionLine("allow_all_users", "allowed_users", users))
        if let apiBaseURL { lines.append(.init("api_base_url", YAMLText.of(literal(apiBaseURL)))) }
        return lines
    }

    private func botLines(
        _ mode: Configuration.Bot.Mode, _ draft: inout ConfigurationDraft
    ) -> [ConfigurationDraft.Line] {
        func variable(_ what: String, _ value: String) -> String {
            draft.variable(ConfigurationDraft.variableName(name, what), holding: value)
        }
        var lines: [ConfigurationDraft.Line] = [.init("mode", mode.rawValue)]
        if !botID.isEmpty { lines.append(.init("bot_id", YAMLText.of(literal(botID)), remark: ConsolePlace.botID)) }
        switch mode {
        case .socket: lines.append(.init("secret", variable("SECRET", secret), remark: ConsolePlace.botSecret))
        case .webhook:
            lines.append(.init("token", variable("TOKEN", token), remark: ConsolePlace.botToken))
            lines.append(.init("encoding_aes_key", variable("AES_KEY", encodingAESKey), remark: ConsolePlace.botAESKey))
        }
        lines.append(.init("agent", "helper"))
        lines.append(admissionLine("allow_all_users", "allowed_users", users))
        lines.append(admissionLine("allow_all_conversations", "allowed_conversations", conversations))
        if let apiBaseURL { lines.append(.init("api_base_url", YAMLText.of(literal(apiBaseURL)))) }
        if mode == .socket, let webSocketURL {
            lines.append(.init("websocket_url", YAMLText.of(literal(webSocketURL))))
        }
        return lines
    }

    private func admissionLine(_ everyone: String, _ some: String, _ text: String) -> ConfigurationDraft.Line {
        let ids = text.pieces { $0 == UInt8(ascii: ",") }.map(trimmed).filter { !$0.isEmpty }
        return ids == ["*"] ? .init(everyone, "true") : .init(some, YAMLText.list(ids))
    }

    /// A text in which `${` is no variable.
    private func literal(_ text: String) -> String { text.replacing(word: "${", by: "$${") }
}

/// The places of WeCom's console where the values stand.
enum ConsolePlace {
    static let address = "https://work.weixin.qq.com/wework_admin"
    static let corpID = "我的企业 → 企业信息 → 企业ID"
    static let agentID = "应用管理 → 自建 → the app → AgentId"
    static let secret = "应用管理 → 自建 → the app → Secret"
    static let token = "the app → 接收消息 → 设置API接收 → Token"
    static let aesKey = "the app → 接收消息 → 设置API接收 → EncodingAESKey"
    static let addresses = "the app → 企业可信IP"

    static let bots = "安全与管理 → 管理工具 → 智能机器人"
    static let botID = "\(bots) → the bot, in API mode → Bot ID"
    static let botSecret = "the bot's page → API mode by long connection (长连接) → Secret"
    static let botToken = "the bot's page → API mode by URL callback (URL回调) → Token"
    static let botAESKey = "the bot's page → API mode by URL callback (URL回调) → EncodingAESKey"
}
