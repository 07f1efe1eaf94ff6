import JSON
import Simulator
import Testing
import WeCom

/// A card of each type with nothing but what it needs.
enum Cards {
    static let text: JSONValue = [
        "card_type": "text_notice", "main_title": ["title": "T"], "card_action": ["type": 1, "url": "https://e.com"],
    ]
    static let news: JSONValue = [
        "card_type": "news_notice", "main_title": ["title": "T"], "card_image": ["url": "https://e.com/p.png"],
        "card_action": ["type": 1, "url": "https://e.com"],
    ]
    static func buttons(_ task: String = "task-1") -> JSONValue {
        [
            "card_type": "button_interaction", "task_id": .string(task), "main_title": ["title": "Approve?"],
            "button_list": [["text": "Yes", "style": 1, "key": "yes"], ["text": "No", "style": 2, "key": "no"]],
        ]
    }
    static let vote: JSONValue = [
        "card_type": "vote_interaction", "task_id": "task-2", "main_title": ["title": "Vote"],
        "checkbox": [
            "question_key": "q1", "mode": 1,
            "option_list": [
                ["id": "a", "text": "A", "is_checked": false], ["id": "b", "text": "B", "is_checked": true],
            ],
        ],
        "submit_button": ["text": "Send", "key": "submit"],
    ]
    static let choices: JSONValue = [
        "card_type": "multiple_interaction", "task_id": "task-3", "main_title": ["title": "Pick"],
        "select_list": [["question_key": "q1", "title": "s", "option_list": [["id": "a", "text": "A"]]]],
        "submit_button": ["text": "Send", "key": "submit"],
    ]
}

extension JSONValue {
    /// With this member in place of one of the same name.
    func with(_ name: String, _ value: JSONValue?) -> JSONValue {
        guard case .object(let members) = self else { return self }
        let rest = members.filter { $0.name != name }
        return .object(value.map { rest + [.init(name, $0)] } ?? rest)
    }
}

@Suite("Cards that the simulated WeCom takes, and those it refuses", .timeLimit(.minutes(5))) struct CardTests {
    @Test(
        "a card with what its type needs is taken; those that can be clicked bring a code to update them with",
        arguments: [
            (Cards.text, false), (Cards.news, false), (Cards.buttons(), true), (Cards.vote, true),
            (Cards.choices, true),
            (
                Cards.text.with("task_id", "t").with("action_menu", ["action_list": [["text": "a", "key": "k"]]]), true
            ),
        ])
    func taken(card: JSONValue, callsBack: Bool) async throws {
        try await withWorld { world in
            let answer = try await world.send("template_card", card)
            #expect(answer["errcode"] == 0)
            #expect((answer["response_code"]?.string != nil) == callsBack)
            #expect(world.wecom.transcript.delivered.first?.card?.json == card)
        }
    }

    @Test(
        "a card that lacks something, or has too much of it, is refused with the code that says so",
        arguments: [
            (Cards.text.with("card_type", "poster"), 42031),
            (Cards.text.with("main_title", nil), 41016),
            (Cards.text.with("card_action", nil), 42045),
            (Cards.text.with("card_action", ["type": 0]), 42045),
            (Cards.text.with("card_action", ["type": 1]), 42028),
            (Cards.text.with("card_action", ["type": 2]), 42030),
            (Cards.text.with("horizontal_content_list", [["value": "v"]]), 42027),
            (Cards.text.with("horizontal_content_list", [["keyname": "k", "type": 1]]), 42028),
            (Cards.text.with("horizontal_content_list", [["keyname": "k", "type": 2]]), 42029),
            (Cards.text.with("horizontal_content_list", [["keyname": "k", "type": 3]]), 42050),
            (Cards.text.with("horizontal_content_list", .array(Array(repeating: ["keyname": "k"], count: 7))), 42035),
            (Cards.text.with("jump_list", [["type": 0]]), 42033),
            (Cards.text.with("jump_list", .array(Array(repeating: ["title": "t"], count: 4))), 42042),
            (Cards.text.with("action_menu", ["action_list": [["text": "a", "key": "k"]]]), 42014),
            (
                Cards.text.with("task_id", "t").with(
                    "action_menu", ["action_list": [["text": "a", "key": "k"], ["text": "b", "key": "k"]]]), 42051
            ),
            (Cards.news.with("card_image", nil), 42044),
            (Cards.news.with("card_image", ["url": "https://e.com", "aspect_ratio": 3]), 42044),
            (Cards.news.with("vertical_content_list", [["desc": "d"]]), 42033),
            (Cards.news.with("vertical_content_list", .array(Array(repeating: ["title": "t"], count: 5))), 42036),
            (Cards.buttons("has space"), 42014),
            (Cards.buttons().with("task_id", nil), 42014),
            (Cards.buttons().with("button_list", [["key": "k"]]), 42038),
            (Cards.buttons().with("button_list", [["text": "t"]]), 42039),
            (Cards.buttons().with("button_list", [["text": "t", "key": "k"], ["text": "u", "key": "k"]]), 42039),
            (Cards.buttons().with("button_selection", ["question_key": "q", "option_list": []]), 42037),
            (Cards.vote.with("checkbox", ["option_list": []]), 42043),
            (Cards.vote.with("submit_button", ["key": "k"]), 42049),
            (Cards.vote.with("submit_button", ["text": "t"]), 42046),
            (Cards.choices.with("select_list", []), 42047),
            (
                Cards.choices.with("select_list", [["question_key": "q", "option_list": [["text": "A"]]]]), 42040
            ),
            (Cards.choices.with("select_list", [["question_key": "q", "option_list": [["id": "a"]]]]), 42041),
        ] as [(JSONValue, Int64)])
    func refused(card: JSONValue, code: Int64) async throws {
        try await withWorld { world async throws in #expect(try await world.code("template_card", card) == code) }
    }

    @Test("an app without a callback URL cannot send what is clicked")
    func noCallback() async throws {
        try await withWorld(callbackURL: "") { world async throws in
            #expect(try await world.code("template_card", Cards.buttons()) == 43012)
            #expect(try await world.code("template_card", Cards.text) == 0)
        }
    }

    @Test("a task id is used once in an app; a repeat that is swallowed does not count")
    func tasks() async throws {
        try await withWorld { world async throws in
            let check: [JSONValue.Member] = [.init("enable_duplicate_check", 1)]
            #expect(try await world.code("template_card", Cards.buttons(), and: check) == 0)
            #expect(try await world.code("template_card", Cards.buttons(), and: check) == 0)
            #expect(world.wecom.transcript.messages.map(\.isSwallowed) == [false, true])
            #expect(try await world.code("template_card", Cards.buttons()) == 42014)
            #expect(try await world.send("template_card", Cards.buttons(), app: 1)["errcode"] == 0)
        }
    }

    @Test("a card is updated once for those who got it, and the others are named")
    func update() async throws {
        try await withWorld { world in
            let sent = try await world.send("template_card", Cards.buttons(), to: "u1|u2")
            let code = try #require(sent["response_code"])
            func update(_ users: JSONValue, _ change: JSONValue.Member) async throws -> JSONValue {
                try await world.call(
                    "message/update_template_card",
                    .object(
                        [.init("userids", users), .init("agentid", 1_000_002), .init("response_code", code), change]))
            }
            let rename = JSONValue.Member("button", ["replace_name": "Done"])
            #expect(try await update("u1", rename)["errcode"] == 40035)
            #expect(try await update([], rename)["errcode"] == 82101)
            #expect(try await update(["u3"], rename)["errcode"] == 82102)
            #expect(try await update(["u1"], .init("button", [:]))["errcode"] == 42020)
            #expect(
                try await update(["u1"], .init("template_card", Cards.text.with("card_action", nil)))["errcode"]
                    == 42045)
            let done = try await update(["U1", "u3"], rename)
            #expect(done["errcode"] == 0 && done["invaliduser"] == ["u3"])
            #expect(try await update(["u1"], rename)["errcode"] == 60140)

            let message = try #require(world.wecom.transcript.messages.first)
            #expect(world.wecom.card(of: message, seenBy: UserID("u1"))?.ending == "Done")
            #expect(world.wecom.card(of: message, seenBy: UserID("u1"))?.buttons.isEmpty == true)
            #expect(world.wecom.card(of: message, seenBy: UserID("u2"))?.buttons.map(\.key) == ["yes", "no"])
        }
    }

    @Test("the code of a card is good for 72 hours, and for the app that sent it")
    func codes() async throws {
        try await withWorld { world in
            let code = try #require(try await world.send("template_card", Cards.buttons())["response_code"])
            func update(_ agent: Int64) -> JSONValue {
                ["atall": 1, "agentid": .integer(agent), "response_code": code, "button": ["replace_name": "x"]]
            }
            let path = "message/update_template_card"
            #expect(try await world.call(path, update(1_000_003), app: 1)["errcode"] == 42015)
            world.wecom.clock.advance(by: .seconds(72 * 3600))
            #expect(try await world.call(path, update(1_000_002))["errcode"] == 60140)
        }
    }
}
