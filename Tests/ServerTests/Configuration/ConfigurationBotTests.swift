import JSON
import Lanes
import Router
import Testing
import WeCom

@testable import RouterServer

@Suite("Bots of a configuration") struct ConfigurationBotTests {
    private static let bot = """
          - name: helpdesk
            mode: webhook
            bot_id: aib1
            token: t1
            encoding_aes_key: abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG
            agent: helper
            allow_all_users: true
            allow_all_conversations: true
        """

    private func yaml(_ bots: String) -> String {
        "agents:\n  helper: { kind: echo }\nbots:\n\(bots.split(separator: "\n").map { "  \($0)\n" }.joined())"
    }

    private func faults(_ bots: String) throws -> [String] { try configurationFaults(yaml(bots)) }

    @Test("a bot alone is enough, and is known by the id that WeCom has for it")
    func alone() throws {
        let configuration = try loadConfiguration(yaml(Self.bot))
        #expect(configuration.apps.isEmpty && configuration.bots.map(\.endpoint) == [.bot(BotID("aib1"))])
        #expect(configuration.warnings == [])
    }

    @Test("two entries of one bot are a fault with both places, as are two of one name")
    func twice() throws {
        let second = Self.bot.replacing("helpdesk", with: "other").replacing("t1", with: "t2")
        let found = try faults(Self.bot + "\n" + second)
        #expect(found.contains { $0.contains("bots[1].bot_id is that of bots[0] (line 6) as well") }, "\(found)")
        let named = Self.bot.replacing("aib1", with: "aib2").replacing("t1", with: "t2")
        #expect(
            try faults(Self.bot + "\n" + named).contains { $0.contains("bots[1].name is helpdesk, as that of bots[0]") }
        )
    }

    @Test("a way that is none, a key of 42 characters and a missing way are told with their lines")
    func wrong() throws {
        #expect(
            try faults(Self.bot.replacing("mode: webhook", with: "mode: carrier")).contains {
                $0.contains("bots[0].mode")
            })
        #expect(
            try faults(Self.bot.replacing("ABCDEFG", with: "ABCDEF")).contains {
                $0.contains("bots[0].encoding_aes_key")
            })
        #expect(
            try faults(Self.bot.replacing("    mode: webhook\n", with: "")).contains { $0.contains("mode is missing") })
    }

    @Test("who may write is nobody unless somebody said otherwise, and that is told")
    func nobody() throws {
        let bare = Self.bot.replacing("    allow_all_users: true\n", with: "")
            .replacing("    allow_all_conversations: true", with: "").replacing("    bot_id: aib1\n", with: "")
        let configuration = try loadConfiguration(yaml(bare))
        let bot = try #require(configuration.bots.first)
        #expect(bot.policy.isNobody && bot.policy.chats.isNone && bot.endpoint == .bot(BotID("helpdesk")))
        let told = configuration.warnings.map(\.message)
        for words in ["allowed_users is missing", "allowed_conversations is missing", "bot_id is missing"] {
            #expect(told.contains { $0.contains(words) }, "\(told)")
        }
    }

    @Test("a group's session is shared unless each member has their own, and nothing else")
    func groupSessions() throws {
        #expect(try loadConfiguration(yaml(Self.bot)).bots.first?.conduct.groupSessions == .shared)
        let own = Self.bot + "\n    group_sessions: per_user"
        #expect(try loadConfiguration(yaml(own)).bots.first?.conduct.groupSessions == .perUser)
        #expect(
            try faults(Self.bot + "\n    group_sessions: private").contains {
                $0.contains("bots[0].group_sessions") && $0.contains("per_user")
            })
    }

    @Test("a bot that connects needs an id and a secret, and has no use for a token")
    func socket() throws {
        let socket = """
              - name: assistant
                mode: socket
                bot_id: aib2
                secret: s
                agent: helper
                allow_all_users: true
                allow_all_conversations: true
            """
        let configuration = try loadConfiguration(yaml(socket))
        #expect(configuration.warnings == [] && configuration.bots.first?.socket?.secret == Secret("s"))
        #expect(
            try faults(socket.replacing("    bot_id: aib2\n", with: "")).contains { $0.contains("bot_id is missing") })
        #expect(try faults(socket.replacing("    secret: s\n", with: "")).contains { $0.contains("secret is missing") })
        #expect(
            try faults(socket.replacing("secret: s", with: "secret: s\n    token: t")).contains {
                $0.contains("bots[0].token is for mode: webhook alone")
            })
        // As the example has it that shows all keys.
        let empty = "secret: s\n    token: \"\"\n    encoding_aes_key: \"\"\n    receive_id: \"\""
        #expect(try loadConfiguration(yaml(socket.replacing("secret: s", with: empty))).warnings == [])
        #expect(
            try faults(socket.replacing("secret: s", with: "secret: s\n    websocket_url: http://x"))
                .contains { $0.contains("websocket_url is http://x, which is no address of a WebSocket") })
        let both = Self.bot + "\n" + socket.replacing("aib2", with: "aib1")
        #expect(try faults(both).contains { $0.contains("bots[1].bot_id is that of bots[0] (line 6) as well") })
    }

    private static let connecting = """
          - name: assistant
            mode: socket
            bot_id: aib2
            secret: s
            agent: helper
            allow_all_users: true
            allow_all_conversations: true
        """

    @Test("one that is disabled is not served, and keeps its identity")
    func disabled() throws {
        let configuration = try loadConfiguration(yaml(Self.bot + "\n    enabled: false"))
        #expect(configuration.warnings == [])
        let directory = try configuration.directory()
        #expect(directory.apps.isEmpty && directory.calledBot(named: "helpdesk") == nil)
        #expect(directory.dormant.map(\.reason) == [.disabled])
        #expect(
            try faults(Self.bot + "\n    enabled: perhaps").contains { $0.contains("bots[0].enabled is perhaps") })
    }

    @Test("where there are several agents a bot may be without one: it is told, and does not connect")
    func unbound() throws {
        func text(_ bot: String) -> String {
            yaml(bot.replacing("    agent: helper\n", with: ""))
                .replacing("helper: { kind: echo }", with: "helper: { kind: echo }\n  other: { kind: echo }")
        }
        let socket = try loadConfiguration(text(Self.connecting))
        #expect(
            socket.warnings.map(\.message).contains {
                $0.contains("bots[0].agent is missing: bot assistant answers nobody")
            })
        #expect(try socket.directory().dormant.map(\.reason) == [.unbound])
        // WeCom calls it all the same, and whoever writes is told.
        #expect(try loadConfiguration(text(Self.bot)).directory().apps.map(\.agent) == [""])
        #expect(
            try configurationFaults(text(Self.bot + "\n    agent: helpr")).contains {
                $0.contains("bots[0].agent is helpr, which is no agent: did you mean helper?")
            })
    }

    @Test("default_bot is one of them")
    func defaultBot() throws {
        let both = yaml(Self.bot + "\n" + Self.connecting)
        #expect(try loadConfiguration(both + "\ndefault_bot: assistant\n").directory().defaultBot?.name == "assistant")
        #expect(try loadConfiguration(both).directory().defaultBot == nil)
        #expect(try loadConfiguration(yaml(Self.bot)).directory().defaultBot?.name == "helpdesk")
        let found = try configurationFaults("default_bot: asistant\n" + both)
        #expect(
            found.count == 1
                && found[0].contains(":1:14: default_bot is asistant, which is no bot: did you mean assistant?"),
            "\(found)")
    }

    @Test("an address of another host than WeCom's is told of, whatever its path")
    func otherHost() throws {
        func warnings(_ address: String) throws -> [String] {
            try loadConfiguration(yaml(Self.connecting + "\n    websocket_url: \(address)")).warnings.map(\.message)
        }
        #expect(try warnings("wss://openws.work.weixin.qq.com/v2") == [])
        for address in [
            "wss://bridge.example", "ws://openws.work.weixin.qq.com", "wss://openws.work.weixin.qq.com.evil.example",
        ] {
            #expect(try warnings(address).contains { $0.contains("websocket_url leads to another host than WeCom's") })
        }
    }

    @Test("a long connection is WeCom's own unless somebody says otherwise, and has its knobs")
    func knobs() throws {
        let usual = try loadConfiguration(yaml(Self.connecting)).bots[0]
        #expect(usual.socket?.address == "wss://openws.work.weixin.qq.com" && usual.socket?.origin == nil)
        #expect(usual.socket?.pingInterval == .seconds(30) && usual.outside.timeout == .seconds(10))
        #expect(usual.socket?.reconnectInterval == .seconds(1))
        let knobs =
            Self.connecting + """

                    websocket_url: wss://bridge.example/ws
                    origin: https://work.example.com
                    ping_interval: 7s
                    reconnect_interval: 5s
                    request_timeout: 3s
                    proxy: http://proxy.example:3128
                """
        let turned = try loadConfiguration(yaml(knobs)).bots[0]
        #expect(turned.socket?.address == "wss://bridge.example/ws")
        #expect(turned.socket?.origin == "https://work.example.com" && turned.socket?.pingInterval == .seconds(7))
        #expect(turned.socket?.reconnectInterval == .seconds(5))
        for (key, value) in [("ping_interval", "10ms"), ("reconnect_interval", "0s"), ("reconnect_interval", "61s")] {
            let found = try faults(Self.connecting + "\n    \(key): \(value)\n")
            #expect(found.contains { $0.contains(key) }, "\(key): \(value): \(found)")
        }
        #expect(turned.outside.timeout == .seconds(3) && turned.outside.proxy?.reveal() == "http://proxy.example:3128")
    }

    @Test("two entries of one id, in one way or in both, are a fault that names both lines")
    func oneID() throws {
        let socket = Self.connecting.replacing("aib2", with: "aib1")
        for second in [socket, Self.bot.replacing("helpdesk", with: "other").replacing("t1", with: "t2")] {
            let found = try faults(Self.bot + "\n" + second)
            #expect(
                found.count == 1 && found[0].contains("bots[1].bot_id is that of bots[0] (line 6) as well"), "\(found)")
        }
    }

    @Test("in a group both lists have to hold")
    func bothLists() {
        var policy = Policy(users: [UserID("u1")])
        policy.chats.some = [ChatID("wrA")]
        #expect(policy.verdict(on: UserID("u1"), in: ChatID("wrA")) == .allowed)
        #expect(policy.verdict(on: UserID("u2"), in: ChatID("wrA")) == .refused)
        #expect(policy.verdict(on: UserID("u1"), in: ChatID("wra")) == .refused, "chats are told apart by case")
        #expect(policy.verdict(on: UserID("U1"), in: nil) == .allowed)
    }

    @Test("a greeting may be a card, which is held against what WeCom takes of a bot")
    func greetingCard() throws {
        func greeting(_ lines: String) -> String { Self.bot + "\n    greeting:\n" + lines }
        let card = """
                  card:
                    card_type: text_notice
                    main_title: { title: "123" }
                    jump_list: [{ type: 3, title: "开始", question: /new }]
                    card_action: { type: 1, url: "https://example.com/" }
            """
        let configuration = try loadConfiguration(yaml(greeting(card)))
        #expect(configuration.warnings == [])
        let json = try #require(configuration.bots.first?.conduct.greeting?.content.card).json
        #expect(json["main_title"]?["title"] == "123" && json["jump_list"]?.array?.first?["type"] == 3)
        #expect(try loadConfiguration(yaml(greeting("      card: {}"))).bots.first?.conduct.greeting == nil)
        for (lines, complaint) in [
            (card.replacing("question: /new", with: "url: x"), "jump_list[0].question is missing"),
            (card.replacing("text_notice", with: "text_card"), "card_type must be one of"),
            (card + "\n      text: hello", "greeting.card stands beside text: leave one out"),
            ("      card: notice", "greeting.card must hold keys of its own"),
            ("      card: { card_type: button_interaction }", "greeting.card is no card that WeCom takes"),
            (
                "      card: { card_type: button_interaction, task_id: t, main_title: { title: T }, "
                    + "button_list: [{ text: a, key: k }] }", "greeting.card has a task_id"
            ),
        ] {
            let found = try faults(greeting(lines))
            #expect(found.contains { $0.contains(complaint) }, "\(lines): \(found)")
        }
    }
}
