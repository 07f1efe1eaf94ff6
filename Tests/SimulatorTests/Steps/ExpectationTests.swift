import JSON
import Simulator
import TestSupport
import Testing
import WeCom

@Suite("What steps expect", .timeLimit(.minutes(5))) struct ExpectationTests {
    @Test("what is expected comes behind what was expected before in the same chat")
    func order() async throws {
        try await withStagehand { hand in
            for text in ["a", "b", "c"] { try await hand.send(text) }
            #expect(try await hand.play("expect", ["from": "desk", "to": "u1", "text": "b"]) == ["b"])
            let failure = try await hand.complaint("expect", ["from": "desk", "text": "a", "within": "20ms"])
            #expect(failure?.expected == "something from desk “a” within 20.00 ms")
            #expect(failure?.came == "text from desk to u1: “c”")
            #expect(try await hand.play("expect", ["text": "c"]) == ["c"])
        }
    }

    @Test("each chat has its own order, and each app its own chats")
    func chats() async throws {
        try await withStagehand { hand in
            try await hand.send("first", to: "u1")
            try await hand.send("second", to: "u2")
            try await hand.send("third", app: 2)
            #expect(try await hand.play("expect", ["from": "shop", "text": "third"]) == ["third"])
            #expect(try await hand.play("expect", ["to": "U2", "text": "second"]) == ["second"])
            #expect(try await hand.play("expect", ["to": "u1", "from": "desk", "text": "first"]) == ["first"])
            #expect(try await hand.complaint("expect", ["from": "desk", "within": "0"])?.came == "nothing")
        }
    }

    @Test("something is waited for that comes later")
    func later() async throws {
        try await withStagehand { hand in
            async let seen = hand.play("expect", ["text": "late", "within": "30s"])
            try await hand.send("late")
            #expect(try await seen == ["late"])
        }
    }

    @Test("what must not come fails at once where it has come already, unless it was expected")
    func nothing() async throws {
        try await withStagehand { hand in
            try await hand.send("a")
            try await hand.play("expect", ["text": "a"])
            try await hand.play("expect_nothing", ["to": "u1", "for": "10ms"])
            try await hand.send("b")
            try await hand.play("expect_nothing", ["text": "c", "for": "10ms"])
            let failure = try await hand.complaint("expect_nothing", ["from": "desk", "for": "1h"])
            #expect(failure?.came == "text from desk to u1: “b”")
        }
    }

    @Test("it comes as often as it is to, and words with * stand one behind another")
    func timesAndWords() async throws {
        try await withStagehand { hand in
            for text in ["1 of 3", "2 of 3", "3 of 3"] { try await hand.send(text) }
            // What people see is noted beside the test.
            while hand.sightings.position < 3 { await beforeLookingAgain() }
            let complaint = try await hand.complaint("expect", ["match": "of*3", "times": 4, "within": "0"])
            #expect(complaint?.came.hasPrefix("3 of them") == true)
            #expect(try await hand.complaint("expect", ["match": "3*of 2", "within": "0"]) != nil)
            #expect(try await hand.play("expect", ["match": "of*3", "times": 3]).count == 3)
        }
    }

    @Test("a recall is seen by who asks for it, and is no message to others")
    func kinds() async throws {
        try await withStagehand { hand in
            let sent = try await hand.world.send("text", ["content": "oops"])
            _ = try await hand.world.call("message/recall", ["msgid": sent["msgid"] ?? ""])
            try await hand.play("expect", ["text": "oops"])
            try await hand.play("expect_nothing", ["from": "desk", "for": "10ms"])
            #expect(try await hand.play("expect", ["kind": "recall"]) == ["oops"])
        }
    }

    @Test("a file is seen with its name, a card with its title")
    func contents() async throws {
        try await withStagehand { hand in
            let file = try await hand.world.uploaded(Array("%PDF-1.7".utf8), "file", named: "报告.pdf")
            _ = try await hand.world.send("file", ["media_id": .string(file)])
            _ = try await hand.world.send("template_card", Cards.buttons())
            #expect(try await hand.play("expect", ["kind": "file"]) == ["报告.pdf"])
            #expect(try await hand.play("expect", ["kind": "card", "match": "Yes"]) == ["Approve?"])
        }
    }

    @Test(
        "where everybody exists, nothing is expected only of those who are known; others are told with the nearest name"
    )
    func slips() async throws {
        try await withStagehand { hand in
            hand.world.wecom.changeCorp(hand.world.apps[0].corpID) {
                $0.add(FakeMember(UserID("zhangsan"), name: "张三"))
            }
            let unknown = try await hand.complaint("expect_nothing", ["to": "zhangsna", "for": "0"])
            #expect(unknown?.isAboutName == true && unknown?.came.hasSuffix("did you mean zhangsan?") == true)
            let app = try await hand.complaint("expect", ["from": "dsek", "within": "1h"])
            #expect(app?.came == "only desk, shop, bot: did you mean desk?")
            let missed = try await hand.complaint("expect", ["to": "zhangsna", "within": "0"])
            #expect(missed?.came == "nothing; nobody here is called zhangsna: did you mean zhangsan?")
            try await hand.send("hi", to: "lisi")
            try await hand.play("expect", ["to": "lisi", "text": "hi"])
            try await hand.play("expect_nothing", ["to": "lisi", "for": "0"])
        }
    }

    @Test("every name of a scenario that nobody has is told before anything is done; who speaks in it is somebody")
    func scenario() async throws {
        try await withStagehand { hand in
            func line(_ number: Int, _ verb: String, _ value: JSONValue) throws -> Scenario.Line {
                .init(number: number, step: try Step(Written(.object([.init(verb, value)]))))
            }
            let lines = [
                try line(2, "fault", ["kind": "rate"]), try line(3, "expect_nothing", ["to": "late", "for": "0"]),
                try line(4, "say", ["bot": "bot", "user": "late", "text": "hi"]),
            ]
            let slips = [
                try line(5, "expect_nothing", ["from": "ech0", "for": "0"]), try line(6, "kill", "rooter"),
            ]
            let report = await hand.player.play(Scenario(file: "a.yaml", lines: lines + slips), within: .seconds(60))
            let told = (report.complaint ?? "").split(separator: "\n")
            #expect(told.map { $0.prefix(9) } == ["a.yaml:5:", "a.yaml:6:"])
            #expect(report.lines.prefix(3).allSatisfy { $0.outcome == .skipped })
            #expect(hand.world.wecom.faults.orders.isEmpty)
            let played = await hand.player.play(
                Scenario(file: "a.yaml", lines: Array(lines.prefix(2))), within: .seconds(60))
            #expect(played.failure == nil)
        }
    }

    @Test("a group is known that is listed, or in which something was said; in a corp that is closed there is no other")
    func groups() async throws {
        try await withStagehand { hand in
            let player = Player(
                hand.world.wecom, hand.player.parties, hand.player.sightings, user: UserID("u1"),
                groups: [ChatID("wrTeam")])
            let listed = Stagehand(world: hand.world, player: player, sightings: hand.sightings)
            #expect(try await listed.complaint("expect_nothing", ["to": "wrTaem", "for": "0"])?.isAboutName == true)
            try await listed.play("expect_nothing", ["to": "wrTeam", "for": "0"])
            let other: JSONValue = ["bot": "bot", "chat": "wrOther", "text": "hi"]
            #expect(try await listed.complaint("say", other)?.isAboutName == false)
            try await listed.play("expect_nothing", ["to": "wrOther", "for": "0"])
            for app in hand.world.apps { hand.world.wecom.changeCorp(app.corpID) { $0.isOpen = false } }
            let said = try await listed.complaint("say", ["bot": "bot", "chat": "wrTaem", "text": "hi"])
            #expect(said?.isAboutName == true && said?.came == "only wrTeam: did you mean wrTeam?")
        }
    }
}
