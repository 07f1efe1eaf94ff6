import Testing

@testable import RouterServer

/// Configurations of others, as their own documents show them.
enum ImportSample {
    static let key = ConfigurationSample.key

    static let openClaw = """
        {
          // written by hand
          "gateway": { "port": 18789, "auth": { "mode": "token", "token": "gateway-token" } },
          "channels": {
            "telegram": { "botToken": "x" },
            "wecom": {
              "enabled": true,
              "dmPolicy": "open",
              "botId": "aib-one",
              "secret": "hush-bot",
              "network": { "egressProxyUrl": "http://me:hush-proxy@proxy.example.com:3128" },
              "accounts": {
                "main": {
                  "agent": {
                    "corpId": "ww1234567890abcdef",
                    "corpSecret": "hush-a",
                    "agentId": 1000002,
                    "token": "tokenA",
                    "encodingAESKey": "\(key)",
                    "welcomeText": "你好",
                  }
                },
                "Support Desk": {
                  "dmPolicy": "allowlist",
                  "allowFrom": ["wecom:user:admin1", "no one"],
                  "agent": {
                    "corpId": "ww1234567890abcdef",
                    "corpSecret": "${SUPPORT_SECRET}",
                    "agentId": 1000003,
                    "token": "tokenB",
                    "encodingAESKey": "\(key)="
                  }
                }
              }
            }
          },
          "bindings": [{ "agentId": "helper", "match": { "channel": "wecom", "accountId": "main" } }]
        }
        """

    static let ccConnect = """
        language = "zh"
        [log]
        level = "info"

        [[projects]]
        name = "My Backend"
        [projects.agent]
        type = "claudecode"
        [projects.agent.options]
        work_dir = "/srv/backend"
        mode = "acceptEdits"
        allowed_tools = ["Read"]
        provider = "relay"
        [[projects.agent.providers]]
        name = "other"
        api_key = "hush-other"
        [[projects.agent.providers]]
        name = "relay"
        api_key = "hush-relay"
        base_url = "https://relay.example.com"
        [[projects.platforms]]
        type = "wecom"
        [projects.platforms.options]
        corp_id = "ww_corp_a"
        corp_secret = "hush-cc"
        agent_id = "1000002"
        callback_token = "tokencc"
        callback_aes_key = "\(key)"
        port = "8081"
        callback_path = "/wecom/callback"
        enable_markdown = false
        allow_from = "zhangsan, lisi"
        [[projects.platforms]]
        type = "feishu"

        [[projects]]
        name = "bot only"
        [projects.agent]
        type = "codex"
        [[projects.platforms]]
        type = "wecom"
        [projects.platforms.options]
        mode = "websocket"
        bot_id = "aib-two"
        bot_secret = "hush-bot"
        """

    static let cowAgent = """
        {
          "channel_type": "wechatcom_app",
          "model": "deepseek-chat",
          "open_ai_api_key": "",
          "deepseek_api_key": "hush-model",
          "deepseek_api_base": "https://api.deepseek.com/v1",
          "wechatcom_corp_id": "ww_corp_a",
          "wechatcomapp_token": "tokencow",
          "wechatcomapp_port": 9898,
          "wechatcomapp_secret": "hush-cow",
          "wechatcomapp_agent_id": "1000002",
          "wechatcomapp_aes_key": "\(key)",
          "character_desc": "你是助手，金额写作 ${amount}",
          "single_chat_prefix": [""]
        }
        """

    static let maven = """
        { "provider": { "type": "anthropic" }, "channels": { "wecom": { "enabled": true, "token": "hush-maven",
          "encodingAESKey": "\(key)", "receiveId": "", "port": 9886, "allowFrom": ["zhangsan"] } } }
        """

    static let loongClaw = """
        [wecom]
        enabled = true
        ping_interval_s = 20
        allowed_conversation_ids = ["group_demo"]
        [wecom.accounts.work]
        bot_id = { env = "WORK_BOT" }
        secret = "hush-loong"
        [wecom.accounts.backup]
        enabled = false
        bot_id = "aib-three"
        """

    static let hermesVariables = """
        # Hermes
        WECOM_CALLBACK_ALLOWED_USERS=ww_corp_a:zhangsan,lisi
        API_SERVER_ENABLED=true
        API_SERVER_KEY="hush'key"
        OPENAI_API_KEY=hush-openai
        WECOM_HOME_CHANNEL=x
        """
}

/// Moves a configuration in, whose file and others are texts.
func imported(
    _ text: String, named file: String = "theirs", from kind: ForeignKind? = nil, files: [String: String] = [:]
) throws -> Import {
    var contents = files
    contents[file] = text
    return try Import(file, from: kind, environmentFile: nil, files: .texts(contents))
}

extension Import {
    /// The configuration as `serve` reads it.
    func loaded(_ environment: [String: String] = [:]) throws -> Configuration {
        try Configuration.load(
            file: "config.yaml", environment: environment,
            files: .texts(["config.yaml": draft.rendered.text, ".env": draft.environmentText()]))
    }

    /// The fate of a key.
    func outcome(_ key: String) -> [ImportNotes.Outcome] { notes.sorted.filter { $0.key == key }.map(\.outcome) }
}
