import Text

/// Reads CowAgent (chatgpt-on-wechat): the channels `wechatcom_app` and `wecom_bot`, and the model that answers.
extension Importer {
    func readCowAgent(_ root: ForeignTable) {
        var app = ForeignApp(
            name: "cowagent", corpID: root.value("wechatcom_corp_id"), agentID: root.value("wechatcomapp_agent_id"),
            secret: root.value("wechatcomapp_secret"), token: root.value("wechatcomapp_token"),
            aesKey: root.value("wechatcomapp_aes_key"), agent: "cowagent", place: root.place, path: "the app")
        let channels = root.list("channel_type")
        if let channels, !channels.contains(where: { $0.text == "wechatcom_app" }), app.secret != nil {
            for channel in channels {
                notes.changed(channel, "the app is moved in all the same, since its keys are here")
            }
        }
        let bot = cowAgentBot(root)
        if app.corpID != nil || app.secret != nil || bot != nil { addCowAgentModel(root) }
        if app.corpID != nil || app.secret != nil {
            app.admission = .everyone
            notes.changed(
                app.corpID?.place ?? root.place, app.path,
                "everyone in its scope may write, as before: allow_all_users: true")
            let greeting = root.value("subscribe_msg")
            add(app) { name in greeting.map { [greetingLine($0, of: "app \(name)")] } ?? [] }
            addCowAgentServer(root)
        }
        if let bot { add(bot) }
        root.finish("has no counterpart here")
    }

    /// The channel `wecom_bot`, which answers whoever writes to it.
    private func cowAgentBot(_ root: ForeignTable) -> ForeignBot? {
        let (id, secret) = (root.value("wecom_bot_id"), root.value("wecom_bot_secret"))
        guard let first = id ?? secret else { return nil }
        var bot = ForeignBot(
            name: "cowagent-bot", mode: .socket, agent: "cowagent", place: first.place, path: "the bot")
        (bot.botID, bot.secret) = (id, secret)
        letEveryoneWrite(to: &bot, first.place, bot.path)
        letIntoAllGroups(&bot, first.place, bot.path)
        return bot
    }

    private func addCowAgentServer(_ root: ForeignTable) {
        let port = root.value("wechatcomapp_port")
        if let port { notes.took(port, as: "port of server") }
        draft.server.append(Line("port", YAMLText.of(port?.text ?? "9898"), from: port?.place))
        draft.server.append(Line("path", "/wxcomapp", remark: "as CowAgent's, so that WeCom's console need not change"))
    }

    // MARK: The model

    /// A family of models that CowAgent knows, which is served in OpenAI's form.
    private struct Provider {
        let prefix: String
        let address: String
        var models: [String]
    }

    private static let providers = [
        Provider(
            prefix: "open_ai", address: "https://api.openai.com/v1", models: ["gpt", "chatgpt", "o1", "o3", "o4"]),
        Provider(prefix: "deepseek", address: "https://api.deepseek.com/v1", models: ["deepseek"]),
        Provider(prefix: "moonshot", address: "https://api.moonshot.cn/v1", models: ["moonshot", "kimi"]),
        Provider(prefix: "zhipu_ai", address: "https://open.bigmodel.cn/api/paas/v4", models: ["glm"]),
        Provider(
            prefix: "dashscope", address: "https://dashscope.aliyuncs.com/compatible-mode/v1", models: ["qwen", "qwq"]),
        Provider(prefix: "ark", address: "https://ark.cn-beijing.volces.com/api/v3", models: ["doubao"]),
        Provider(prefix: "qianfan", address: "https://qianfan.baidubce.com/v2", models: ["ernie"]),
    ]

    /// CowAgent itself is no server that could answer: its model does, without its tools, plugins and memory.
    private func addCowAgentModel(_ root: ForeignTable) {
        let model = root.value("model")
        let word = model?.text.lowercasedASCII ?? ""
        let ofModel = Self.providers.first { provider in provider.models.contains { word.begins(with: $0) } }
        let provider =
            ofModel.flatMap { root.holds("\($0.prefix)_api_key") ? $0 : nil }
            ?? Self.providers.first { root.holds("\($0.prefix)_api_key") } ?? Self.providers[0]
        let (key, base) = (root.value("\(provider.prefix)_api_key"), root.value("\(provider.prefix)_api_base"))
        let owner = "agent cowagent"
        var lines = [Line("kind", "openai")]
        lines.append(
            base.map { plain($0, as: "base_url", of: owner) } ?? Line("base_url", YAMLText.of(provider.address)))
        lines.append(model.map { plain($0, as: "model", of: owner) } ?? Line("model", "gpt-4o-mini"))
        if let key { lines.append(secret(key, as: "api_key", of: owner, in: "COWAGENT_API_KEY")) }
        if let prompt = root.value("character_desc") { lines.append(plain(prompt, as: "system_prompt", of: owner)) }
        if let heat = root.value("temperature") { lines.append(plain(heat, as: "temperature", of: owner)) }
        if let proxy = root.value("proxy") {
            let reference = proxy.text.has("@") ? secretReference(proxy, "COWAGENT_PROXY") : text(proxy)
            notes.took(proxy, as: "proxy of \(owner)")
            lines.append(Line("proxy", YAMLText.of(reference), from: proxy.place))
        }
        if let life = root.value("expires_in_seconds") {
            notes.took(life, as: "session_ttl of \(owner)")
            lines.append(Line("session_ttl", YAMLText.of("\(life.text)s"), from: life.place))
        }
        let remark = "The model alone: CowAgent's tools, plugins, knowledge and memory are not moved in."
        notes.changed(
            model?.place ?? root.place, model?.key ?? "the model",
            "answers alone, without CowAgent's tools, plugins and memory")
        draft.agents.append(.init(name: "cowagent", lines: lines, remarks: [remark]))
    }
}
