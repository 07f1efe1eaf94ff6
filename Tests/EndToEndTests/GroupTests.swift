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
