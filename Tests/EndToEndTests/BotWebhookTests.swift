import HTTP
import HTTPClient
import Lanes
import Lifecycle
import Router
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

@testable import RouterServer

/// An AI bot by webhook and a WeCom that asks every 20 ms how far its answers have come.
@Suite("AI bots by webhook", .timeLimit(.minutes(3)))
struct BotWebhookTests {
    private static let group = InboundMessage.Chat.group(ChatID("wrGroup"))
    private static let often = Duration.milliseconds(20)

    private func withBot(
        _ adjust: (inout Configuration.Bot) -> Void = { _ in }, agent: any Agent = ScriptedAgent(),
        _ body: (LoopbackWorld, RunningRouter, FakeBot) async throws -> Void
    ) async throws {
        try await withWorld(adjust: { configuration in
            var bot = Configuration.Bot(
                name: "helper",
                .webhook(
                    .init(
                        token: Secret("bot-token"),
                        encodingAESKey: Secret("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"))), agent: "echo")
            bot.botID = BotID("aibHelper")
            bot.policy = .all
            bot.policy.chats.all = true
            bot.texts.hideHints()
            adjust(&bot)
            configuration.bots = [bot]
        }) { world in
            let router = try await world.startRouter(agents: ["echo": agent])
            try await body(world, router, world.bots[0])
            router.stop()
            try await router.ended()
        }
    }

    @Test("the console's check of the URL is answered, and a bare GET says success where the bot is known")
    func verification() async throws {
        try await withBot { world, router, bot in
            #expect(await world.wecom.verifyURL(of: bot))
            let transport = CurlTransport()
            let base = "http://127.0.0.1:\(router.port)/wecom/bot"
            for (path, status, text) in [
                ("", 200, "success"), ("/helper", 200, "success"), ("/other", 403, "forbidden\n"),
            ] {
                let response = try await transport.send(HTTPRequest(.get, base + path), HTTPRequestOptions())
                #expect(response.status.code == status && String(decoding: response.bytes, as: UTF8.self) == text)
            }
            await transport.close()
        }
    }

    @Test("a message is answered in the stream that its acknowledgement opens")
    func answer() async throws {
        try await withBot { world, _, bot in
            let bubble = try #require(await world.wecom.say("OK hello", as: UserID("u1"), to: bot, asking: Self.often))
            #expect(bubble.fault == nil && bubble.isFinished && bubble.text == "hello", "\(bubble)")
            #expect(bubble.texts.first == "<think></think>" && bubble.polls > 0)
        }
    }

    @Test("in a group the mention is taken off, the group is one conversation, and the answer goes there")
    func group() async throws {
        try await withBot { world, router, bot in
            for user in ["u1", "u2"] {
                let bubble = await world.wecom.say(
                    "@helper OK hi \(user)", as: UserID(user), in: Self.group, to: bot, asking: Self.often)
                #expect(bubble?.text == "hi \(user)" && bubble?.chat == Self.group && bubble?.fault == nil)
            }
            let jobs = try await router.server.store.store.jobs(in: nil, matching: LedgerFilter()).items
            #expect(jobs.map(\.peer) == ["chat:wrGroup", "chat:wrGroup"])
            let empty = await world.wecom.say("@helper ", as: UserID("u1"), in: Self.group, to: bot, asking: Self.often)
            #expect(empty?.text.contains("/new") == true, "\(String(describing: empty))")
        }
    }

    @Test("a repeat of a message begins no second turn, and is shown the stream of the first copy")
    func repeats() async throws {
        let agent = GatedAgent()
        try await withBot(agent: agent) { world, router, bot in
            let message = world.wecom.message(.text("once"), from: UserID("u1"), in: .single, to: bot)
            async let first = world.wecom.post(message, to: bot, asking: Self.often)
            await agent.hasBegun.wait()
            async let second = world.wecom.post(message, to: bot, asking: Self.often)
            agent.mayEnd.reach()
            let bubbles = await [first, second]
            #expect(bubbles.map { $0?.text } == ["answer to once", "answer to once"])
            let jobs = try await router.server.store.store.jobs(in: nil, matching: LedgerFilter()).items
            #expect(jobs.count == 1)
        }
    }

    @Test("what the agent says while it works is shown while it works")
    func grows() async throws {
        let agent = GatedAgent(sayingFirst: "so far")
        try await withBot(agent: agent) { world, _, bot in
            let isSeen = Signpost()
            async let bubble = world.wecom.say("go", as: UserID("u1"), to: bot, asking: Self.often) {
                if $0.text == "so far" { isSeen.reach() }
            }
            await isSeen.wait()
            agent.mayEnd.reach()
            let texts = try #require(await bubble).texts
            #expect(texts.contains("so far") && texts.last == "answer to go", "\(texts)")
        }
    }

    @Test("a command is answered in its own stream, while the turn's goes on")
    func command() async throws {
        let agent = GatedAgent()
        try await withBot(agent: agent) { world, _, bot in
            async let bubble = world.wecom.say("long", as: UserID("u1"), to: bot, asking: Self.often)
            await agent.hasBegun.wait()
            let status = await world.wecom.say("/status", as: UserID("u1"), to: bot, asking: Self.often)
            #expect(status?.isFinished == true && status?.text.isEmpty == false)
            let stop = await world.wecom.say("/stop", as: UserID("u1"), to: bot, asking: Self.often)
            #expect(stop?.isFinished == true)
            #expect(await bubble?.isFinished == true)
        }
    }

    @Test("who may not write hears so, and in a group that is not named nobody is answered by an agent")
    func refused() async throws {
        try await withBot {
            $0.policy = Policy(users: [UserID("u1")])
            $0.policy.chats.some = [ChatID("wrOther")]
        } _: { world, router, bot in
            let ways: [(String, InboundMessage.Chat)] = [("u2", .single), ("u1", Self.group)]
            for (user, chat) in ways {
                let bubble = await world.wecom.say("OK x", as: UserID(user), in: chat, to: bot, asking: Self.often)
                #expect(bubble?.text == ChatTexts.chinese.refused && bubble?.isFinished == true)
            }
            let told = await world.wecom.say("OK y", as: UserID("u1"), to: bot, asking: Self.often)
            #expect(told?.text == "y")
            let done = try await router.server.store.store.jobs(in: .done, matching: LedgerFilter()).items
            #expect(done.count == 1)
        }
    }

    @Test("an answer that is too long for the stream goes on at the message's own address, once")
    func long() async throws {
        let text = String(repeating: "长长的答复，", count: 1500)
        try await withBot { world, _, bot in
            let bubble = try #require(
                await world.wecom.say("OK \(text)", as: UserID("u1"), to: bot, asking: Self.often))
            let all = await world.wecom.transcript.bubbles(atLeast: 2)
            #expect(all.count == 2 && all.allSatisfy { $0.fault == nil && $0.text.utf8.count <= 20_480 })
            #expect(bubble.text.utf8.count > 15_000)
            let words = all.map(\.text).sorted { $0.utf8.count > $1.utf8.count }.joined()
            #expect(words.filter { $0 == "答" }.count == 1500)
        }
    }

    @Test("an answer that no two messages hold goes on at the top of the answers to come, to its end")
    func veryLong() async throws {
        let text = String(repeating: "长长的答复，", count: 5000)
        try await withBot { world, router, bot in
            _ = try #require(await world.wecom.say("OK \(text)", as: UserID("u1"), to: bot, asking: Self.often))
            _ = await world.wecom.transcript.bubbles(atLeast: 2)
            let store = router.server.store.store
            let chat = ConversationKey(endpoint: .bot(bot.id), user: UserID("u1"))
            try await eventually { try await store.kept(for: chat).count >= 3 }
            for _ in 1...4 {
                let next = await world.wecom.say("OK short", as: UserID("u1"), to: bot, asking: Self.often)
                #expect(next?.fault == nil)
                try await eventually {
                    try await store.deliveries(in: .one(.pending), matching: LedgerFilter()).items.isEmpty
                }
            }
            #expect(try await store.kept(for: chat).isEmpty)
            let words = world.wecom.transcript.bubbles.map(\.text).joined()
            #expect(words.filter { $0 == "答" }.count == 5000 && !words.contains("…"))
        }
    }

    @Test("who may not write hears nothing where there are no words for it: no stream is opened")
    func silent() async throws {
        try await withBot {
            $0.policy = Policy(users: [UserID("u1")])
            $0.texts.refused = ""
        } _: { world, _, bot in
            #expect(await world.wecom.say("OK x", as: UserID("u2"), to: bot, asking: Self.often) == nil)
            #expect(world.wecom.transcript.refusals.isEmpty)
        }
    }

    @Test("a recording without words and a picture without an address are told of, and the turn goes on without them")
    func withoutFile() async throws {
        let agent = ScriptedAgent()
        try await withBot(agent: agent) { world, _, bot in
            let sent: [(InboundMessage.Content, String)] = [
                (.voice(media: MediaID(""), format: nil, recognition: nil), "语音"),
                (.image(media: MediaID("M"), pictureURL: nil), "图片"),
            ]
            for (content, name) in sent {
                let message = world.wecom.message(content, from: UserID("u1"), in: .single, to: bot)
                let bubble = await world.wecom.post(message, to: bot, asking: Self.often)
                let told = ChatTexts.chinese.attachmentFailed.filled(["name": name])
                #expect(bubble?.fault == nil && bubble?.text.hasPrefix(told) == true, "\(String(describing: bubble))")
            }
            #expect(agent.turns.map(\.text) == ["[voice could not be fetched]", "[image could not be fetched]"])
        }
    }

    @Test("who comes in is greeted in answer to that")
    func greeting() async throws {
        try await withBot {
            $0.conduct.greeting = Greeting("你好，我是助手。", atMostOncePer: .seconds(86_400))
        } _: { world, _, bot in
            let bubble = await world.wecom.enter(bot, as: UserID("u1"))
            #expect(bubble?.text == "你好，我是助手。" && bubble?.fault == nil)
        }
    }

    @Test(
        "a picture is fetched, opened by the bot's key, and given to the agent by its name; one that is gone is told of"
    )
    func pictures() async throws {
        let agent = ScriptedAgent()
        try await withBot(agent: agent) { world, _, bot in
            let picture = [0xFF, 0xD8, 0xFF, 0xE0] + [UInt8](repeating: 7, count: 1000)
            let sealed = world.wecom.seal(picture, named: "图 1.jpg", as: .image, for: bot)
            let gone = SealedMedia(.image, at: sealed.url + "0")
            let content = InboundMessage.Content.mixed([.text("OK seen"), .sealed(sealed), .sealed(gone)])
            let message = world.wecom.message(content, from: UserID("u1"), in: .single, to: bot)
            let bubble = await world.wecom.post(message, to: bot, asking: Self.often)
            #expect(bubble?.fault == nil && bubble?.text.contains("seen") == true, "\(String(describing: bubble))")
            #expect(bubble?.text.contains("图片") == true, "the one that is gone is told of, and that stays")
            let attachment = try #require(agent.turns.first?.attachments.first)
            #expect(attachment.name == "图 1.jpg" && attachment.contentType == "image/jpeg" && attachment.kind == .image)
            #expect(try readFile(attachment.path, limit: 10_000) == picture)
        }
    }

    @Test("in a group an agent's question stands in the stream with its options, and a message is the answer")
    func question() async throws {
        try await withBot { world, _, bot in
            let isAsked = Signpost()
            async let asking = world.wecom.say("@b ASK", as: UserID("u1"), in: Self.group, to: bot, asking: Self.often)
            {
                if $0.text.contains("May I?") { isAsked.reach() }
            }
            await isAsked.wait()
            let answer = await world.wecom.say("@b 1", as: UserID("u1"), in: Self.group, to: bot, asking: Self.often)
            #expect(await asking?.card == nil)
            #expect(answer?.isFinished == true && answer?.text == "✓")
            #expect(await asking?.text.contains("yes-id") == true)
        }
    }

    @Test("what the bot's own ways cannot deliver goes through the app that is named for it, and says whose it is")
    func fallback() async throws {
        try await withBot {
            $0.fallbackApp = "dept-a"
        } _: { world, _, bot in
            let text = String(repeating: "长长的答复，", count: 1500)
            var message = world.wecom.message(.text("OK \(text)"), from: UserID("u1"), in: .single, to: bot)
            // The stream holds the first part alone.
            message.responseURL = nil
            let bubble = try #require(await world.wecom.post(message, to: bot, asking: Self.often))
            #expect(bubble.fault == nil)
            let rest = 1500 - bubble.text.filter { $0 == "答" }.count
            var count = 0
            var texts: [String] = []
            while count < rest {
                texts = await world.wecom.transcript.delivered(atLeast: texts.count + 1).compactMap(\.text)
                count = texts.joined().filter { $0 == "答" }.count
            }
            #expect(count == rest && texts.count > 1 && texts.allSatisfy { $0.utf8.count <= 2048 })
            #expect(texts.first?.contains("机器人「helper」的回复：") == true, "\(texts.first ?? "")")
        }
    }

    @Test("in a group nothing goes through an app: what finds no way out is among the dead letters")
    func noFallbackInGroups() async throws {
        try await withBot {
            $0.fallbackApp = "dept-a"
        } _: { world, router, bot in
            let text = String(repeating: "长长的答复，", count: 1500)
            var message = world.wecom.message(.text("@helper OK \(text)"), from: UserID("u1"), in: Self.group, to: bot)
            message.responseURL = nil
            _ = await world.wecom.post(message, to: bot, asking: Self.often)
            var dead: [DeliverySummary] = []
            while dead.isEmpty {
                dead = try await router.server.store.store.deliveries(in: .dead, matching: LedgerFilter()).items
            }
            #expect(dead.map(\.reason) == ["no way out is left: the stream has ended"])
            #expect(world.wecom.transcript.messages.isEmpty)
        }
    }

    @Test("an answer that found no way out stands above the next one in that chat, and in no other, once")
    func kept() async throws {
        try await withBot { world, router, bot in
            let text = String(repeating: "长长的答复，", count: 1500)
            var message = world.wecom.message(.text("OK \(text)"), from: UserID("u1"), in: .single, to: bot)
            message.responseURL = nil
            let first = try #require(await world.wecom.post(message, to: bot, asking: Self.often))
            let store = router.server.store.store
            while try await store.kept(for: ConversationKey(endpoint: .bot(bot.id), user: UserID("u1"))).isEmpty {
                await beforeLookingAgain()
            }
            let other = await world.wecom.say("OK b", as: UserID("u2"), to: bot, asking: Self.often)
            #expect(other?.text == "b")
            let next = try #require(await world.wecom.say("OK c", as: UserID("u1"), to: bot, asking: Self.often))
            #expect(next.text.hasPrefix("您在 ") && next.text.hasSuffix("\n\n———\n\nc"), "\(next.text.suffix(60))")
            #expect((first.text + next.text).filter { $0 == "答" }.count == 1500)
            #expect(await world.wecom.say("OK d", as: UserID("u1"), to: bot, asking: Self.often)?.text == "d")
            #expect(try await store.deliveries(in: .dead, matching: LedgerFilter()).items.isEmpty)
        }
    }

    @Test(
        "an answer whose posting got no reply in time is told of as one that may have been shown: it goes by no other way, and is not kept"
    )
    func unclear() async throws {
        let never = Signpost()
        try await withBot {
            $0.fallbackApp = "dept-a"
            $0.outside.timeout = .milliseconds(300)
        } _: { world, router, bot in
            world.wecom.faults.next(.botResponse, .hold(never))
            let text = String(repeating: "长长的答复，", count: 1500)
            _ = await world.wecom.say("OK \(text)", as: UserID("u1"), to: bot, asking: Self.often)
            let store = router.server.store.store
            var dead: [DeliverySummary] = []
            while dead.isEmpty { dead = try await store.deliveries(in: .dead, matching: LedgerFilter()).items }
            #expect(dead.count == 1)
            let told = "it may have been shown, and is not sent again: no answer"
            #expect(dead.first?.reason?.hasPrefix(told) == true, "\(dead)")
            #expect(try await store.kept(for: ConversationKey(endpoint: .bot(bot.id), user: UserID("u1"))).isEmpty)
            let next = await world.wecom.say("OK next", as: UserID("u1"), to: bot, asking: Self.often)
            #expect(next?.text == "next" && world.wecom.transcript.messages.isEmpty)
            never.reach()
        }
    }

    @Test("an answer whose posting did not go out is tried again at the same address, and shown once")
    func unsent() async throws {
        try await withBot { world, router, bot in
            // Three tries of the first, and the second finds WeCom as it should be.
            for _ in 1...3 { world.wecom.faults.next(.botResponse, .errorCode(6000)) }
            let text = String(repeating: "长长的答复，", count: 1500)
            _ = await world.wecom.say("OK \(text)", as: UserID("u1"), to: bot, asking: Self.often)
            let bubbles = await world.wecom.transcript.bubbles(atLeast: 2)
            #expect(bubbles.count == 2 && bubbles.map(\.text).joined().filter { $0 == "答" }.count == 1500)
            let dead = try await router.server.store.store.deliveries(in: .dead, matching: LedgerFilter()).items
            #expect(dead.isEmpty)
        }
    }

    @Test(
        "pictures of the agent's stand below its answer; another file goes through the app, or is told of by its name")
    func picturesOut() async throws {
        let png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 9, count: 200_000)
        let files = [
            ReplyFile(.bytes(png), name: "a.png"), ReplyFile(.bytes(Array("a,b,c\n1,2,3\n".utf8)), name: "table.csv"),
        ]
        for words in ["here", ""] {
            try await withBot(agent: FilesAgent(words: words, files: files)) { world, _, bot in
                let bubble = try #require(await world.wecom.say("draw", as: UserID("u1"), to: bot, asking: Self.often))
                #expect(bubble.fault == nil && bubble.pictures == [png], "\(bubble.texts)")
                // In the stream, or at the message's own address where the words ended it.
                let texts = await world.wecom.transcript.bubbles(atLeast: words.isEmpty ? 1 : 2).map(\.text)
                #expect(texts.contains { $0.contains("table.csv") }, "\(texts)")
            }
        }
        try await withBot({ $0.fallbackApp = "dept-a" }, agent: FilesAgent(words: "here", files: files)) {
            world, _, bot in
            let bubble = try #require(await world.wecom.say("draw", as: UserID("u1"), to: bot, asking: Self.often))
            #expect(bubble.fault == nil && bubble.pictures == [png] && bubble.text == "here")
            let sent = await world.wecom.transcript.delivered(atLeast: 2)
            #expect(sent.first?.text == "机器人「helper」的回复：")
        }
    }

    @Test("a message that is tried once more is answered where that was asked for, below a word that it is")
    func retried() async throws {
        try await withBot { world, router, bot in
            var message = world.wecom.message(.text("OK again"), from: UserID("u1"), in: .single, to: bot)
            message.responseURL = nil
            #expect(await world.wecom.post(message, to: bot, asking: Self.often)?.text == "again")
            let retry = try #require(await world.wecom.say("/retry", as: UserID("u1"), to: bot, asking: Self.often))
            #expect(retry.text.hasSuffix("\n\nagain") && retry.fault == nil, "\(retry.texts)")
            #expect(try await router.server.store.store.deliveries(in: .dead, matching: LedgerFilter()).items.isEmpty)
        }
    }

    @Test("an operator's retry of what has no way out any more is kept for the next answer, and says why")
    func retriedByOperator() async throws {
        try await withBot(agent: LateAgent()) { world, router, bot in
            var message = world.wecom.message(.text("go"), from: UserID("u1"), in: .single, to: bot)
            message.responseURL = nil
            _ = await world.wecom.post(message, to: bot, asking: Self.often)
            let store = router.server.store.store
            let failed = try #require(try await store.jobs(in: .failed, matching: LedgerFilter()).items.first).id
            let again = try await store.retry(failed, at: .steady)
            while try await store.job(again)?.events.last?.what != "kept for the next answer" {
                await beforeLookingAgain()
            }
            #expect(try await store.job(again)?.events.last?.why == "no way out is left: the stream has ended")
        }
    }

    @Test("a person whom the bot knows by an encrypted id is reached by the app under their own, if it sees them")
    func encryptedID() async throws {
        try await withBot {
            $0.fallbackApp = "dept-a"
        } _: { world, router, bot in
            let text = String(repeating: "长长的答复，", count: 1500)
            for user in [UserID("ZhangSan"), UserID("hidden")] {
                let corp = world.configuration.apps[0].corpID
                world.wecom.changeCorp(corp) {
                    $0.add(FakeMember(user, name: "x", visibleTo: user == UserID("hidden") ? [] : nil))
                    $0.isOpen = false
                }
                var message = world.wecom.message(.text("OK \(text)"), from: user.openID, in: .single, to: bot)
                message.responseURL = nil
                _ = await world.wecom.post(message, to: bot, asking: Self.often)
                if user == UserID("hidden") {
                    let chat = ConversationKey(endpoint: .bot(bot.id), user: user.openID)
                    while try await router.server.store.store.kept(for: chat).isEmpty { await beforeLookingAgain() }
                } else {
                    let sent = await world.wecom.transcript.delivered(atLeast: 1)
                    #expect(sent.first?.text.contains("机器人「helper」的回复：") == true)
                }
            }
        }
    }

    @Test("a stream that was open at a restart is ended by the turn that goes on, and a repeat is shown the same")
    func restart() async throws {
        let agent = ScriptedAgent()
        try await withBot(agent: agent) { world, router, bot in
            let message = world.wecom.message(.text("HOLD on"), from: UserID("u1"), in: .single, to: bot)
            async let bubble = world.wecom.post(message, to: bot, asking: Self.often)
            await agent.isHolding.wait()
            router.stop()
            try await router.ended()
            agent.release.reach()
            let again = try await world.startRouter(agents: ["echo": agent])
            let shown = try #require(await bubble)
            #expect(shown.text == "held: HOLD on" && shown.isFinished && shown.fault == nil, "\(shown)")
            let late = await world.wecom.post(message, to: bot, asking: Self.often)
            #expect(late?.text == "held: HOLD on" && late?.polls == 0 && late?.fault == nil)
            let jobs = try await again.server.store.store.jobs(in: nil, matching: LedgerFilter()).items
            #expect(jobs.map(\.state) == [.done])
            again.stop()
            try await again.ended()
        }
    }
}

private struct FilesAgent: Agent {
    let words: String
    let files: [ReplyFile]

    func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply { Reply(words, files: files) }
}

/// Fails the first time.
private final class LateAgent: Agent {
    private let turns = Lock(0)

    func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        let number = turns.withLock { count in
            count += 1
            return count
        }
        guard number > 1 else { throw AgentFailure(.config, "not yet") }
        return Reply("done at last")
    }
}
