import HTTP
import Simulator
import TestSupport
import Testing
import WeCom

@Suite("What people say elsewhere, in the playground", .timeLimit(.minutes(5)))
struct ElsewhereTests {
    @Test("pictures, files, recordings and places that were sent to an app are shown as the page's own")
    func files() async throws {
        try await withVisitor { visitor in
            let (wecom, app, user) = (visitor.bench.wecom, visitor.bench.apps[0], UserID("zhangsan"))
            await wecom.send(png, .image, named: "a.png", as: user, to: app)
            await wecom.send(Array("%PDF-1.7".utf8), .file, named: "报告.pdf", as: user, to: app)
            await wecom.send(.silence(seconds: 12), .voice, named: "v.amr", recognition: "听得见", as: user, to: app)
            let page = try await visitor.page(showing: "class=\"pic\"", "报告.pdf", "12″", "听得见", not: "[image]")
            for type in ["[file]", "[voice]"] { #expect(!page.contains(type)) }
            let file = try #require(page.entry(holding: "报告.pdf"))
            #expect(try await visitor.get("/media/\(file)/0").bytes == Array("%PDF-1.7".utf8))
        }
    }

    @Test("so are those that were sent to a bot, opened")
    func sealedFiles() async throws {
        try await withVisitor { visitor in
            var visitor = visitor
            visitor.chat = "bot-aib3fQ0x"
            let (wecom, bot, user) = (visitor.bench.wecom, visitor.bench.bot, UserID("zhangsan"))
            let sealed = wecom.seal(png, named: "b.png", as: .image, for: bot)
            await wecom.post(
                wecom.message(.sealed(sealed), from: user, in: .single, to: bot), to: bot, asking: .milliseconds(1))
            await wecom.post(
                wecom.message(.speech("说出来的"), from: user, in: .single, to: bot), to: bot, asking: .milliseconds(1))
            let page = try await visitor.page(showing: "class=\"pic\"", "说出来的", not: "[image]")
            let picture = try #require(page.entry(holding: "b.png"))
            #expect(try await visitor.get("/media/\(picture)/0").bytes == png)
        }
    }

    @Test("what nobody took says so when WeCom gives it up, and goes again when it is asked for")
    func refused() async throws {
        try await withVisitor { visitor in
            let (wecom, app) = (visitor.bench.wecom, visitor.bench.apps[0])
            wecom.setCallbackURL("http://127.0.0.1:1/none", of: app)
            wecom.changeCallbacks { $0.deliveries = 2 }
            await wecom.say("niemand", as: UserID("zhangsan"), to: app, patience: .milliseconds(20))
            let page = try await visitor.page(showing: "niemand", "没有送达", not: "class=\"msg me pend\"")
            wecom.setCallbackURL(visitor.bench.callbackURL, of: app)
            try await visitor.act("again", ["entry": try #require(page.entry(holding: "niemand"))])
            try await visitor.page(showing: "send 0", not: "没有送达")
            #expect(visitor.bench.answerer.heard.map(\.content) == [.text("niemand")])
        }
    }

    @Test("the same of a bot that is called")
    func refusedByBot() async throws {
        try await withVisitor { visitor in
            var visitor = visitor
            visitor.chat = "bot-aib3fQ0x"
            let (wecom, bot) = (visitor.bench.wecom, visitor.bench.bot)
            wecom.setCallbackURL("http://127.0.0.1:1/none", of: bot)
            _ = await wecom.say("niemand", as: UserID("zhangsan"), to: bot)
            try await visitor.page(showing: "niemand", "没有送达", not: "class=\"msg me pend\"")
        }
    }
}
