import Router
import RouterServer
import Testing
import WeCom

@Suite struct HermesTests {
    @Test("the gateway's file is read as it stands, but for who answers")
    func asItStands() throws {
        let environment = ["WECOM_ROUTER_AGENT": "echo", "WECOM_CALLBACK_ALLOWED_USERS": "ww_corp_a:zhangsan,lisi"]
        let configuration = try loadConfiguration(ConfigurationSample.hermes, environment)
        #expect(configuration.server.host == "127.0.0.1" && configuration.server.port == 9000)
        #expect(configuration.server.path == "/wecom/callback")
        #expect(configuration.apps.map(\.name) == ["dept-a", "dept-b"])
        #expect(configuration.apps.map(\.agentID) == [AgentID(1_000_002), AgentID(1_000_003)])
        #expect(configuration.apps[0].policy == Policy(users: [UserID("zhangsan"), UserID("lisi")]))
        #expect(configuration.apps[1].policy == Policy(users: [UserID("lisi")]))
        #expect(configuration.apps[1].corpSecret.reveal() == "secret-b")
        #expect(configuration.warnings.map(\.place) == [.file("config.yaml", line: 17, column: 17)])
    }

    @Test("with no agent there is a fault that says what to add, never a silent echo")
    func noAgent() throws {
        #expect(
            try configurationFaults(ConfigurationSample.hermes) == [
                "config.yaml:1:1: agents is missing, so no one would answer: add agents: with one of the kinds command, acp, openai, http or echo, or set WECOM_ROUTER_AGENT=echo"
            ]
        )
    }

    @Test("sections of ours in that file count, and beat the block")
    func ownSections() throws {
        let ours = "\nagents: { a: { kind: echo } }\nserver: { port: 7000, other: 1 }\nworkers: 3\n"
        let configuration = try loadConfiguration(ConfigurationSample.hermes + ours)
        #expect(configuration.server.port == 7000 && configuration.server.host == "127.0.0.1")
        #expect(configuration.workers.concurrency == 64)
        #expect(configuration.warnings.contains { $0.message.contains("server.other is not a known key") })
    }

    @Test("one app's keys may stand in the block itself, and variables beat them")
    func oneApp() throws {
        let yaml = """
            platforms:
              wecom_callback:
                extra:
                  corp_id: ww_corp_a
                  corp_secret: hushhush
                  agent_id: "1000002"
                  token: 4711
                  encoding_aes_key: \(ConfigurationSample.key)
                  path: /hook/
                  allow_from: [x]
            """
        let environment = [
            "WECOM_ROUTER_AGENT": "echo", "WECOM_CALLBACK_AGENT_ID": "5", "WECOM_CALLBACK_ALLOW_ALL_USERS": "True",
        ]
        let configuration = try loadConfiguration(yaml, environment)
        let app = configuration.apps[0]
        #expect(app.name == "default" && app.agentID == AgentID(5) && app.token.reveal() == "4711")
        #expect(app.policy == .all && configuration.server.path == "/hook")
        #expect(configuration.warnings.map(\.place) == [.file("config.yaml", line: 10, column: 7)])
    }

    @Test("a block that is empty is filled from the environment", arguments: ["extra: {}", "extra:", "enabled: true"])
    func fromEnvironment(line: String) throws {
        let environment = ConfigurationSample.variables.merging(["WECOM_ROUTER_AGENT": "echo"]) { $1 }
        #expect(try loadConfiguration("platforms:\n  wecom_callback:\n    \(line)\n", environment).apps.count == 1)
    }

    @Test("a fault in the block has its place; YAML that we refuse is a fault in there only")
    func faultsInBlock() throws {
        let yaml = ConfigurationSample.hermes.replacing("\"9000\"", with: "\"x\"").replacing("\"tokenb\"", with: "!t b")
        #expect(
            try configurationFaults(yaml, ["WECOM_ROUTER_AGENT": "echo"]) == [
                "config.yaml:9:13: platforms.wecom_callback.extra.port is x: a port is a number from 1 to 65535, or 0 for any that is free",
                "config.yaml:21:18: begins with !, a YAML tag: remove it, or put the value in quotes",
            ]
        )
    }

    @Test("beside apps of ours the block is an unknown key")
    func besideApps() throws {
        #expect(
            try configurationFaults(ConfigurationSample.own(after: "platforms: { wecom_callback: { extra: {} } }"))
                .count == 1
        )
    }

    @Test("a star behind a corp is everyone of that corp, and says nothing of another's app")
    func starOfCorp() throws {
        func policy(_ users: String) throws -> Policy? {
            try loadConfiguration(ConfigurationSample.own(more: "    allowed_users: [\(users)]")).apps.first?.policy
        }
        #expect(try policy("'*'") == .all && policy("'ww_corp_a:*'") == .all)
        #expect(try policy("'ww_corp_b:*', zhangsan") == Policy(users: [UserID("zhangsan")]))
        #expect(try policy("'ww_corp_b:*'") == .nobody)
    }

    @Test("a star in the list is everyone")
    func star() throws {
        let environment = ["WECOM_ROUTER_AGENT": "echo", "WECOM_CALLBACK_ALLOWED_USERS": "*"]
        #expect(
            try loadConfiguration(ConfigurationSample.hermes, environment).apps.map(\.policy) == [
                .all, .all,
            ]
        )
    }
}
