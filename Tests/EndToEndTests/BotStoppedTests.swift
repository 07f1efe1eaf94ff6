import HTTP
import HTTPClient
import Lifecycle
import Router
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

@testable import RouterServer

@Suite("Bubbles of bots whose answer somebody stops", .timeLimit(.minutes(3)))
struct BotStoppedTests {
    private let agent = GatedAgent(sayingFirst: "so far")
    private let user = UserID("u1")
    private let texts = ChatTexts.english

    private func withBot(_ lane: BotLane, _ body: (CalledBot) async throws -> Void) async throws {
        try await withWorld(adjust: { configuration in
            var bot = Configuration.Bot(name: "helper", lane.wire, agent: "echo")
            bot.botID = BotID("aibHelper")
            bot.policy = .all
            bot.texts = .english
            bot.texts.hideHints()
            configuration.bots = [bot]
        }) { world in
            let router = try await world.startRouter(agents: ["echo": agent])
            let bot = CalledBot(lane: lane, world: world, router: router)
            await bot.untilReached()
            try await attempt {
                try await body(bot)
            } finally: {
                agent.mayEnd.reach()
                router.stop()
                try await router.ended()
            }
        }
    }

    /// The last text of the bubble that answers a message, whenever that is shown.
    private func text(_ message: String, of bot: CalledBot) async -> String? {
        await bot.bubble(message, as: user, in: .single)?.text
    }

    /// Expects a bubble that has ended with those words, and our own above them. Over the long connection ours are a message of
    /// their own, which comes first.
    private func expect(_ words: String, below own: String, as first: String?, of bot: CalledBot) async throws {
        let transcript = bot.world.wecom.transcript
        switch bot.lane {
        case .webhook: #expect(first == "\(own)\n\n\(words)")
        case .socket:
            #expect(first == own)
            try await eventually { transcript.bubbles.contains { $0.text == words && $0.isFinished } }
        }
        #expect(!transcript.bubbles.contains { $0.text.hasSuffix(texts.answeredTogether) })
    }

    @Test(
        "a turn that its person stops leaves what it had shown, and nothing about another message",
        arguments: BotLane.allCases)
    func stopped(_ lane: BotLane) async throws {
        try await withBot(lane) { bot in
            async let answer = text("long", of: bot)
            await agent.hasBegun.wait()
            #expect(await text("/stop", of: bot) == texts.stopping)
            try await expect("so far", below: texts.stopped, as: await answer, of: bot)
        }
    }

    @Test(
        "a message that is taken out of the queue ends with a word that it was, not with another's answer",
        arguments: BotLane.allCases)
    func withdrawn(_ lane: BotLane) async throws {
        try await withBot(lane) { bot in
            async let first = text("long", of: bot)
            await agent.hasBegun.wait()
            async let second = text("short", of: bot)
            let store = bot.router.server.store.store
            try await eventually { try await store.jobs(in: .ready, matching: LedgerFilter()).items.count == 1 }
            _ = await text("/queue drop 1", of: bot)
            #expect(await second == texts.stopped)
            agent.mayEnd.reach()
            #expect(await first == "answer to long")
        }
    }

    @Test(
        "a turn that an operator stops leaves what it had shown, and says who stopped it", arguments: BotLane.allCases)
    func cancelled(_ lane: BotLane) async throws {
        try await withBot(lane) { bot in
            async let answer = text("long", of: bot)
            await agent.hasBegun.wait()
            let store = bot.router.server.store.store
            let job = try #require(try await store.jobs(in: .running, matching: LedgerFilter()).items.first)
            _ = try await store.cancel(job.id, why: "a test", notice: texts.cancelled, at: .steady)
            // A command has those looked at who are to stop.
            _ = await text("/stop", of: bot)
            try await expect("so far", below: texts.cancelled, as: await answer, of: bot)
        }
    }
}
