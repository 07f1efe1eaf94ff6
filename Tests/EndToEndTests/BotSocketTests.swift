import HTTP
import Lifecycle
import Router
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

@testable import RouterServer

@Suite("AI bots by long connection", .timeLimit(.minutes(3)))
struct BotSocketTests {
    private static let group = InboundMessage.Chat.group(ChatID("wrGroup"))

    private func withBot(
        _ adjust: (inout Configuration.Bot) -> Void = { _ in }, agent: any Agent = ScriptedAgent(),
        rules: (inout FakeBotSockets.Rules) -> Void = { _ in },
        _ body: (LoopbackWorld, RunningRouter, FakeSocketBot) async throws -> Void
    ) async throws {
        try await withWorld(adjust: { configuration in
            var bot = Configuration.Bot(name: "helper", .socket(.init(secret: Secret("bot-secret"))), agent: "echo")
            bot.botID = BotID("aibHelper")
            bot.policy = .all
            bot.policy.chats.all = true
            bot.texts.hideHints()
            adjust(&bot)
            configuration.bots = [bot]
        }) { world in
            world.wecom.sockets.change(rules)
            let router = try await world.startRouter(agents: ["echo": agent])
            let bot = world.socketBots[0]
            await untilConnected(bot, in: world)
            try await body(world, router, bot)
            router.stop()
            try await router.ended()
        }
    }

    private func untilConnected(_ bot: FakeSocketBot, in world: LoopbackWorld) async {
        while !world.wecom.sockets.isConnected(bot.id) { await beforeLookingAgain() }
    }

    /// Drops the bot's connection, and waits for the next one.
    private func reconnect(_ bot: FakeSocketBot, in world: LoopbackWorld) async {
        let dropped = world.wecom.sockets.connection(of: bot.id)
        world.wecom.sockets.drop(bot.id)
        while [nil, dropped].contains(world.wecom.sockets.connection(of: bot.id)) { await beforeLookingAgain() }
    }

    @Test("a message is answered in a bubble that opens at once and ends with the answer")
    func answer() async throws {
        try await withBot { world, router, bot in
            await world.wecom.tell("OK hello", as: UserID("u1"), to: bot)
            let bubble = try #require(await world.wecom.transcript.bubbles(atLeast: 1).first)
            #expect(try await router.metric("bot_connected{app=\"helper\"}") == 1)
            #expect(bubble.text == "hello" && bubble.isFinished && bubble.fault == nil, "\(bubble)")
        }
    }

    @Test("each bubble counts once towards what its chat may be sent, whether a delivery ends it or not")
    func counted() async throws {
        try await withBot {
            $0.conduct.greeting = Greeting("你好", atMostOncePer: .seconds(86_400))
        } _: { world, router, bot in
            let user = UserID("u1")
            var shown = 0
            func bubbles(_ count: Int) async {
                shown += count
                _ = await world.wecom.transcript.bubbles(atLeast: shown)
            }
            await world.wecom.enter(bot, as: user)
            await bubbles(1)
            // A mention alone: it is told what the bot understands.
            await world.wecom.tell("@helper ", as: user, in: Self.group, to: bot)
            await bubbles(1)
            await world.wecom.tell("OK yes", as: user, to: bot)
            await bubbles(1)
            // Below a failure there is a card.
            await world.wecom.tell("FAIL today", as: user, to: bot)
            await bubbles(2)
            // The question in words, its answer's own bubble, and what the agent makes of it.
            await world.wecom.tell("@helper ASK", as: user, in: Self.group, to: bot)
            await bubbles(1)
            await world.wecom.tell("@helper 1", as: user, in: Self.group, to: bot)
            await bubbles(2)
            let store = router.server.store.store
            func counted() async throws -> Int {
                try await store.recentSends(since: Timestamp(milliseconds: 0))[.bot(bot.id)]?.count ?? 0
            }
            try await eventually { try await counted() >= shown }
            #expect(world.wecom.transcript.bubbles.count == shown)
            #expect(try await counted() == shown)
        }
    }

    @Test("what the agent says while it works is shown, and nothing comes behind the end")
    func grows() async throws {
        let agent = GatedAgent(sayingFirst: "so far")
        try await withBot(agent: agent) { world, _, bot in
            let isSeen = Signpost()
            await world.wecom.tell("go", as: UserID("u1"), to: bot) { if $0.text == "so far" { isSeen.reach() } }
            await isSeen.wait()
            agent.mayEnd.reach()
            let bubbles = await world.wecom.transcript.bubbles(atLeast: 1)
            #expect(bubbles.count == 1 && bubbles[0].texts.last == "answer to go" && bubbles[0].fault == nil)
        }
    }

    @Test("a group is one conversation, and its answers go to the group")
    func group() async throws {
        try await withBot { world, router, bot in
            for (count, user) in ["u1", "u2"].enumerated() {
                await world.wecom.tell("@helper OK hi \(user)", as: UserID(user), in: Self.group, to: bot)
                let bubble = await world.wecom.transcript.bubbles(atLeast: count + 1).last
                #expect(bubble?.text == "hi \(user)" && bubble?.chat == Self.group)
            }
            let jobs = try await router.server.store.store.jobs(in: nil, matching: LedgerFilter()).items
            #expect(jobs.map(\.peer) == ["chat:wrGroup", "chat:wrGroup"])
        }
    }

    @Test("a message that WeCom gives again is one job, and a command is answered by itself")
    func repeats() async throws {
        try await withBot { world, router, bot in
            let message = world.wecom.message(.text("OK once"), from: UserID("u1"), in: .single, to: bot.id)
            for _ in 1...3 { await world.wecom.give(message, to: bot) }
            await world.wecom.tell("/help", as: UserID("u1"), to: bot)
            let bubbles = await world.wecom.transcript.bubbles(atLeast: 2)
            #expect(bubbles.filter { $0.text == "once" }.count == 1, "\(bubbles)")
            #expect(bubbles.contains { $0.text.contains("/new") })
            let jobs = try await router.server.store.store.jobs(in: nil, matching: LedgerFilter()).items
            #expect(jobs.count == 1)
        }
    }

    @Test("when the id of a message has died with its connection the answer goes as a message of the bot's own")
    func deadRequest() async throws {
        let agent = ScriptedAgent()
        try await withBot(agent: agent, rules: { $0.bindsRequests = true }) { world, _, bot in
            await world.wecom.tell("HOLD on", as: UserID("u1"), to: bot)
            await agent.isHolding.wait()
            await reconnect(bot, in: world)
            agent.release.reach()
            while true {
                let bubbles = world.wecom.transcript.bubbles
                if bubbles.contains(where: { $0.text == "held: HOLD on" && $0.isFinished }) { break }
                await beforeLookingAgain()
            }
            #expect(world.wecom.transcript.bubbles.filter { $0.text == "held: HOLD on" }.count == 1)
        }
    }

    @Test("when the bot may not write to the chat any more the answer goes to the message's own address, once")
    func responseURL() async throws {
        let agent = ScriptedAgent()
        try await withBot(agent: agent, rules: { $0.bindsRequests = true }) { world, router, bot in
            await world.wecom.tell("HOLD on", as: UserID("u1"), to: bot)
            await agent.isHolding.wait()
            await reconnect(bot, in: world)
            world.wecom.faults.next(.botMessage, .errorCode(93008, message: "not in the chat"))
            agent.release.reach()
            let store = router.server.store.store
            while try await store.deliveries(in: .one(.sent), matching: LedgerFilter()).items.isEmpty {
                await beforeLookingAgain()
            }
            #expect(world.wecom.transcript.bubbles.filter { $0.text == "held: HOLD on" }.count == 1)
            let job = try #require(try await store.jobs(in: .done, matching: LedgerFilter()).items.first)
            #expect(try await store.job(job.id)?.events.last?.why == "at the message's own address")
        }
    }

    @Test("where none of the bot's own ways is left the answer goes through the app that is named for it")
    func fallback() async throws {
        let agent = ScriptedAgent()
        try await withBot({ $0.fallbackApp = "dept-a" }, agent: agent, rules: { $0.bindsRequests = true }) {
            world, _, bot in
            await world.wecom.tell("HOLD on", as: UserID("u1"), to: bot)
            await agent.isHolding.wait()
            await reconnect(bot, in: world)
            world.wecom.faults.next(.botMessage, .errorCode(93008, message: "not in the chat"))
            world.wecom.faults.next(.botResponse, .errorCode(40008, message: "invalid message type"))
            agent.release.reach()
            let sent = await world.wecom.transcript.delivered(atLeast: 1)
            #expect(sent.count == 1 && sent[0].text.hasPrefix("机器人「helper」的回复："), "\(sent)")
            #expect(sent[0].text.hasSuffix("held: HOLD on"))
            #expect(!world.wecom.transcript.bubbles.contains { $0.text == "held: HOLD on" })
        }
    }

    @Test("after a restart of the router what was accepted is answered, once")
    func restart() async throws {
        let agent = ScriptedAgent()
        try await withBot(agent: agent) { world, router, bot in
            await world.wecom.tell("HOLD on", as: UserID("u1"), to: bot)
            await agent.isHolding.wait()
            router.stop()
            try await router.ended()
            agent.release.reach()
            let again = try await world.startRouter(agents: ["echo": agent])
            while !world.wecom.transcript.bubbles.contains(where: { $0.text == "held: HOLD on" && $0.isFinished }) {
                await beforeLookingAgain()
            }
            let jobs = try await again.server.store.store.jobs(in: nil, matching: LedgerFilter()).items
            #expect(jobs.map(\.state) == [.done])
            again.stop()
            try await again.ended()
        }
    }

    @Test("a file of the agent's is given to WeCom in pieces and sent")
    func file() async throws {
        try await withBot(agent: FileAgent()) { world, _, bot in
            await world.wecom.tell("a file", as: UserID("u1"), to: bot)
            let bubbles = await world.wecom.transcript.bubbles(atLeast: 2)
            #expect(bubbles.contains { $0.text == "here it is" }, "\(bubbles)")
        }
    }

    @Test("a bot that a reload takes out answers what it had accepted over the connection it has, which ends then")
    func leaving() async throws {
        let agent = ScriptedAgent()
        try await withBot(agent: agent) { world, first, bot in
            first.stop()
            try await first.ended()
            let file = Lock(world.configuration)
            let router = try await world.startRouter(
                agents: ["echo": agent], from: ConfigurationSource { file.withLock { $0 } })
            await untilConnected(bot, in: world)
            await world.wecom.tell("HOLD on", as: UserID("u1"), to: bot)
            await agent.isHolding.wait()
            file.withLock { $0.bots = [] }
            let report = try await router.server.reloader.reload()
            #expect(report.bots.removed == ["helper"] && report.leaving == ["helper"])
            #expect(world.wecom.sockets.isConnected(bot.id))
            agent.release.reach()
            let bubble = await world.wecom.transcript.bubbles(atLeast: 1).first
            #expect(bubble?.text == "held: HOLD on" && bubble?.fault == nil)
            router.stop()
            try await router.ended()
        }
    }

    @Test("who comes in is greeted")
    func greeting() async throws {
        try await withBot {
            $0.conduct.greeting = Greeting("你好，我是助手。", atMostOncePer: .seconds(86_400))
        } _: { world, _, bot in
            await world.wecom.enter(bot, as: UserID("u1"))
            let bubble = await world.wecom.transcript.bubbles(atLeast: 1).first
            #expect(bubble?.text == "你好，我是助手。" && bubble?.fault == nil)
        }
    }
}

private struct FileAgent: Agent {
    func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        Reply("here it is", files: [ReplyFile(.bytes([UInt8](repeating: 65, count: 1_200_000)), name: "a.txt")])
    }
}
