import HTTP
import JSON
import Simulator
import System
import TestSupport
import Testing
import WeCom

@Suite("The wire in the playground", .timeLimit(.minutes(5))) struct WireTests {
    @Test("a callback is shown sealed and opened, with the sizes of its parts")
    func callback() async throws {
        try await withVisitor { visitor in
            try await visitor.say("看得见")
            try await visitor.page(showing: "send 0")
            let entry = try #require(visitor.bench.wecom.wire.entries.first { $0.name == "callback" })
            let layout = try #require(entry.layout)
            #expect(layout.message == entry.request.opened?.count && layout.receiver == 18 && layout.total % 32 == 0)
            #expect((1...32).contains(layout.padding))
            let detail = String(decoding: try await visitor.get("/wire/\(entry.id)").bytes, as: UTF8.self)
            for part in [
                "<span class=\"v\">看得见</span>", "msg_signature", "&lt;Encrypt&gt;", "随机 16", "data-copy=\"curl -X POST",
            ] {
                #expect(detail.contains(part))
            }
            #expect(entry.attempt?.number == 1 && entry.attempt?.most == 4 && entry.status == 200 && !entry.isTrouble)
        }
    }

    @Test("an exchange that is not kept is not found")
    func unknown() async throws {
        try await withVisitor { visitor in
            let answer = try await visitor.get("/wire/77")
            #expect(answer.status == .notFound)
        }
    }

    @Test("calls have their codes, and those that are refused say what to do")
    func calls() async throws {
        try await withVisitor { visitor in
            visitor.bench.wecom.faults.next(.send, .errorCode(45009))
            try await visitor.say("zu oft")
            try await eventually { visitor.bench.wecom.wire.entries.contains { $0.code == 45009 } }
            let entry = try #require(visitor.bench.wecom.wire.entries.first { $0.code == 45009 })
            #expect(entry.isTrouble && entry.fault != nil && entry.name == "message/send")
            let detail = String(decoding: try await visitor.get("/wire/\(entry.id)").bytes, as: UTF8.self)
            #expect(detail.contains("45009: \(ErrorCode(45009).meaning)"))
        }
    }

    @Test("polls of a stream are one line that counts them")
    func polls() async throws {
        try await withVisitor { visitor in
            var visitor = visitor
            visitor.chat = "bot-aib3fQ0x"
            try await visitor.say("x")
            try await visitor.page(showing: "⟳ 第 4 次", not: "grows")
            let entries = visitor.bench.wecom.wire.entries
            #expect(entries.map(\.name) == ["bot callback", "stream"])
            #expect(entries.last?.polls == 4)
            let answer = try #require(entries.last?.answer?.opened)
            let json = try JSONValue(parsing: answer)
            #expect(json["stream"]?["finish"] == true)
        }
    }

    @Test("secrets that are somebody's own are on no page; invented ones are")
    func secrets() async throws {
        for isMasking in [true, false] {
            try await withVisitor(masksSecrets: isMasking) { visitor in
                try await visitor.say("x")
                try await visitor.page(showing: "send 0")
                var all = ""
                for entry in visitor.bench.wecom.wire.entries {
                    all += String(decoding: try await visitor.get("/wire/\(entry.id)").bytes, as: UTF8.self)
                }
                let secret = visitor.bench.apps[0].secret.reveal()
                #expect(all.contains(secret) == !isMasking)
                #expect(all.contains("access_token=token-") == !isMasking)
                #expect(all.contains("••••") == isMasking)
            }
        }
    }

    @Test("nothing is kept before somebody watches, and nothing after it was forgotten")
    func keeping() async throws {
        try await withVisitor { visitor in
            try await visitor.say("x")
            try await visitor.page(showing: "send 0")
            try await visitor.act("forget")
            #expect(visitor.bench.wecom.wire.entries.isEmpty)
        }
    }
}
