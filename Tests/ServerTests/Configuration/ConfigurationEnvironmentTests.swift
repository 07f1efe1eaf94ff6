import Agents
import Observability
import Router
import RouterServer
import Testing
import WeCom

@Suite struct ConfigurationEnvironmentTests {
    @Test("one app needs no file")
    func withoutFile() throws {
        let more = [
            "WECOM_ROUTER_AGENT": "echo", "WECOM_CALLBACK_PORT": "9001", "WECOM_CALLBACK_HOST": "::1",
            "WECOM_CALLBACK_ALLOWED_USERS": "zhangsan, ww_corp_a:LiSi,ww_other:wangwu", "WECOM_ROUTER_ADMIN_TOKEN": "",
            "WECOM_ROUTER_STORE_URL": "sqlite:///data/r.db", "WECOM_ROUTER_LOG_LEVEL": "debug",
        ]
        let configuration = try loadConfiguration(nil, ConfigurationSample.variables.merging(more) { $1 })
        #expect(configuration.source == "the environment")
        #expect(configuration.agents.keys.sorted() == ["echo"])
        #expect(configuration.server.port == 9001 && configuration.server.host == "::1")
        #expect(configuration.store.location == .sqlite(path: "/data/r.db"))
        #expect(configuration.log.level == .debug && configuration.management.token == nil)
        let app = configuration.apps[0]
        #expect(app.name == "default" && app.agent == "echo" && app.agentID == AgentID(1_000_002))
        #expect(app.policy == Policy(users: [UserID("lisi"), UserID("ZhangSan")]))
    }

    @Test("a variable that lacks or does not fit is told by its name")
    func missing() throws {
        let told = try configurationFaults(
            nil,
            ["WECOM_CALLBACK_CORP_ID": "ww1", "WECOM_CALLBACK_ENCODING_AES_KEY": "x", "WECOM_ROUTER_PORT": "x"]
        )
        #expect(
            told == [
                "environment: WECOM_CALLBACK_AGENT_ID: is not set",
                "environment: WECOM_CALLBACK_CORP_SECRET: is not set",
                "environment: WECOM_CALLBACK_ENCODING_AES_KEY: is 1 characters, must be 43: copy the EncodingAESKey whole from the app's page in WeCom",
                "environment: WECOM_CALLBACK_TOKEN: is not set",
                "environment: WECOM_ROUTER_AGENT: is not set, so no one would answer: set it to a kind (openai, http, command, echo) with the variables of that kind, or write agents: into a file and name that with --config",
                "environment: WECOM_ROUTER_PORT: is x: a port is a number from 1 to 65535, or 0 for any that is free",
            ]
        )
    }

    @Test("with neither file nor variables the error says what to write, and that the demo needs nothing")
    func nothing() throws {
        #expect { try loadConfiguration(nil, ["WECOM_ROUTER_PORT": "1"]) } throws: { error in
            let text = String(describing: error)
            return error as? ConfigurationError == .nothing && text.contains("demo` needs none")
                && text.contains("config.yaml") && text.contains("WECOM_CALLBACK_CORP_ID")
        }
    }

    @Test("an agent needs no file: the variables of its kind speak for its keys")
    func agents() throws {
        func agent(_ variables: [String: String]) throws -> Configuration.Agent? {
            let configuration = try loadConfiguration(nil, ConfigurationSample.variables.merging(variables) { $1 })
            #expect(configuration.apps[0].agent == variables["WECOM_ROUTER_AGENT"])
            return configuration.agents[configuration.apps[0].agent]
        }
        let openai = try agent([
            "WECOM_ROUTER_AGENT": "openai", "WECOM_ROUTER_AGENT_BASE_URL": "http://127.0.0.1:8642/v1/",
            "WECOM_ROUTER_AGENT_MODEL": "hermes", "WECOM_ROUTER_AGENT_API_KEY": "k",
            "WECOM_ROUTER_AGENT_SYSTEM_PROMPT": "be brief", "WECOM_ROUTER_AGENT_TIMEOUT": "7m",
        ])
        guard case .openai(let server)? = openai?.kind else { throw MissingFile(path: "the agent") }
        #expect(
            server.access.baseURL == "http://127.0.0.1:8642/v1" && server.model == "hermes"
                && server.access.key?.reveal() == "k")
        #expect(server.systemPrompt == "be brief" && openai?.limits.total == .seconds(420))
        let http = try agent([
            "WECOM_ROUTER_AGENT": "http", "WECOM_ROUTER_AGENT_URL": "https://h/x", "WECOM_ROUTER_AGENT_SECRET": "s",
        ])
        guard case .http(let hook)? = http?.kind else { throw MissingFile(path: "the agent") }
        #expect(hook.url == "https://h/x" && hook.secret.reveal() == "s")
        let command = try agent([
            "WECOM_ROUTER_AGENT": "command", "WECOM_ROUTER_AGENT_COMMAND": "claude -p",
            "WECOM_ROUTER_AGENT_FORMAT": "claude",
            "WECOM_ROUTER_AGENT_PASS_ENVIRONMENT": "ANTHROPIC_API_KEY, HTTPS_PROXY",
        ])
        guard case .command(let program, .claude)? = command?.kind else { throw MissingFile(path: "the agent") }
        #expect(
            program.command.program == "claude"
                && program.command.passedVariables == ["ANTHROPIC_API_KEY", "HTTPS_PROXY"])
    }

    @Test("what its kind wants and the variables lack is told by their names")
    func faultyAgents() throws {
        func faults(_ variables: [String: String]) throws -> [String] {
            try configurationFaults(nil, ConfigurationSample.variables.merging(variables) { $1 })
        }
        #expect(
            try faults(["WECOM_ROUTER_AGENT": "openai", "WECOM_ROUTER_AGENT_MODEL": "m"]) == [
                "environment: WECOM_ROUTER_AGENT_BASE_URL: is not set"
            ])
        #expect(
            try faults(["WECOM_ROUTER_AGENT": "http", "WECOM_ROUTER_AGENT_URL": "ftp://x"]) == [
                "environment: WECOM_ROUTER_AGENT_SECRET: is not set",
                "environment: WECOM_ROUTER_AGENT_URL: must begin with https:// or http://",
            ])
        #expect(
            try faults(["WECOM_ROUTER_AGENT": "command"]) == ["environment: WECOM_ROUTER_AGENT_COMMAND: is not set"])
        #expect(
            try faults(["WECOM_ROUTER_AGENT": "opnai"]).first?.contains("did you mean openai?") == true)
    }

    @Test(
        "a variable that is nearly one of ours, and that nothing reads, is a fault",
        arguments: [
            ("WECOM_ROUTER_PROT", "WECOM_ROUTER_PORT"), ("WECOM_CALLBACK_ALLOWED_USER", "WECOM_CALLBACK_ALLOWED_USERS"),
            ("WECOM_ROUTER_AGENT_BASEURL", "WECOM_ROUTER_AGENT_BASE_URL"),
            ("WECOM_ROUTER_CONFIGS", "WECOM_ROUTER_CONFIG"),
        ])
    func mistyped(name: String, meant: String) throws {
        let yaml = ConfigurationSample.own()
        #expect(
            try configurationFaults(yaml, [name: "x"]) == [
                "environment: \(name): is not a known variable: did you mean \(meant)?"
            ])
        #expect(try configurationFaults(yaml, [name: ""]) == [])
        #expect(try configurationFaults(ConfigurationSample.own(token: "${\(name)}"), [name: "x"]) == [])
        #expect(try configurationFaults(yaml, files: [".env": "\(name)=x"]).count == 1)
    }

    @Test(
        "what is like none of ours is somebody else's",
        arguments: [
            "WECOM_ROUTER_SERVICE_HOST", "WECOM_ROUTER_PORT_8645_TCP", "WECOM_BOT_ID", "WECOM_DEPT_A_SECRET",
            "ROUTER_PORT",
        ])
    func foreign(name: String) throws {
        #expect(try configurationFaults(ConfigurationSample.own(), [name: "x"]) == [])
    }

    @Test("a variable beats the file")
    func precedence() throws {
        let yaml = ConfigurationSample.own(after: "server: { port: 1, host: 10.0.0.1 }")
        let server = try loadConfiguration(yaml, ["WECOM_ROUTER_PORT": "2", "WECOM_ROUTER_HOST": ""]).server
        #expect(server.port == 2 && server.host == "10.0.0.1")
    }

    @Test("an app in the file leaves the variables of the Hermes gateway aside, and says so unless it refers to them")
    func unusedVariables() throws {
        let aside = try loadConfiguration(ConfigurationSample.own(), ConfigurationSample.variables)
        #expect(
            aside.warnings.map(\.description) == [
                "environment: WECOM_CALLBACK_CORP_ID: is not used, because config.yaml has apps of its own"
            ]
        )
        #expect(
            try loadConfiguration(
                ConfigurationSample.own(token: "${WECOM_CALLBACK_TOKEN}"),
                ConfigurationSample.variables
            ).warnings == []
        )
    }

    @Test("a file of ours may leave its one app to the variables")
    func fileWithoutApps() throws {
        let configuration = try loadConfiguration("agents: { a: { kind: echo } }", ConfigurationSample.variables)
        #expect(configuration.apps.map(\.agent) == ["a"])
    }

    @Test("the file is that of --config, else that of the variable, else ./config.yaml")
    func whichFile() throws {
        let files = ConfigurationFiles.texts([
            "a": ConfigurationSample.own(name: "a"), "b": ConfigurationSample.own(name: "b"),
            "config.yaml": ConfigurationSample.own(name: "c"),
        ])
        func name(_ file: String?, _ environment: [String: String]) throws -> String? {
            try Configuration.load(file: file, environment: environment, files: files).apps.first?.name
        }
        #expect(try name("a", ["WECOM_ROUTER_CONFIG": "b"]) == "a")
        #expect(try name(nil, ["WECOM_ROUTER_CONFIG": "b"]) == "b")
        #expect(try name(nil, [:]) == "c")
        #expect(throws: ConfigurationError.unreadable("x: no such file or directory")) { try name("x", [:]) }
    }
}
