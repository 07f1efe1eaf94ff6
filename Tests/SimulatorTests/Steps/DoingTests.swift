import HTTP
import JSON
import Simulator
import Testing
import WeCom

@Suite("What steps do", .timeLimit(.minutes(5))) struct DoingTests {
    @Test("what a person says, sends, opens and presses arrives at the app that is named, or at the first")
    func said() async throws {
        try await withStagehand { hand async throws in
            try await Ear.listening(to: hand.world) { ear in
                try await hand.play("say", "hi")
                try await hand.play("say", ["app": "desk", "user": "lisi", "voice": "words"])
                try await hand.play("say", ["file": ["name": "a.txt", "text": "0123456789"]])
                try await hand.play("say", ["location": "23.1,113.3 天河"])
                try await hand.play("enter", ["app": "desk"])
                _ = try await hand.world.send("template_card", Cards.buttons())
                try await hand.play("expect", ["kind": "card"])
                try await hand.play("click", ["card": "Approve", "button": "Yes"])
                #expect(ear.messages.map(\.content.type) == ["text", "voice", "file", "location", "event", "event"])
                #expect(ear.messages.map { $0.from?.text } == ["u1", "lisi", "u1", "u1", "u1", "u1"])
                guard case .event(.templateCard(let click)) = ear.messages.last?.content else {
                    Issue.record("no click arrived")
                    return
                }
                #expect(click.key == "yes")
            }
        }
    }

    @Test("the clock moves what expires at WeCom, and comes back")
    func clock() async throws {
        try await withStagehand { hand async throws in
            let token = try await hand.world.token()
            try await hand.play("clock", "+3h")
            #expect(hand.world.wecom.clock.lead == .seconds(3 * 3600))
            let expired = try await hand.world.post("message/send", Array("{}".utf8), token: token)
            #expect(try JSONValue(parsing: expired.bytes)["errcode"] == 42001)
            try await hand.play("clock", "-1h")
            #expect(hand.world.wecom.clock.lead == .seconds(2 * 3600))
            try await hand.play("clock", 0)
            #expect(hand.world.wecom.clock.lead == .zero)
            let answer = try await hand.world.post("message/send", Array("{}".utf8), token: token)
            #expect(try JSONValue(parsing: answer.bytes)["errcode"] != 42001)
        }
    }

    @Test("a fault is met by whom it is for, as often as it is ordered, and none ends them all")
    func faults() async throws {
        try await withStagehand { hand async throws in
            try await hand.play("fault", ["kind": "rate", "app": "desk", "times": 1])
            #expect(try await hand.world.code("text", ["content": "a"]) == 45009)
            #expect(try await hand.world.code("text", ["content": "a"]) == 0)
            try await hand.play(
                "fault", ["kind": "error", "code": 60011, "call": ["send", "recall"], "corp": "ww0000000000000002"])
            #expect(try await hand.world.code("text", ["content": "b"]) == 0)
            let other = try await hand.world.send("text", ["content": "b"], app: 2)
            #expect(other["errcode"] == 60011)
            try await hand.play("fault", "none")
            #expect(hand.world.wecom.faults.orders.isEmpty)
        }
    }

    @Test(
        "what cannot be done is told with what there is",
        arguments: [
            ("say", ["app": "nobody", "text": "hi"], "only desk, shop, bot"),
            ("say", ["bot": "bot", "text": "hi"], "none"),
            ("say", ["app": "desk", "chat": "wr1", "text": "hi"], "the app desk"),
            ("say", ["app": "desk", "file": "/nowhere/x"], "/nowhere/x"),
            ("click", ["button": "Yes"], "no card"),
            ("save", ["bot": "bot"], "it connects by itself"),
            ("fault", ["kind": "kick", "bot": "desk"], "desk"),
            ("fault", ["kind": "slow", "app": "bot"], "leave it out"),
            ("kill", "router", "no process is started here"),
        ] as [(String, JSONValue, String)])
    func refused(verb: String, value: JSONValue, came: String) async throws {
        try await withStagehand { hand async throws in
            #expect(try await hand.complaint(verb, value)?.came.contains(came) == true)
        }
    }
}
