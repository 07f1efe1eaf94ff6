import Agents
import Router
import Testing
import WeCom

@testable import RouterServer

@Suite struct ImportTests {
    @Test("of OpenClaw each account is an app, with its people, its proxy and the agent that is bound to it")
    func openClaw() throws {
        let done = try imported(ImportSample.openClaw)
        let configuration = try done.loaded(["SUPPORT_SECRET": "hush-support"])
        let apps = configuration.apps
        #expect(done.kind == .openclaw && apps.map(\.name) == ["main", "support-desk"])
        #expect(apps.map(\.corpSecret) == [Secret("hush-a"), Secret("hush-support")])
        #expect(apps.map(\.agentID) == [AgentID(1_000_002), AgentID(1_000_003)])
        #expect(apps.allSatisfy { $0.encodingAESKey == Secret(ImportSample.key) })
        #expect(apps.map(\.policy) == [.all, Policy(users: [UserID("admin1")])])
        #expect(apps[0].proxy == Secret("http://me:hush-proxy@proxy.example.com:3128"))
        #expect(apps[0].conduct.greeting == Greeting("你好") && configuration.server.path == "/plugins/wecom/agent")
        #expect(apps.map(\.agent) == ["helper", "openclaw"])
        guard case .openai(let options) = try #require(configuration.agents["helper"]).kind else {
            throw Surprise("helper is no openai")
        }
        #expect(options.model == "openclaw:helper" && options.access.key == Secret("gateway-token"))
        #expect(done.outcome("channels.wecom.accounts.Support Desk.allowFrom[1]") == [.left])
        #expect(done.outcome("channels.wecom.accounts.Support Desk.agent.encodingAESKey") == [.changed, .took])
        #expect(done.outcome("channels.telegram") == [.left])
    }

    @Test(
        "of cc-connect each project with wecom is an app, and its program becomes an agent with its keys and permissions"
    )
    func ccConnect() throws {
        let done = try imported(ImportSample.ccConnect)
        let configuration = try done.loaded()
        let app = try #require(configuration.apps.first)
        #expect(done.kind == .ccConnect && configuration.apps.count == 1 && app.name == "my-backend")
        #expect(app.token == Secret("tokencc") && app.conduct.reply.format == .text)
        #expect(app.policy == Policy(users: [UserID("zhangsan"), UserID("lisi")]))
        #expect(configuration.server.port == 8081)
        let program = try #require(configuration.agents["my-backend"]?.program)
        #expect(program.command.words == ["claude", "-p", "--add-dir", "/srv/backend"])
        #expect(program.command.writable == ["/srv/backend"])
        #expect(
            program.command.environment == [
                "ANTHROPIC_API_KEY": Secret("hush-relay"), "ANTHROPIC_BASE_URL": Secret("https://relay.example.com"),
            ])
        #expect(program.permissions.byTool == ["Edit": .allow, "Write": .allow, "Read": .allow])
        #expect(done.outcome("projects[0].agent.providers[0]") == [.left])
        #expect(done.outcome("projects[1].platforms[0].options.bot_secret") == [.took])
        let bot = try #require(configuration.bots.first)
        #expect(configuration.bots.count == 1 && bot.name == "bot-only" && bot.agent == "bot-only")
        #expect(bot.botID == BotID("aib-two") && bot.socket?.secret == Secret("hush-bot"))
        #expect(bot.policy.everyone && bot.policy.chats.all)
    }

    @Test("of CowAgent the app stays where it was, and its model answers; what looks like a variable stays a text")
    func cowAgent() throws {
        let done = try imported(ImportSample.cowAgent)
        let configuration = try done.loaded()
        #expect(done.kind == .cowagent && configuration.apps.map(\.corpSecret) == [Secret("hush-cow")])
        #expect(configuration.server.port == 9898 && configuration.server.path == "/wxcomapp")
        #expect(configuration.apps.map(\.policy) == [.all])
        guard case .openai(let options) = try #require(configuration.agents["cowagent"]).kind else {
            throw Surprise("cowagent is no openai")
        }
        #expect(options.access.baseURL == "https://api.deepseek.com/v1" && options.access.key == Secret("hush-model"))
        #expect(options.systemPrompt == "你是助手，金额写作 ${amount}")
        #expect(done.outcome("single_chat_prefix") == [.left])
    }

    @Test("of Hermes the file and the variables beside it come together, and the gateway's API server answers")
    func hermes() throws {
        let done = try imported(
            ConfigurationSample.hermes, named: "home/hermes.yaml", files: ["home/.env": ImportSample.hermesVariables])
        let configuration = try done.loaded()
        #expect(done.kind == .hermes && configuration.apps.map(\.name) == ["dept-a", "dept-b"])
        #expect(configuration.server.host == "127.0.0.1" && configuration.server.port == 9000)
        #expect(
            configuration.apps.map(\.policy) == [
                Policy(users: [UserID("zhangsan"), UserID("lisi")]), Policy(users: [UserID("lisi")]),
            ])
        guard case .openai(let options) = try #require(configuration.agents["hermes"]).kind else {
            throw Surprise("hermes is no openai")
        }
        #expect(options.access.baseURL == "http://127.0.0.1:8642/v1" && options.access.key == Secret("hush'key"))
        #expect(done.outcome("WECOM_HOME_CHANNEL") == [.left] && done.outcome("1 other variables") == [.left])
    }

    @Test("a Hermes gateway that has variables only is moved in from its .env, and one that is off is not")
    func hermesAlone() throws {
        let text = ConfigurationSample.variables.map { "\($0)='\($1)'\n" }.joined()
        let done = try imported(text, named: ".env")
        #expect(try done.loaded().apps.map(\.corpID) == [CorpID("ww_corp_a")])
        let off = ConfigurationSample.hermes.replacing("enabled: true", with: "enabled: false")
        #expect(try imported(off).draft.apps.isEmpty)
    }

    @Test("no secret is in the configuration, its remarks or what is told; all that were taken are in the .env")
    func secrets() throws {
        for text in [
            ImportSample.openClaw, ImportSample.ccConnect, ImportSample.cowAgent, ImportSample.maven,
            ImportSample.loongClaw,
        ] {
            let done = try imported(text)
            #expect(!done.draft.rendered.text.contains("hush") && !done.draft.rendered.text.contains(ImportSample.key))
            #expect(!done.notes.sorted.contains { $0.line.contains("hush") || $0.line.contains(ImportSample.key) })
        }
        #expect(try imported(ImportSample.openClaw).draft.environmentText().contains("MAIN_SECRET=hush-a\n"))
    }

    @Test("every key of the file is told of with its line")
    func everyKey() throws {
        let done = try imported(ImportSample.ccConnect)
        let lines = ImportSample.ccConnect.split(separator: "\n", omittingEmptySubsequences: false)
        let told = Set(
            done.notes.sorted.compactMap { note -> Int? in
                if case .file("theirs", let line, _) = note.place { line } else { nil }
            })
        for (index, line) in lines.enumerated() where line.contains("=") {
            // What only picks others, or belongs to what is told of as a whole.
            let isTold = [
                "name = ", "type = \"wecom\"", "type = \"feishu\"", "type = \"codex\"", "level = ",
                "mode = \"websocket\"",
                "provider = ", "api_key = \"hush-other\"",
            ].contains { line.hasPrefix($0) }
            #expect(isTold || told.contains(index + 1), "\(line) is not told of")
        }
    }

    @Test("a value that ours does not take is a fault at its place in their file")
    func faults() throws {
        let bent = ImportSample.ccConnect.replacing(ImportSample.key, with: "short")
        let error = try #require(throws: ConfigurationError.self) { try imported(bent).tried(environment: [:]) }
        let line = try #require(
            bent.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains("\"short\"") })
        #expect(
            error.lines == [
                "theirs:\(line + 1):20: apps[0].encoding_aes_key is 5 characters, must be 43: copy the EncodingAESKey whole from the app's page in WeCom"
            ])
    }

    @Test(
        "a text that is none of its language is a fault with its place",
        arguments: [
            ("{ \"channels\": ", "theirs:1:15: is no JSON: the text ends where a value should be"),
            ("{\n  // remark\n  \"a\": nope }", "theirs:3:9: is no JSON: 'null' was expected"),
            ("[wecom]\nenabled = maybe", "theirs:2:11: there should be a value here: a text needs quotes around it"),
            ("platforms: [\n", "theirs:"),
            ("A=1\nB\n", "theirs:2:1: must be NAME=value, or begin with # if it is a remark"),
        ])
    func broken(text: String, fault: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try imported(text) }
        #expect(error.lines.count == 1 && error.lines[0].hasPrefix(fault), "\(error)")
    }

    @Test("what is nobody's is refused, and so is ours", arguments: ["{}", "a: 1", "a = 1", "[x]\n", "", "A=1"])
    func unknown(text: String) throws {
        #expect(throws: ImportFailure.self) { try imported(text) }
        #expect(throws: ImportFailure.self) { try imported(ConfigurationSample.own()) }
    }

    @Test("--from says whose it is where the keys do not")
    func from() throws {
        let text = #"{ "channels": { "wecom": { "token": "t", "encodingAESKey": "k" } } }"#
        #expect(throws: ImportFailure.self) { try imported(text) }
        #expect(try imported(text, from: .maven).draft.bots.map(\.name) == ["maven"])
        #expect(try imported(text, from: .openclaw).draft.bots.count == 1)
    }

    @Test("apps whose names would be one get two, with variables of their own")
    func twins() throws {
        let twice =
            ImportSample.ccConnect + "\n"
            + ImportSample.ccConnect.replacing("1000002", with: "1000003")
            .replacing("aib-two", with: "aib-three").replacing("hush-cc", with: "hush-two").replacing(
                "tokencc", with: "tokentwo"
            )
            .replacing("language = \"zh\"\n[log]\nlevel = \"info\"\n", with: "")
        let done = try imported(twice)
        let configuration = try done.loaded()
        #expect(configuration.apps.map(\.name) == ["my-backend", "my-backend-2"])
        #expect(configuration.apps.map(\.corpSecret) == [Secret("hush-cc"), Secret("hush-two")])
    }
}

struct Surprise: Error { init(_ text: String) { self.text = text }; let text: String }
