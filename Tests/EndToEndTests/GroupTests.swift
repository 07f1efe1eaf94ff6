import JSON
import Lifecycle
import Router
import RouterTesting
import Simulator
import System
import Testing
import WeCom

@testable import RouterServer

/// Two people who call a bot in a group, over either lane.
@Suite("Groups with AI bots", .timeLimit(.minutes(3)))
struct GroupTests {
    private let ann = UserID("ann")
    private let bob = UserID("bob")

    @Test(
        "with group_sessions: per_user the agent remembers of each member what they said alone",
        arguments: BotLane.allCases)
    func own(_ lane: BotLane) async throws {
        let agent = ScriptedAgent()
        try await withBot(lane, agent: agent, { $0.conduct.groupSessions = .perUser }) { bot in
            for (user, word) in [(ann, "apple"), (bob, "bean")] {
                #expect(await bot.ask("REMEMBER \(word)", as: user) == "remembered")
            }
            #expect(await bot.ask("what", as: ann) == "apple, re: what")
            #expect(await bot.ask("what", as: bob) == "bean, re: what")
            #expect(await bot.ask("/new", as: ann) == ChatTexts.chinese.newSession)
            #expect(await bot.ask("what", as: ann) == "re: what")
            #expect(await bot.ask("what", as: bob) == "bean, re: what")
            let keys = Set(agent.turns.map(\.sessionKey.description))
            #expect(keys == ["bot/aibHelper/chat:wrGroup/user:ann", "bot/aibHelper/chat:wrGroup/user:bob"])
        }
    }

    @Test("without it the agent remembers what all said, and /new is the group's", arguments: BotLane.allCases)
    func shared(_ lane: BotLane) async throws {
        try await withBot(lane, agent: ScriptedAgent()) { bot in
            #expect(await bot.ask("REMEMBER apple", as: ann) == "remembered")
            #expect(await bot.ask("what", as: bob) == "apple, re: what")
            #expect(await bot.ask("/new", as: bob) == ChatTexts.chinese.newSession)
            #expect(await bot.ask("what", as: ann) == "re: what")
        }
    }

    @Test("what stands behind /new is the first message of a fresh session", arguments: BotLane.allCases)
    func opening(_ lane: BotLane) async throws {
        try await withBot(lane, agent: ScriptedAgent()) { bot in
            #expect(await bot.ask("REMEMBER apple", as: ann) == "remembered")
            #expect(await bot.ask("/new what", as: bob) == "re: what")
        }
    }

    @Test(
        "a mention alone is told what the bot understands, unless it is a stranger's; with something pointed at it is a message",
        arguments: BotLane.allCases)
    func mention(_ lane: BotLane) async throws {
        let agent = ScriptedAgent()
        try await withBot(
            lane, agent: agent,
            { bot in
                let chats = bot.policy.chats
                bot.policy = Policy(users: [ann])
                bot.policy.chats = chats
            }
        ) { bot in
            #expect(await bot.ask("@helper ", as: ann)?.contains("/new") == true)
            #expect(await bot.ask("@helper ", as: bob) == ChatTexts.chinese.refused)
            #expect(agent.turns.isEmpty)
            let pointed = await bot.bubble(.text("@helper "), quoting: .text("OK this"), as: ann, in: bot.group)
            #expect(pointed?.text == "re: > OK this\n\n", "\(String(describing: pointed))")
        }
    }

    @Test("a picture that somebody points at comes with what they say of it", arguments: BotLane.allCases)
    func pointed(_ lane: BotLane) async throws {
        let agent = ScriptedAgent()
        try await withBot(lane, agent: agent) { bot in
            let picture = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 9, count: 2000)
            let sealed =
                switch lane {
                case .webhook: bot.world.wecom.seal(picture, named: "a.png", as: .image, for: bot.world.bots[0])
                case .socket:
                    try bot.world.wecom.seal(picture, named: "a.png", as: .image, for: bot.world.socketBots[0])
                }
            _ = await bot.bubble(.text("@helper what is this"), quoting: .sealed(sealed), as: ann, in: bot.group)
            let turn = try #require(agent.turns.last)
            #expect(turn.text == "what is this" && turn.attachments.map(\.name) == ["a.png"], "\(turn)")
        }
    }

    @Test("a member's /stop, /queue and /status concern their own messages alone", arguments: BotLane.allCases)
    func commands(_ lane: BotLane) async throws {
        let agent = ScriptedAgent()
        try await withBot(lane, agent: agent) { bot in
            async let held = bot.ask("HOLD on", as: ann)
            await agent.isHolding.wait()
            let texts = ChatTexts.chinese
            #expect(await bot.ask("/stop", as: bob) == texts.stopOthers)
            #expect(await bot.ask("/status", as: bob) == texts.statusOthers)
            #expect(await bot.ask("/queue", as: bob) == texts.queueEmpty)
            #expect(await bot.ask("/status", as: ann)?.contains("HOLD on") == true)
            agent.release.reach()
            #expect(await held == "held: HOLD on")
        }
    }

    @Test("thumbs on an answer are stored with its job, and shown", arguments: BotLane.allCases)
    func thumbs(_ lane: BotLane) async throws {
        try await withBot(lane, agent: ScriptedAgent()) { bot in
            let bubble = try #require(await bot.bubble("OK hello", as: ann))
            #expect(await bot.rate(bubble, .inaccurate, saying: "more", because: [.incomplete], as: bob))
            try await bot.router.metric("feedback_total{app=\"helper\",verdict=\"inaccurate\"}", isAtLeast: 1)
            let store = bot.router.server.store.store
            let job = try #require(try await store.jobs(in: nil, matching: LedgerFilter()).items.first?.id)
            let said = try #require(try await store.job(job)?.feedback)
            #expect(said.map(\.user) == [bob] && said.map(\.verdict) == [.inaccurate])
            #expect(said.map(\.reasons) == [[.incomplete]] && said.map(\.comment) == ["more"])
            let shown = try #require(try await store.job(job)).json(naming: AppDirectory([]), at: .now)
            #expect(shown["feedback"]?.array?.first?["verdict"] == "inaccurate")
            #expect(JobStory(shown, zone: .utc, width: nil).text.contains("incomplete, more"))
        }
    }

    @Test("thumbs in a single chat count, also where WeCom does not tell whose they are", arguments: BotLane.allCases)
    func single(_ lane: BotLane) async throws {
        try await withBot(lane, agent: ScriptedAgent()) { bot in
            let bubble = try #require(await bot.bubble("OK hello", as: ann, in: .single))
            #expect(await bot.rate(bubble, .accurate, as: ann))
            try await bot.router.metric("feedback_total{app=\"helper\",verdict=\"accurate\"}", isAtLeast: 1)
        }
    }

    @Test(
        "a word of our own cannot be rated, and thumbs on what is no answer there change nothing",
        arguments: BotLane.allCases)
    func unknown(_ lane: BotLane) async throws {
        try await withBot(lane, agent: ScriptedAgent()) { bot in
            let help = try #require(await bot.bubble("/help", as: ann))
            #expect(await !bot.rate(help, .accurate, as: ann))
            let answer = try #require(await bot.bubble("OK hello", as: ann, in: .single))
            for id in ["FB1", try #require(answer.feedback)] {
                await bot.hear(BotFeedback(id: id, verdict: .accurate), as: ann, in: bot.group)
            }
            try await bot.router.metric("feedback_total{app=\"helper\",verdict=\"unknown\"}", isAtLeast: 2)
            let store = bot.router.server.store.store
            let job = try #require(try await store.jobs(in: nil, matching: LedgerFilter()).items.first?.id)
            #expect(try await store.job(job)?.feedback == [])
        }
    }

    private func withBot(
        _ lane: BotLane, agent: any Agent, _ adjust: (inout Configuration.Bot) -> Void = { _ in },
        _ body: (CalledBot) async throws -> Void
    ) async throws {
        try await withWorld(adjust: { configuration in
            var bot = Configuration.Bot(name: "helper", lane.wire, agent: "echo")
            bot.botID = BotID("aibHelper")
            bot.policy = .all
            bot.policy.chats.all = true
            bot.texts.hideHints()
            adjust(&bot)
            configuration.bots = [bot]
        }) { world in
            let router = try await world.startRouter(agents: ["echo": agent])
            let bot = CalledBot(lane: lane, world: world, router: router)
            await bot.untilReached()
            try await body(bot)
            router.stop()
            try await router.ended()
        }
    }
}
