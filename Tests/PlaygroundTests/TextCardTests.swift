import TestSupport
import Testing

@Suite("A text card in the playground", .timeLimit(.minutes(5)))
struct TextCardTests {
    @Test("of its description the three colours and the breaks of WeCom are shown, and other marks as they were typed")
    func description() async throws {
        try await withVisitor { visitor in
            try await visitor.say("text card")
            try await visitor.page(
                showing:
                    "<span class=\"d-gray\">11 月 8 日</span><span class=\"d-highlight\">请准时\n到场</span>&lt;b&gt;x&lt;/b&gt;"
            )
        }
    }

    @Test(
        "on its button stand the app's first four characters, or WeCom's own word",
        arguments: [
            (":更多", "更多"), (":五个字的钮", "五个字的"), (":<b>x", "&lt;b&gt;x"), ("", "详情"), (":", "详情"), (": ", "详情"),
        ])
    func button(written: String, shown: String) async throws {
        try await withVisitor { visitor in
            try await visitor.say("text card\(written)")
            try await visitor.page(showing: "data-to=\"https://example.com\"><span>\(shown)</span>")
        }
    }
}
