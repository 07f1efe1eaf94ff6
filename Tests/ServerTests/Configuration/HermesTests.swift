import HTTP
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
                "config.yaml:1:1: agents is missing, so no one would answer: add agents: with one of the kinds command, acp, openai, responses, hermes, dify, http or echo, or set WECOM_ROUTER_AGENT=echo"
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
                  home_channel: [x]
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

    @Test("a block or an app that is off is not served, and one with nothing left is a fault")
    func disabled() throws {
        let environment = ["WECOM_ROUTER_AGENT": "echo"]
        let off = ConfigurationSample.hermes.replacing("enabled: true", with: "enabled: false")
        #expect(
            try configurationFaults(off, environment) == [
                "config.yaml:6:14: platforms.wecom_callback.enabled is false, so there is no app to serve: set it to true, "
                    + "or write apps: of our own"
            ])
        let one = ConfigurationSample.hermes.replacing(
            "- name: \"dept-a\"", with: "- name: \"dept-a\"\n          enabled: false")
        #expect(try loadConfiguration(one, environment).apps.map(\.name) == ["dept-b"])
        let none = one.replacing("- name: \"Dept B\"", with: "- name: \"Dept B\"\n          enabled: no")
        #expect(try configurationFaults(none, environment).map { $0.contains("is false for every app") } == [true])
        let block = ConfigurationSample.hermes.replacing("host: \"127", with: "enabled: false\n      host: \"127")
        #expect(try configurationFaults(block, environment).map { $0.contains("is false for every app") } == [true])
    }

    @Test("the networks that callbacks may come from are kept, and a network that is none is a fault")
    func sources() throws {
        let environment = ["WECOM_ROUTER_AGENT": "echo"]
        let yaml = ConfigurationSample.hermes.replacing(
            "port: \"9000\"", with: "port: \"9000\"\n      allowed_source_cidrs: [203.0.113.0/24, 198.51.100.7]")
        let networks = try loadConfiguration(yaml, environment).server.allowedSources
        #expect(networks == [IPNetwork("203.0.113.0/24"), IPNetwork("198.51.100.7")].compactMap(\.self))
        let ours = try loadConfiguration(yaml + "\nserver: { allowed_sources: [10.0.0.0/8] }\n", environment)
        #expect(ours.server.allowedSources == [IPNetwork("10.0.0.0/8")].compactMap(\.self))
        #expect(
            try configurationFaults(yaml.replacing("113.0/24", with: "113.1/24"), environment).map {
                $0.contains("allowed_source_cidrs[0] is 203.0.113.1/24: write an address or a network")
            } == [true])
        let own = ConfigurationSample.own(after: "server: { allowed_sources: [loopback, 203.0.113.7] }")
        #expect(try loadConfiguration(own).server.allowedSources.count == IPNetwork.loopback.count + 1)
    }

    @Test(
        "a setting that may keep somebody out and that we do not know stops the start, wherever in the block it stands",
        arguments: [
            "allow_from: [x]", "blocked_users: x", "ip_whitelist: []", "require_mention: true", "dm_policy: pairing",
        ])
    func unknownSafety(line: String) throws {
        let environment = ["WECOM_ROUTER_AGENT": "echo"]
        let key = line.prefix { $0 != ":" }
        for (place, indentation) in [
            ("enabled: true", "    "), ("host: \"127.0.0.1\"", "      "), ("corp_id: \"ww_corp_b\"", "          "),
        ] {
            let yaml = ConfigurationSample.hermes.replacing(place, with: "\(place)\n\(indentation)\(line)")
            let told = try configurationFaults(yaml, environment)
            #expect(
                told.count == 1 && told[0].contains(".\(key) is not known here and may keep somebody out"), "\(told)")
        }
        // What else stands there is told and ignored.
        let harmless = ConfigurationSample.hermes.replacing("port: ", with: "colour: red\n      port: ")
        #expect(try loadConfiguration(harmless, environment).warnings.contains { $0.message.contains("colour") })
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
