import HTTP
import JSON
import Simulator
import Testing
import WeCom

@Suite("Messages that the simulated WeCom takes, and those it refuses", .timeLimit(.minutes(5))) struct MessageTests {
    @Test("a text longer than 2048 bytes is cut, a markdown message is refused")
    func tooLong() async throws {
        try await withWorld { world async throws in
            let long = String(repeating: "x", count: 2049)
            #expect(try await world.code("text", ["content": .string(long)]) == 0)
            #expect(world.wecom.transcript.messages.map(\.text.utf8.count) == [2048])
            #expect(try await world.code("markdown", ["content": .string(long)]) == 45002)
            #expect(try await world.code("markdown", ["content": .string(String(long.dropLast()))]) == 0)
        }
    }

    @Test(
        "a part that lacks something, or has too much of it, is refused with the code that says so",
        arguments: [
            ("text", ["content": ""], 44004),
            ("text", ["content": 5], 40058),
            ("markdown", [:], 44004),
            ("image", [:], 41006),
            ("image", ["media_id": "nobody's"], 40007),
            ("textcard", ["description": "d", "url": "https://e.com"], 41016),
            ("textcard", ["title": "t", "url": "https://e.com"], 41033),
            ("textcard", ["title": "t", "description": "d", "url": "e.com"], 45034),
            ("textcard", ["title": "t", "description": "d", "url": "https://e.com", "btntxt": 5], 40058),
            ("news", ["articles": []], 40035),
            ("news", ["articles": [["title": "t"]]], 40058),
            ("news", ["articles": [["url": "https://e.com"]]], 41016),
            ("mpnews", ["articles": [["title": "t", "content": "c"]]], 41006),
            ("miniprogram_notice", ["appid": "wx1", "title": "four"], 48002),
            ("taskcard", ["title": "t"], 40008),
            ("markdown_v2", ["content": "c"], 40008),
        ] as [(String, JSONValue, Int64)])
    func refusals(type: String, part: JSONValue, code: Int64) async throws {
        try await withWorld { world async throws in
            #expect(try await world.code(type, part) == code)
            #expect(world.wecom.transcript.refusals.map(\.code) == [code])
            #expect(world.wecom.transcript.messages.isEmpty)
        }
    }

    @Test("lengths are counted in bytes, to the byte")
    func lengths() async throws {
        func card(title: Int, description: Int, url: Int) -> JSONValue {
            [
                "title": .string(String(repeating: "字", count: title / 3) + String(repeating: "x", count: title % 3)),
                "description": .string(String(repeating: "d", count: description)),
                "url": .string("https://" + String(repeating: "u", count: url - 8)),
            ]
        }
        try await withWorld { world async throws in
            #expect(try await world.code("textcard", card(title: 128, description: 512, url: 2048)) == 0)
            #expect(try await world.code("textcard", card(title: 129, description: 512, url: 2048)) == 45002)
            #expect(try await world.code("textcard", card(title: 128, description: 513, url: 2048)) == 45002)
            #expect(try await world.code("textcard", card(title: 128, description: 512, url: 2049)) == 40039)
        }
    }

    @Test("eight articles are taken, nine are too many, and news keeps no secrets")
    func articles() async throws {
        try await withWorld { world async throws in
            let article: JSONValue = ["title": "t", "description": "d", "url": "https://e.com"]
            func news(_ count: Int) -> JSONValue { ["articles": .array(Array(repeating: article, count: count))] }
            #expect(try await world.code("news", news(8)) == 0)
            #expect(try await world.code("news", news(9)) == 45008)
            #expect(try await world.code("news", news(1), and: [.init("safe", 1)]) == 40074)
        }
    }

    @Test("a file goes under its own type only, to apps of its corp, for three days")
    func media() async throws {
        try await withWorld { world in
            let image = try await world.uploaded(png, "image", named: "a.png")
            #expect(try await world.code("image", ["media_id": .string(image)]) == 0)
            #expect(try await world.code("file", ["media_id": .string(image)]) == 40007)
            let sent = try #require(world.wecom.transcript.messages.first?.media)
            #expect(sent.name == "a.png" && world.wecom.bytes(of: sent) == png)
            let byNeighbour = try await world.send("image", ["media_id": .string(image)], app: 1)
            #expect(byNeighbour["errcode"] == 0)
            let elsewhere = try await world.send("image", ["media_id": .string(image)], app: 2)
            #expect(elsewhere["errcode"] == 40007)
            world.wecom.clock.advance(by: .seconds(3 * 24 * 3600))
            #expect(try await world.code("image", ["media_id": .string(image)]) == 40007)
        }
    }

    @Test("safe is for what can be kept: not for a program, nor a card")
    func safe() async throws {
        try await withWorld { world in
            let safe: [JSONValue.Member] = [.init("safe", 1)]
            let paper = try await world.uploaded(Array("%PDF-1.7".utf8), "file", named: "a.pdf")
            let program = try await world.uploaded(Array("#!/bin/sh".utf8), "file", named: "a.sh")
            #expect(try await world.code("file", ["media_id": .string(paper)], and: safe) == 0)
            #expect(try await world.code("file", ["media_id": .string(program)], and: safe) == 40035)
            #expect(try await world.code("text", ["content": "hi"], and: safe) == 0)
            #expect(try await world.code("text", ["content": "hi"], and: [.init("safe", 2)]) == 40035)
            #expect(try await world.code("markdown", ["content": "hi"], and: safe) == 40035)
        }
    }

    @Test("a character written as an escape is refused, a backslash before a u is not")
    func escapes() async throws {
        try await withWorld { world in
            let start = #"{"touser":"u1","msgtype":"text","agentid":1000002,"text":{"content":""#
            let escaped = try await world.call("message/send", Array((start + #"\u4f60"}}"#).utf8))
            #expect(escaped["errcode"] == 40033)
            let plain = try await world.call("message/send", Array((start + #"C:\\users"}}"#).utf8))
            #expect(plain["errcode"] == 0)
            #expect(world.wecom.transcript.messages.map(\.text) == [#"C:\users"#])
        }
    }

    @Test("an app calls from addresses that are listed, where some are: others are refused and named")
    func trustedAddresses() async throws {
        try await withWorld { world async throws in
            let here = try #require(IPAddress("127.0.0.1"))
            world.wecom.trust([try #require(IPAddress("203.0.113.7"))], of: world.apps[0])
            let refused = try await world.send("text", ["content": "x"])
            #expect(refused["errcode"] == 60020)
            #expect(refused["errmsg"]?.string?.contains("from ip: 127.0.0.1") == true)
            #expect(try await world.send("text", ["content": "x"], app: 1)["errcode"] == 0)
            world.wecom.trust([here], of: world.apps[0])
            #expect(try await world.code("text", ["content": "x"]) == 0)
        }
    }

    @Test("a corp that calls too often is refused until the window is over; messages do not count, nor do other calls")
    func callLimits() async throws {
        try await withWorld { world async throws in
            world.wecom.limitCalls(to: FakeCallLimits(perMinute: 2, perHour: 3))
            func ask(app: Int = 0) async throws -> JSONValue? {
                try await world.getJSON("tag/list", app: app)["errcode"]
            }
            #expect(try await [ask(), ask(), ask(app: 1), ask(app: 2)] == [0, 0, 45009, 0])
            #expect(try await world.getJSON("department/simplelist")["errcode"] == 0)
            for _ in 1...4 { #expect(try await world.code("text", ["content": "x"]) == 0) }
            world.wecom.clock.advance(by: .seconds(61))
            #expect(try await [ask(), ask()] == [0, 45009])
            world.wecom.clock.advance(by: .seconds(3600))
            #expect(try await ask() == 0)
        }
    }

    @Test("an app speaks for itself alone, with POST and with JSON")
    func whoSpeaks() async throws {
        try await withWorld { world async throws in
            let message = world.message("text", ["content": "hi"], app: 1)
            #expect(try await world.call("message/send", message, app: 0)["errcode"] == 301002)
            #expect(try await world.call("message/send", ["touser": "u1"])["errcode"] == 41011)
            #expect(try await world.call("message/send", Array("touser=u1".utf8))["errcode"] == 40058)
            #expect(try await world.getJSON("message/send")["errcode"] == 40063)
        }
    }

    @Test("a mini-program's notice is for the app it is bound to, and not for everybody")
    func notice() async throws {
        try await withWorld { world in
            world.wecom.bindMiniProgram("wx1", to: world.apps[0])
            #expect(try await world.code("miniprogram_notice", ["appid": "wx1", "title": "四个字吧"]) == 0)
            #expect(try await world.code("miniprogram_notice", ["appid": "wx2", "title": "四个字吧"]) == 90208)
            #expect(try await world.code("miniprogram_notice", ["appid": "wx1", "title": "三个字"]) == 45002)
            let all = try await world.send("miniprogram_notice", ["appid": "wx1", "title": "四个字吧"], to: "@all")
            #expect(all["errcode"] == 40035)
        }
    }
}
