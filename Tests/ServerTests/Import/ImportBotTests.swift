import Router
import Testing
import WeCom

@testable import RouterServer

@Suite struct ImportBotTests {
    private func loaded(
        _ text: String, from kind: ForeignKind? = nil, _ environment: [String: String] = [:],
        files: [String: String] = [:], named file: String = "theirs"
    ) throws -> (done: Import, bots: [Configuration.Bot]) {
        let done = try imported(text, named: file, from: kind, files: files)
        return (done, try done.loaded(environment).bots)
    }

    // MARK: LoongClaw

    @Test(
        "of LoongClaw each account is a bot, whose keys come before those of the table and whose variables keep their names"
    )
    func loongClaw() throws {
        let (done, bots) = try loaded(ImportSample.loongClaw, ["WORK_BOT": "aib-work"])
        let bot = try #require(bots.first)
        #expect(done.kind == .loongclaw && bots.count == 1 && bot.name == "work" && bot.botID == BotID("aib-work"))
        #expect(bot.socket?.secret == Secret("hush-loong") && bot.socket?.pingInterval == .seconds(20))
        #expect(bot.socket?.address == Configuration.Bot.Socket.officialAddress)
        #expect(done.draft.rendered.text.contains("bot_id: ${WORK_BOT}\n"))
        #expect(done.outcome("wecom.accounts.backup") == [.left])
        #expect(try done.loaded(["WORK_BOT": "x"]).agents["loongclaw"]?.kind == .echo)
    }

    /// LoongClaw tests one list against groups and people alike.
    @Test(
        "who may write to a bot of LoongClaw follows from both of its lists, and nobody may where it would not have started",
        arguments: [
            (#"["wrGroup", "zhangsan"]"#, "[]", ["zhangsan"], ["wrGroup", "zhangsan"]),
            (#"["wrGroup"]"#, #"["lisi"]"#, ["lisi"], ["wrGroup"]),
            (#"["wrGroup"]"#, "[]", [], ["wrGroup"]),
            ("[]", #"["lisi"]"#, [], []),
        ])
    func loongClawLists(conversations: String, senders: String, users: [String], chats: [String]) throws {
        let text = """
            [wecom]
            enabled = true
            bot_id = "aib-one"
            secret = "hush"
            allowed_conversation_ids = \(conversations)
            allowed_sender_ids = \(senders)
            """
        let bot = try #require(try loaded(text).bots.first)
        #expect(bot.policy.users == Set(users.map { UserID($0) }) && !bot.policy.everyone)
        #expect(bot.policy.chats.some == Set(chats.map { ChatID($0) }) && !bot.policy.chats.all)
    }

    @Test(
        "an account's empty list replaces that of the table, an interval is held to LoongClaw's limits, and its usual variables are read"
    )
    func loongClawOverrides() throws {
        let text = """
            [wecom]
            enabled = true
            account_id = "alerts"
            ping_interval_s = 4000
            reconnect_interval_s = 5
            websocket_url = "wss://bridge.example.com/ws"
            allowed_conversation_ids = ["wrGroup"]
            [wecom.accounts.alerts]
            allowed_conversation_ids = []
            """
        let (done, bots) = try loaded(text, ["WECOM_BOT_ID": "aib-env", "WECOM_SECRET": "hush-env"])
        let bot = try #require(bots.first)
        #expect(bot.botID == BotID("aib-env") && bot.socket?.secret == Secret("hush-env"))
        #expect(bot.socket?.pingInterval == .seconds(300) && bot.socket?.address == "wss://bridge.example.com/ws")
        #expect(bot.policy.isNobody && bot.policy.chats.isNone)
        #expect(done.outcome("wecom.reconnect_interval_s") == [.took] && bot.socket?.reconnectInterval == .seconds(5))
        #expect(done.notes.sorted.contains { $0.key == "wecom.accounts.alerts.allowed_conversation_ids" })
    }

    @Test("a variable that nobody sets is a fault at the place in their file, and nothing comes of the import")
    func missingVariable() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try imported(ImportSample.loongClaw).tried(environment: [:])
        }
        #expect(error.lines.contains { $0.hasPrefix("theirs:6:") && $0.contains("WORK_BOT") }, "\(error.lines)")
    }

    // MARK: Maven

    private func maven(_ rest: String) -> String {
        #"{ "provider": {}, "channels": { "wecom": { "enabled": true, "token": "hush-maven", "encodingAESKey": "\#(ImportSample.key)"\#(rest) } } }"#
    }

    @Test("of Maven the bot is called where it was, with its keys and its receiver")
    func mavenBot() throws {
        let (done, bots) = try loaded(maven(#", "receiveId": "ww1", "port": 9886, "allowFrom": ["zhangsan"]"#))
        let bot = try #require(bots.first)
        #expect(done.kind == .maven && bot.name == "maven" && bot.webhook?.token == Secret("hush-maven"))
        #expect(bot.webhook?.encodingAESKey == Secret(ImportSample.key) && bot.webhook?.receiveID == "ww1")
        #expect(bot.policy.users == [UserID("zhangsan")] && bot.policy.chats.all)
        #expect(try done.loaded().server.port == 9886)
    }

    @Test(
        "no list of senders, or an empty one, is everyone at Maven and here, and one with an empty name is nobody",
        arguments: [("", true), (#", "allowFrom": []"#, true), (#", "allowFrom": [""]"#, false)])
    func mavenSenders(list: String, isEveryone: Bool) throws {
        let (done, bots) = try loaded(maven(list))
        #expect(bots.first?.policy.everyone == isEveryone && bots.first?.policy.isNobody == !isEveryone)
        #expect(done.notes.sorted.contains { $0.key == "channels.wecom.allowFrom" && $0.outcome == .changed })
    }

    @Test("the variables of Maven come before its file, and keep their names")
    func mavenVariables() throws {
        let (done, bots) = try loaded(
            maven(""), files: ["home/.env": "MAVEN_WECOM_TOKEN=hush-env\n"], named: "home/config.json")
        #expect(bots.first?.webhook?.token == Secret("hush-env"))
        #expect(done.draft.rendered.text.contains("token: ${MAVEN_WECOM_TOKEN}\n"))
    }

    // MARK: Those that have apps as well

    @Test("of OpenClaw an account with an app and a bot is both, and the app keeps its name")
    func openClaw() throws {
        let text = ImportSample.openClaw.replacing(
            #""main": {"#,
            with:
                #""main": { "botId": "aib-main", "secret": "hush-main", "groupPolicy": "allowlist", "groupAllowFrom": ["wrGroup"], "token": "of the other mode","#
        )
        let (done, bots) = try loaded(text, ["SUPPORT_SECRET": "hush-support"])
        #expect(bots.map(\.name) == ["default", "main-bot"] && bots.map(\.agent) == ["openclaw", "helper"])
        #expect(bots.map(\.botID) == [BotID("aib-one"), BotID("aib-main")])
        #expect(bots[0].policy.chats.all && done.draft.rendered.text.contains("    proxy: ${DEFAULT_PROXY}\n"))
        #expect(bots[1].policy.everyone && bots[1].policy.chats.some == [ChatID("wrGroup")])
        #expect(try done.loaded(["SUPPORT_SECRET": "x"]).apps.map(\.name) == ["main", "support-desk"])
        #expect(done.outcome("channels.wecom.accounts.main.token") == [.left])
    }

    @Test("a webhook bot of OpenClaw with apps off is served alone")
    func openClawWebhook() throws {
        let text = """
            { "agents": {}, "channels": { "wecom": { "connectionMode": "webhook", "token": "hush", "encodingAESKey": "\(ImportSample.key)",
              "dmPolicy": "disabled", "groupPolicy": "disabled" } } }
            """
        let bot = try #require(try loaded(text).bots.first)
        #expect(bot.webhook?.token == Secret("hush") && bot.policy.isNobody && bot.policy.chats.isNone)
    }

    @Test("of Hermes the bot is moved in with the variables beside it, and somebody must be on both of its lists")
    func hermes() throws {
        let text = """
            platforms:
              wecom:
                enabled: true
                extra:
                  bot_id: aib-file
                  dm_policy: allowlist
                  allow_from: [zhangsan, stranger]
                  group_policy: allowlist
                  group_allow_from: [wrGroup]
            """
        let variables = "WECOM_SECRET=hush-hermes\nWECOM_ALLOWED_USERS=zhangsan,lisi\n"
        let (_, bots) = try loaded(text, files: ["home/.env": variables], named: "home/hermes.yaml")
        let bot = try #require(bots.first)
        #expect(bot.botID == BotID("aib-file") && bot.socket?.secret == Secret("hush-hermes") && bot.agent == "hermes")
        #expect(bot.policy.users == [UserID("zhangsan")] && bot.policy.chats.some == [ChatID("wrGroup")])
        let off = text.replacing("enabled: true", with: "enabled: false")
        #expect(try imported(off).draft.bots.isEmpty)
    }

    @Test("of CowAgent the bot is moved in without an app, answered by the model")
    func cowAgent() throws {
        let text =
            #"{ "channel_type": "wecom_bot", "wecom_bot_id": "aib-cow", "wecom_bot_secret": "hush-cow", "model": "gpt-4o", "open_ai_api_key": "hush-model" }"#
        let (done, bots) = try loaded(text)
        #expect(bots.map(\.botID) == [BotID("aib-cow")] && bots[0].agent == "cowagent" && bots[0].policy.everyone)
        #expect(!done.notes.sorted.contains { $0.line.contains("hush") })
    }
}
