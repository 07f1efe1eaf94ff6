import HTTP
import JSON
import Simulator
import TestSupport
import Testing
import WeCom

@Suite("What a bot shows besides words, and what people do with it", .timeLimit(.minutes(5))) struct BotChatTests {
    private func withBot(_ body: @escaping (Visitor) async throws -> Void) async throws {
        try await withVisitor { visitor in
            var visitor = visitor
            visitor.chat = "bot-aib3fQ0x"
            try await body(visitor)
        }
    }

    @Test("a picture below an answer is shown, and can be rated, once, and taken back")
    func pictures() async throws {
        try await withBot { visitor in
            try await visitor.say("picture")
            let page = try await visitor.page(showing: "看这张图", "class=\"pic\"", "class=\"rate\"")
            let entry = try #require(page.entry(holding: "看这张图"))
            let picture = try await visitor.get("/media/\(entry)/0")
            #expect(picture.bytes == png && picture.headers["Content-Type"] == "image/png")
            #expect(try await visitor.get("/media/\(entry)/1").status == .notFound)
            try await visitor.act("rate", ["entry": entry, "rating": "bad"])
            try await visitor.page(showing: "value=\"bad\" aria-pressed=\"true\"")
            try await visitor.act("rate", ["entry": entry, "rating": "bad"])
            try await visitor.page(showing: "value=\"bad\" aria-pressed=\"false\"")
            try await eventually {
                let verdicts = visitor.bench.answerer.botHeard.compactMap {
                    $0["event"]?["feedback_event"]?["type"]?.integer
                }
                return Set(verdicts) == [2, 3]
            }
            #expect(try await visitor.act("rate", ["entry": entry, "rating": "x"]).status == .notFound)
        }
    }

    @Test("thoughts are folded under the time that they took")
    func thoughts() async throws {
        try await withBot { visitor in
            try await visitor.say("为什么慢了？")
            let page = try await visitor.page(showing: "<th>时间</th>", "已思考", not: "grows")
            let seconds = try #require(page.behind("已思考 ")?.prefix { $0.isNumber })
            #expect((1...10).contains(Int(seconds) ?? 0), "\(seconds)")
        }
    }

    @Test("somebody else's answer, and one that does not ask for it, are not rated")
    func wrongRating() async throws {
        try await withBot { visitor in
            try await visitor.say("picture")
            let entry = try #require(try await visitor.page(showing: "class=\"rate\"").entry(holding: "看这张图"))
            var other = visitor
            other.user = "lisi"
            try await other.act("rate", ["entry": entry, "rating": "good"])
            try await visitor.say("为什么慢了？")
            let plain = try #require(try await visitor.page(showing: "<th>时间</th>", not: "grows").entry(holding: "结论"))
            try await visitor.act("rate", ["entry": plain, "rating": "good"])
            try await visitor.say("card")
            try await visitor.page(showing: "要发布吗？")
            #expect(!visitor.bench.answerer.botHeard.contains { $0["event"]?["feedback_event"] != nil })
        }
    }

    @Test(
        "a press on a bot's card reaches it, and its new card stands in the place of the old one, below the same words")
    func press() async throws {
        try await withBot { visitor in
            try await visitor.say("card")
            let page = try await visitor.page(showing: "请选择", "value=\"yes\"")
            let entry = try #require(page.entry(holding: "要发布吗？"))
            try await visitor.act("press", ["entry": entry, "key": "none"])
            try await visitor.act("press", ["entry": entry, "key": "yes"])
            let after = try await visitor.page(showing: "已发布", not: "value=\"yes\"")
            #expect(after.entry(holding: "已发布") == entry && after.entry(holding: "请选择") == entry)
            #expect(after.components(of: "要发布吗？</b>") == 1)
            let keys = visitor.bench.answerer.botHeard.compactMap {
                $0["event"]?["template_card_event"]?["event_key"]?.string
            }
            #expect(keys == ["yes"])
        }
    }
}
