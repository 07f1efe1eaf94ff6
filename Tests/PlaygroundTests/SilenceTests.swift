import HTTP
import HTTPClient
import JSON
import Pages
import Simulator
import System
import TestSupport
import Testing
import WeCom

@testable import Playground

@Suite("What WeCom does without a word", .timeLimit(.minutes(5)))
struct SilenceTests {
    /// Has the first app send a text to somebody by hand.
    private func send(_ text: String, to user: String = "zhangsan", _ visitor: Visitor, as app: FakeApp) async throws {
        let base = visitor.bench.wecom.base
        func call(_ request: HTTPRequest) async throws -> JSONValue {
            try JSONValue(parsing: try await visitor.transport.send(request, HTTPRequestOptions()).bytes)
        }
        let token = try await call(
            HTTPRequest(
                .get, "\(base)/cgi-bin/gettoken?corpid=\(app.corpID)&corpsecret=\(app.secret.reveal())"))[
                "access_token"]
        let message: JSONValue = [
            "touser": .string(user), "msgtype": "text", "agentid": .integer(app.agentID.number),
            "text": ["content": .string(text)],
        ]
        let path = "\(base)/cgi-bin/message/send?access_token=\(token?.string ?? "")"
        #expect(try await call(HTTPRequest(.post, path, body: message.bytes))["errcode"] == 0)
    }

    private func sends(_ visitor: Visitor) -> [WireEntry] {
        visitor.bench.wecom.wire.entries.filter { $0.name == "message/send" }
    }

    private func detail(of entry: WireEntry?, _ visitor: Visitor) async throws -> String {
        String(decoding: try await visitor.get("/wire/\(entry?.id ?? 0)").bytes, as: UTF8.self)
    }

    private func entries(of chat: ChatKey, _ visitor: Visitor) -> [ChatEntry] {
        visitor.bench.playground.book.withLock { $0.log(chat).entries }
    }

    @Test("messages beyond thirty a minute are told as dropped, on the wire each and in the chat together")
    func drops() async throws {
        try await withVisitor { visitor in
            var visitor = visitor
            visitor.language = "en"
            let app = visitor.bench.apps[0]
            let chat = ChatKey.app(app.identity, UserID("zhangsan"))
            for number in 1...30 { try await send("no. \(number)", visitor, as: app) }
            try await eventually { entries(of: chat, visitor).count == 30 }
            for number in 31...45 { try await send("no. \(number)", visitor, as: app) }
            #expect(sends(visitor).map(\.isTrouble) == (1...45).map { $0 > 30 })
            let shown = try await detail(of: sends(visitor).last, visitor)
            #expect(shown.contains("dropped: over 30 a minute: zhangsan"))
            #expect(
                try await visitor.page("&view=wire").contains("<span class=\"t warn\">dropped: over 30 a minute</span>")
            )
            let remarks = entries(of: chat, visitor).map { $0.remarks(.english) }
            #expect(remarks.count == 30 && remarks.dropLast().allSatisfy(\.isEmpty))
            #expect(remarks.last == ["15 messages dropped: over 30 a minute"])
            #expect(entries(of: chat, visitor).last?.remarks(.chinese) == ["15 条消息已丢弃：超过每分钟 30 条"])
        }
    }

    @Test("a message that one of two is not shown is told with the one")
    func partly() async throws {
        try await withVisitor { visitor in
            let app = visitor.bench.apps[0]
            visitor.bench.wecom.limitMembers(to: FakeMemberLimits(perMinute: 30, perHour: 1))
            try await send("a", to: "lisi", visitor, as: app)
            try await send("b", to: "zhangsan|lisi", visitor, as: app)
            #expect(sends(visitor).last?.silences == [.dropped([UserID("lisi")], over: .perHour(1))])
            #expect(try await detail(of: sends(visitor).last, visitor).contains("已丢弃：超过每小时 1 条: lisi"))
        }
    }

    @Test("a text that is cut is told with its bytes; one that is not is told nothing of")
    func cuts() async throws {
        try await withVisitor { visitor in
            let app = visitor.bench.apps[0]
            try await send(String(repeating: "x", count: 2048), visitor, as: app)
            try await send(String(repeating: "x", count: 3000), visitor, as: app)
            #expect(sends(visitor).map(\.silences) == [[], [.cut(from: 3000, to: 2048)]])
            #expect(sends(visitor).map(\.isTrouble) == [false, true])
            #expect(try await detail(of: sends(visitor).last, visitor).contains("截断为 2,048 B"))
            let chat = ChatKey.app(app.identity, UserID("zhangsan"))
            try await eventually { entries(of: chat, visitor).count == 2 }
            #expect(entries(of: chat, visitor).map { $0.remarks(.english) } == [[], ["cut at 2,048 B"]])
        }
    }

    @Test("a press that no update comes of says so until one does")
    func presses() async throws {
        try await withVisitor(patience: .milliseconds(200)) { visitor in
            let app = visitor.bench.apps[0]
            try await visitor.say("cards")
            let page = try await visitor.page(showing: "要运行一条命令", "请补充工单信息")
            let id = try #require(page.entry(holding: "要运行一条命令"))
            visitor.bench.wecom.setCallbackURL("http://127.0.0.1:1/none", of: app)
            try await visitor.act("press", ["entry": id, "key": "session"])
            let chat = ChatKey.app(app.identity, UserID("zhangsan"))
            func remarks() -> [String] {
                entries(of: chat, visitor).first { "\($0.id)" == id }?.remarks(.english) ?? []
            }
            try await eventually { remarks() == ["pressed, and the card was not updated"] }
            let click = visitor.bench.wecom.wire.entries.last { $0.note.contains("template_card_event") }
            #expect(click?.silences == [.noUpdate] && click?.isTrouble == true)
            visitor.bench.wecom.setCallbackURL(visitor.bench.callbackURL, of: app)
            try await visitor.act("press", ["entry": id, "key": "session"])
            try await visitor.page(showing: "已选择 session")
            #expect(remarks().isEmpty)
        }
    }
}
