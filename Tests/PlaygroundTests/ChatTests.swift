import HTTP
import JSON
import Simulator
import TestSupport
import Testing
import Text
import WeCom

@Suite("Chats in the playground", .timeLimit(.minutes(5))) struct ChatTests {
    @Test("what a person says reaches the app, and its answer stands in their chat and nobody else's")
    func answer() async throws {
        try await withVisitor { visitor in
            try await visitor.say("你好 & <b>")
            // The answer is what was said, so it stands there twice.
            let page = try await visitor.page(showing: "send 0", "你好 &amp; &lt;b&gt;")
            #expect(page.components(of: "你好 &amp; &lt;b&gt;</div>") == 2)
            #expect(visitor.bench.answerer.heard.map(\.content) == [.text("你好 & <b>")])
            var other = visitor
            other.user = "lisi"
            #expect(try await !other.page().contains("你好 &amp; &lt;b&gt;</div>"))
            other = visitor
            other.chat = "app-1000004"
            #expect(try await !other.page().contains("你好 &amp; &lt;b&gt;</div>"))
        }
    }

    @Test(
        "what anybody writes is read as it was typed",
        arguments: [
            "<img src=x onerror=alert(1)>", "]]>", "\" onload=\"x", "</textarea><script>1</script>", "&lt;",
            "\u{202E}abc",
            "<a href=\"javascript:alert(1)\">x</a>",
        ])
    func hostileText(text: String) async throws {
        try await withVisitor { visitor in
            try await visitor.say(text)
            let page = try await visitor.page(showing: "send 0")
            for forbidden in ["<img src=x", "<script>1", "\" onload=\"", "href=\"javascript:"] {
                #expect(!page.contains(forbidden))
            }
            #expect(page.components(of: "<script") == 1)
        }
    }

    @Test("an app's Markdown is shown, and what WeCom's apps do not know stands as it was typed")
    func markdown() async throws {
        try await withVisitor { visitor in
            try await visitor.say("markdown")
            let page = try await visitor.page(showing: "<b>37</b>")
            #expect(page.contains("<span class=\"warning\">2 个破坏性变更</span>"))
            #expect(page.contains("<code>/v2/settle</code>"))
            #expect(page.contains("- 不是列表"))
            // A link opens nothing: it shows where it leads.
            #expect(page.contains("data-to=\"https://example.com/compare\""))
            #expect(!page.contains("href=\"https://"))
        }
    }

    @Test("a message that is recalled leaves a line that says so, in the language of the page")
    func recall() async throws {
        try await withVisitor { visitor in
            try await visitor.say("recall")
            try await visitor.page(showing: "代码助手 撤回了一条消息")
            var reader = visitor
            reader.language = "en"
            #expect(try await reader.page().contains("代码助手 recalled a message"))
        }
    }

    @Test("all five cards are shown, and a click brings what the app makes of it")
    func cards() async throws {
        try await withVisitor { visitor in
            try await visitor.say("cards")
            let page = try await visitor.page(
                showing: "昨日结算", "秋季登山活动报名", "要运行一条命令", "周会改到哪天", "请补充工单信息")
            let entry = try #require(page.entry(holding: "要运行一条命令"))
            try await visitor.act("press", ["entry": entry, "key": "session"])
            try await visitor.page(showing: "已选择 session", not: "value=\"session\"")
            let vote = try #require(page.entry(holding: "周会改到哪天"))
            try await visitor.act("press", ["entry": vote, "key": "submit", "q:day": "wed"])
            try await visitor.page(showing: "已选择 submit")
            let clicks = visitor.bench.answerer.heard.compactMap { message -> CardClick? in
                if case .event(.templateCard(let click)) = message.content { click } else { nil }
            }
            #expect(clicks.map(\.key) == ["session", "submit"])
            #expect(clicks.last?.selections == ["day": ["wed"]])
        }
    }

    @Test("a key that the card does not have, and a card of somebody else, are not pressed")
    func wrongPress() async throws {
        try await withVisitor { visitor in
            try await visitor.say("cards")
            let page = try await visitor.page(showing: "请补充工单信息")
            let entry = try #require(page.entry(holding: "要运行一条命令"))
            var other = visitor
            other.user = "lisi"
            try await other.act("press", ["entry": entry, "key": "once"])
            try await visitor.act("press", ["entry": entry, "key": "none"])
            try await visitor.act("press", ["entry": "999", "key": "once"])
            try await visitor.say("last")
            try await visitor.page(showing: ">last</div>")
            #expect(!visitor.bench.answerer.heard.contains { $0.content.type == "event" })
        }
    }

    @Test("a picture is shown and any other file is only to be saved, whatever its name")
    func files() async throws {
        try await withVisitor { visitor in
            try await visitor.drop(png, named: "a.png")
            try await visitor.drop(Array("<script>alert(1)</script>".utf8), named: "<b>.html")
            let page = try await visitor.page(showing: "收到 image", "收到 file")
            let picture = try #require(page.entry(holding: "a.png"))
            let shown = try await visitor.get("/media/\(picture)/0")
            #expect(shown.bytes == png && shown.headers["Content-Type"] == "image/png")
            let file = try #require(page.entry(holding: "&lt;b&gt;.html"))
            let saved = try await visitor.get("/media/\(file)/0")
            #expect(saved.headers["Content-Type"] == "application/octet-stream")
            #expect(saved.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%3Cb%3E.html")
            for answer in [shown, saved] {
                #expect(answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'")
                #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
            }
            for wrong in ["/media/999/0", "/media/\(file)/1", "/media/x", "/media/1/2/3"] {
                #expect(try await visitor.get(wrong).status == .notFound)
            }
        }
    }

    @Test("a file that WeCom would not carry is refused with the limit that it breaks")
    func largeFile() async throws {
        try await withVisitor { visitor in
            let answer = try await visitor.drop([UInt8](repeating: 65, count: (20 << 20) + 1), named: "a.bin")
            #expect(answer.status == .unprocessableContent)
            #expect(String(decoding: answer.bytes, as: UTF8.self).contains("20 MB"))
            let small = try await visitor.drop([1, 2, 3], named: "a.bin")
            #expect(small.status == .unprocessableContent)
            #expect(visitor.bench.answerer.heard.isEmpty)
        }
    }

    @Test("a recording has its seconds, and what was understood of it")
    func voice() async throws {
        try await withVisitor { visitor in
            try await visitor.act("voice", ["seconds": "7", "text": "明天开会"])
            let page = try await visitor.page(showing: "7″", "明天开会", "收到 voice")
            let entry = try #require(page.entry(holding: "7″"))
            let sound = try await visitor.get("/sound/\(entry)")
            #expect(sound.headers["Content-Type"] == "audio/wav" && sound.bytes.starts(with: "RIFF".utf8))
            // A byte a sample, 8,000 a second, behind 44 bytes of head.
            #expect(sound.bytes.count == 44 + 7 * 8000)
            for wrong in ["/sound/999", "/sound/x"] { #expect(try await visitor.get(wrong).status == .notFound) }
            guard case .voice(_, "amr", "明天开会")? = visitor.bench.answerer.heard.first?.content else {
                throw Unexpected("no voice was heard")
            }
        }
    }

    @Test("a chat whose app knows words offers them, in the language of the page, and no other does")
    func offers() async throws {
        try await withVisitor { visitor in
            let page = try await visitor.page()
            #expect(!page.contains("class=\"offers\""))
            var reader = visitor
            reader.chat = "app-1000004"
            #expect(try await reader.page().contains("name=\"text\" value=\"年假\">年假</button>"))
            reader.language = "en"
            #expect(try await reader.page().contains("name=\"text\" value=\"leave\">leave</button>"))
        }
    }

    @Test("a bot's answer grows, thinks, and ends with its polls counted")
    func bot() async throws {
        try await withVisitor { visitor in
            var visitor = visitor
            visitor.chat = "bot-aib3fQ0x"
            try await visitor.say("为什么慢了？")
            try await visitor.page(showing: "bub md grows")
            let page = try await visitor.page(showing: "<th>时间</th>", "⟳ 第 4 次", not: "grows")
            #expect(page.contains("<details class=\"think\" id=\"think-"))
            #expect(page.contains("<li>建议在低峰期执行迁移</li>"))
        }
    }

    @Test("in a group a bot hears what calls it and nothing else; everybody there sees both")
    func group() async throws {
        try await withVisitor { visitor in
            var visitor = visitor
            visitor.chat = "group-wrPlayground1"
            try await visitor.say("大家好")
            try await visitor.say("@小路 你好")
            var other = visitor
            other.user = "lisi"
            let page = try await other.page(showing: "大家好", "<span class=\"at\">@小路</span> 你好", "结论")
            #expect(page.contains("<bdi>张三</bdi>"))
            let calls = visitor.bench.wecom.wire.entries.filter { $0.name == "bot callback" }
            #expect(calls.count == 1 && calls.first?.group == ChatID("wrPlayground1"))
        }
    }

    @Test("what somebody has not seen is counted, and who is called is told so")
    func unread() async throws {
        try await withVisitor { visitor in
            var visitor = visitor
            visitor.chat = "group-wrPlayground1"
            try await visitor.say("第一条")
            try await visitor.say("@李思 第二条")
            var other = visitor
            (other.user, other.chat) = ("lisi", "app-1000002")
            let page = try await other.page()
            #expect(page.contains("<span class=\"vh\">未读 </span>2"))
            #expect(page.contains("[有人@我]"))
            other.chat = "group-wrPlayground1"
            _ = try await other.page()
            other.chat = "app-1000002"
            #expect(try await !other.page().contains("未读 "))
        }
    }

    @Test("what nobody takes says so, and goes again when it is asked for")
    func again() async throws {
        try await withVisitor(patience: .milliseconds(50)) { visitor in
            let app = visitor.bench.apps[0]
            visitor.bench.wecom.setCallbackURL("http://127.0.0.1:1/none", of: app)
            try await visitor.say("niemand")
            let page = try await visitor.page(showing: "没有送达")
            visitor.bench.wecom.setCallbackURL(visitor.bench.callbackURL, of: app)
            try await visitor.act("again", ["entry": try #require(page.entry(holding: "niemand"))])
            try await visitor.page(showing: "send 0", not: "没有送达")
        }
    }

    @Test("somebody unknown, of an unknown corp, or in a chat that is not theirs, is somebody else who exists")
    func strangers() async throws {
        try await withVisitor { visitor in
            for query in [
                "/", "/?as=x:y", "/?as=\(Bench.corp):<b>", "/?as=%00", "/?as=\(Bench.corp):zhangsan&chat=app-9",
            ] {
                let answer = try await visitor.get(query)
                #expect(answer.status == .ok)
                #expect(String(decoding: answer.bytes, as: UTF8.self).contains("<bdi>张三</bdi>"))
            }
        }
    }
}

extension String {
    func components(of word: String) -> Int { Needle(word).ranges(in: utf8).count }

    /// The number of the entry in whose markup a word stands.
    func entry(holding word: String) -> String? {
        let items = split(separator: "<li class=\"turn\" id=\"m-")
        return items.dropFirst().first { $0.contains(word) }.map { String($0.prefix { $0.isNumber }) }
    }
}
