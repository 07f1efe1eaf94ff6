import HTTP
import HTTPClient
import JSON
import Simulator
import System
import TestSupport
import Testing
import Text
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

    /// The page of the exchange that a call with this body makes.
    private func detail(ofCallWith body: String, _ visitor: Visitor) async throws -> String {
        let call = HTTPRequest(
            .post, "\(visitor.bench.wecom.base)/cgi-bin/message/send?access_token=no", body: Array(body.utf8))
        _ = try await visitor.transport.send(call, HTTPRequestOptions())
        let entry = try #require(visitor.bench.wecom.wire.entries.last)
        return String(decoding: try await visitor.get("/wire/\(entry.id)").bytes, as: UTF8.self)
    }

    @Test(
        "a secret is hidden however the JSON around it is written",
        arguments: [
            #"{"secret": "hush"}"#, "{ \"secret\"\n:\n\t\"hush\" }", #"{"secret":"a\"hush"}"#,
            #"{"secr\u0065t":"hush"}"#,
            #"{"corpsecret" : "it's hush", "x": 1}"#, #"{"secret": {"a": ["hush"]}}"#, #"{"secret": "hush"#,
            #"{"secret": "\\\"hush"}"#, #"no" {"secret": "hush"}"#, #"{"frame": "{\"secret\": \"hush\"}"}"#,
            #"{"frame": "{\n \"secret\"\n: \"a\\\"hush\"}"}"#, #"{"url": "https://h/x?a=1&access_token=hush"}"#,
            "corpsecret=hush&x=1", "corpsecre%74=hush",
        ])
    func hidden(body: String) async throws {
        for isMasking in [true, false] {
            try await withVisitor(masksSecrets: isMasking) { visitor in
                let detail = try await detail(ofCallWith: body, visitor)
                #expect(detail.contains("hush") == !isMasking)
                #expect(detail.contains("••••") == isMasking)
            }
        }
    }

    @Test("what is no secret stands there, beside one")
    func beside() async throws {
        try await withVisitor(masksSecrets: true) { visitor in
            let body = #"{"secret": "a\\", "next": "seen", "list": [{"aeskey": 5, "b": "too"}], "secrets": "more"}"#
            let detail = try await detail(ofCallWith: body, visitor)
            for word in ["seen", "too", "more"] { #expect(detail.contains("<span class=\"v\">&quot;\(word)&quot;")) }
            #expect(!detail.contains("<span class=\"v\">5</span>"))
        }
    }

    @Test("numbers stand as they were written, however long")
    func numbers() async throws {
        try await withVisitor { visitor in
            let detail = try await detail(
                ofCallWith: #"{"n": 16910987385224673190, "d": [1.10, -2E3], "s": "\u4f60", "o": {}, "l": []}"#, visitor
            )
            for number in ["16910987385224673190", "1.10", "-2E3", "&quot;你&quot;", "{}", "[]"] {
                #expect(detail.contains("<span class=\"v\">\(number)</span>"))
            }
        }
    }

    @Test("the echo of a URL that is saved is shown digit by digit")
    func echo() async throws {
        try await withVisitor { visitor in
            var echo = ""
            // One that no integer of ours holds.
            while UInt64(echo).map({ $0 <= UInt64(Int64.max) }) ?? true {
                _ = await visitor.bench.wecom.verifyURL(of: visitor.bench.apps[0])
                let entry = try #require(visitor.bench.wecom.wire.entries.last { $0.name == "verify" })
                echo = String(decoding: entry.request.opened ?? [], as: UTF8.self)
            }
            let entry = try #require(visitor.bench.wecom.wire.entries.last { $0.name == "verify" })
            let detail = String(decoding: try await visitor.get("/wire/\(entry.id)").bytes, as: UTF8.self)
            #expect(detail.contains("<pre>\(echo)</pre>"))
        }
    }

    @Test("a call that is copied goes to the simulated WeCom, and repeats it there")
    func copied() async throws {
        try await withVisitor { visitor in
            try await visitor.say("x")
            try await visitor.page(showing: "send 0")
            let wecom = visitor.bench.wecom
            let entry = try #require(wecom.wire.entries.last { $0.name == "message/send" })
            let detail = String(decoding: try await visitor.get("/wire/\(entry.id)").bytes, as: UTF8.self)
            let copy = try #require(detail.between("data-copy=\"curl -X POST &#39;", "&#39;"))
            #expect(copy.hasPrefix("\(wecom.base)/cgi-bin/message/send?access_token=token-"))
            let count = wecom.transcript.messageCount
            let answer = try await visitor.transport.send(
                HTTPRequest(.post, copy, body: entry.request.body), HTTPRequestOptions())
            #expect(try JSONValue(parsing: answer.bytes)["errcode"] == 0)
            #expect(wecom.transcript.messageCount == count + 1)
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

extension String {
    /// The text between two marks.
    fileprivate func between(_ first: String, _ second: String) -> String? {
        guard let (_, rest) = cut(around: first), let (found, _) = String(rest).cut(around: second) else { return nil }
        return String(found)
    }
}
