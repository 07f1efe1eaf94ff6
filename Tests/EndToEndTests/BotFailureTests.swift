import Crypto
import HTTP
import HTTPClient
import JSON
import Lifecycle
import Router
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

@testable import RouterServer

/// The failures between WeCom and bots that no other suite has, over real sockets.
@Suite("What fails between WeCom and a bot", .timeLimit(.minutes(3)))
struct BotFailureTests {
    private static let often = Duration.milliseconds(20)
    private static let mark = "what-nobody-may-log"

    private static func keys(_ token: String = "bot-token", _ first: String = "a") throws -> CallbackKeys {
        try CallbackKeys(
            token: Secret(token), encodingAESKey: Secret(first + "bcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"))
    }

    private func configured(
        _ name: String, _ lane: BotLane, _ adjust: (inout Configuration.Bot) -> Void = { _ in }
    ) -> Configuration.Bot {
        var bot = Configuration.Bot(name: name, lane.wire, agent: "echo")
        bot.botID = BotID("aib-\(name)")
        bot.policy = .all
        bot.policy.chats.all = true
        bot.texts.hideHints()
        adjust(&bot)
        return bot
    }

    private func running(
        _ bots: [Configuration.Bot], agent: ScriptedAgent = ScriptedAgent(), log: LogCapture = LogCapture(),
        _ body: (LoopbackWorld, RunningRouter) async throws -> Void
    ) async throws {
        try await withWorld(log: log.log, adjust: { $0.bots = bots }) { world in
            let router = try await world.startRouter(agents: ["echo": agent])
            await world.untilBotsConnect()
            try await attempt {
                try await body(world, router)
            } finally: {
                router.stop()
                try await router.ended()
            }
        }
    }

    // MARK: By webhook

    /// A request as WeCom makes it.
    private func request(
        _ document: String, sealedBy keys: CallbackKeys, at url: String, _ method: HTTPMethod = .post
    ) -> HTTPRequest {
        let sealed = keys.seal(message: Array(document.utf8), receiver: "", timestamp: "1700000000", nonce: "n")
        let body = Envelope(toUserName: nil, agentID: nil, encrypted: sealed.encrypted).json
        return HTTPRequest(method, "\(url)?\(sealed.query)", body: body)
    }

    private static let message =
        #"{"msgid":"1","chattype":"single","from":{"userid":"u1"},"msgtype":"text","text":{"content":"\#(mark)"}}"#

    private func hostile(_ url: String) throws -> [(what: String, HTTPRequest, status: Int)] {
        let keys = try Self.keys()
        let good = request(Self.message, sealedBy: keys, at: url)
        var unsigned = good
        unsigned.target = url + "?timestamp=1700000000&nonce=n"
        func body(_ text: String) -> HTTPRequest {
            var request = good
            request.body = Array(text.utf8)
            return request
        }
        let deep = #"{"a":"# + String(repeating: "[", count: 10_000) + "\"\(Self.mark)\""
        let group = Self.message.replacing(#""single""#, with: #""group""#)
        return [
            ("another token", request(Self.message, sealedBy: try Self.keys("other"), at: url), 403),
            ("another key", request(Self.message, sealedBy: try Self.keys("bot-token", "b"), at: url), 403),
            (
                "another nonce", HTTPRequest(.post, good.target.replacing("nonce=n", with: "nonce=m"), body: good.body),
                403
            ),
            ("no signature", unsigned, 400), ("no envelope", body(""), 400), ("half an envelope", body("{"), 400),
            ("an empty envelope", body("{}"), 400), ("no base64", body(#"{"encrypt":"\#(Self.mark)!"}"#), 403),
            ("no JSON inside", request(Self.mark, sealedBy: keys, at: url), 400),
            ("JSON 10,000 deep", request(deep, sealedBy: keys, at: url), 400),
            ("a group without its id", request(group, sealedBy: keys, at: url), 400),
            (
                "no sender",
                request(#"{"msgid":"1","msgtype":"text","text":{"content":"\#(Self.mark)"}}"#, sealedBy: keys, at: url),
                400
            ),
            ("another method", request(Self.message, sealedBy: keys, at: url, .put), 405),
            ("a body of 300 KiB", body(String(repeating: "x", count: 300 << 10)), 413),
            ("a bot that is none", request(Self.message, sealedBy: keys, at: url + "-other"), 403),
        ]
    }

    @Test(
        "what is not sealed and signed by the bot's keys, or holds no message, is refused without a word why, changes nothing, and is logged without what it held"
    )
    func refused() async throws {
        let log = LogCapture()
        let bots = [configured("helper", .webhook), configured("other", .webhook) { $0.wire = .other }]
        try await running(bots, log: log) { world, router in
            let client = CurlTransport()
            let url = "http://127.0.0.1:\(router.port)/wecom/bot/helper"
            for (what, request, status) in try hostile(url) {
                let answer = try await client.send(request, .init())
                #expect(answer.status.code == status, "\(what): \(answer.status.code)")
                #expect(answer.bytes.count <= 64, "\(what): \(String(decoding: answer.bytes, as: UTF8.self))")
            }
            await client.close()
            for bot in world.bots {
                let bubble = await world.wecom.say("OK still here", as: UserID("u2"), to: bot, asking: Self.often)
                #expect(bubble?.text == "still here" && bubble?.fault == nil)
            }
            let jobs = try await router.server.store.store.jobs(in: nil, matching: LedgerFilter()).items
            #expect(jobs.count == 2, "nothing else was accepted")
        }
        let lines = log.finish()
        #expect(lines.contains("a callback with a right signature is refused"))
        for hidden in [Self.mark, "bot-token", "bcdefghij"] { #expect(!lines.contains(hidden)) }
    }

    @Test("with other keys the console's check of the URL fails")
    func verification() async throws {
        try await running([configured("helper", .webhook)]) { world, router in
            for keys in [try Self.keys("other"), try Self.keys("bot-token", "b")] {
                let url = "http://127.0.0.1:\(router.port)/wecom/bot/helper"
                #expect(await !world.wecom.verifyURL(of: FakeBot(id: BotID("aib-else"), keys: keys, callbackURL: url)))
            }
            #expect(await world.wecom.verifyURL(of: world.bots[0]))
        }
    }

    @Test("a question about a stream that nobody knows ends that stream, and leaves nothing behind")
    func unknownStream() async throws {
        try await running([configured("helper", .webhook)]) { world, router in
            let frame = try await world.stream("nobody's", of: world.bots[0])
            #expect(frame["id"] == "nobody's" && frame["finish"] == true && frame["content"] == "")
            #expect(try await router.server.store.store.jobs(in: nil, matching: LedgerFilter()).items.isEmpty)
        }
    }

    // MARK: By long connection

    @Test(
        "a file whose address has expired, and one that its key does not open, are told of and are no attachments, and the text is answered",
        arguments: BotLane.allCases)
    func files(lane: BotLane) async throws {
        let agent = ScriptedAgent()
        try await running([configured("helper", lane)], agent: agent) { world, router in
            let called = CalledBot(lane: lane, world: world, router: router)
            let bytes = Array("%PDF-1.7 made up".utf8)
            func seal(_ name: String) throws -> SealedMedia {
                switch lane {
                case .webhook: world.wecom.seal(bytes, named: name, as: .file, for: world.bots[0])
                case .socket: try world.wecom.seal(bytes, named: name, as: .file, for: world.socketBots[0])
                }
            }
            let expired = try seal("expired.pdf")
            world.wecom.clock.advance(by: .seconds(300))
            let other = Secret(Base64.encode([UInt8](repeating: 7, count: 32)))
            let strange = SealedMedia(.file, at: try seal("strange.pdf").url, key: other)
            let content = InboundMessage.Content.mixed([
                .text("OK read"), .sealed(expired), .sealed(strange), .sealed(try seal("good.pdf")),
            ])
            _ = await called.bubble(content, as: UserID("u1"), in: .single)
            // Over the long connection what is said of the files is a bubble of its own.
            func said() -> String { world.wecom.transcript.bubbles.map(\.text).joined(separator: "\n") }
            try await eventually { said().contains("read") }
            #expect(said().contains("文件"), "\(said())")
            let attachments = try #require(agent.turns.first).attachments
            #expect(attachments.map(\.name) == ["good.pdf"] && attachments[0].number == 3, "links count those too")
            #expect(try readFile(try #require(attachments.first).path, limit: 100) == bytes)
        }
    }

    @Test("rubbish for one bot leaves the others' connections as they are, and their people answered")
    func othersUnmoved() async throws {
        let log = LogCapture()
        try await running([configured("helper", .socket), configured("second", .socket)], log: log) { world, _ in
            let (bad, good) = (world.socketBots[0], world.socketBots[1])
            let group =
                #"{"msgid":"M","chattype":"group","from":{"userid":"u"},"msgtype":"text","text":{"content":"x"}}"#
            let frames = [
                "{", #"{"cmd":"dance","headers":{"req_id":"R"}}"#, #"{"cmd":"aibot_msg_callback","body":{}}"#,
                #"{"cmd":"aibot_msg_callback","headers":{"req_id":"R"},"body":\#(group)}"#,
                String(repeating: "[", count: 10_000), #"{"headers":{"req_id":"nobody's"},"errcode":0}"#,
            ]
            for frame in frames { await world.wecom.sockets.write(Array(frame.utf8), to: bad.id) }
            // And one that costs the connection.
            await world.wecom.sockets.write([UInt8](repeating: 0x78, count: 20 << 20), to: bad.id)
            await world.wecom.tell("OK unmoved", as: UserID("u1"), to: good)
            #expect(await world.wecom.transcript.bubbles(atLeast: 1).map(\.text) == ["unmoved"])
            await world.wecom.sockets.record.wait { events in
                events.count { if case .subscribed(_, bad.id) = $0 { true } else { false } } == 2
            }
            await world.wecom.tell("OK again", as: UserID("u1"), to: bad)
            #expect(await world.wecom.transcript.bubbles(atLeast: 2).last?.text == "again")
            let events = world.wecom.sockets.record.events
            #expect(events.count { if case .subscribed(_, good.id) = $0 { true } else { false } } == 1)
            #expect(!events.contains { if case .kicked = $0 { true } else { false } })
        }
        let lines = log.finish().split(separator: "\n")
        #expect(lines.count { $0.contains("means nothing to us") } == 1)
        #expect(lines.count { $0.contains("what came over a bot's connection cannot be read") } == 1)
        #expect(!lines.contains { $0.contains("right signature") }, "nothing is signed there")
        #expect(lines.allSatisfy { $0.utf8.count < 2000 })
    }
}

extension Configuration.Bot.Wire {
    /// Another webhook bot's.
    fileprivate static var other: Configuration.Bot.Wire {
        .webhook(
            .init(
                token: Secret("other-token"),
                encodingAESKey: Secret("zbcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")))
    }
}
