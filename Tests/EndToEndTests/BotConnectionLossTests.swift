import HTTP
import JSON
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

@Suite("What people see of bots whose connection fails them", .timeLimit(.minutes(3)))
struct BotConnectionLossTests {
    private let user = UserID("u1")

    private func withBot(
        _ adjust: (inout Configuration.Bot) -> Void = { _ in }, agent: any Agent = ScriptedAgent(),
        by clock: any WorkClock = .steady, _ body: (LoopbackWorld, RunningRouter, FakeSocketBot) async throws -> Void
    ) async throws {
        try await withWorld(adjust: { $0.bots = [SteeredBot.configured(adjust)] }) { world in
            var world = world
            world.turnClock = clock
            let router = try await world.startRouter(agents: ["echo": agent])
            await world.untilBotsConnect()
            try await attempt {
                try await body(world, router, world.socketBots[0])
            } finally: {
                router.stop()
                try await router.ended()
            }
        }
    }

    private func untilAnswered(_ count: Int, in world: LoopbackWorld) async {
        await world.wecom.sockets.record.wait { events in
            events.count { if case .command(_, "aibot_respond_msg", _) = $0 { true } else { false } } >= count
        }
    }

    private func connections(of bot: FakeSocketBot, in world: LoopbackWorld) -> Int {
        world.wecom.sockets.record.events.count { if case .subscribed(_, bot.id) = $0 { true } else { false } }
    }

    private func sent(by router: RunningRouter) async throws -> Int {
        try await router.server.store.store.deliveries(in: .one(.sent), matching: LedgerFilter()).items.count
    }

    @Test("an answer of WeCom's that never comes costs none of ours: each is shown once, and the next one goes")
    func lostAnswer() async throws {
        let agent = ScriptedAgent()
        try await withBot({ $0.outside.timeout = .seconds(2) }, agent: agent) { world, router, bot in
            world.wecom.faults.next(.botReply, .silence)
            await world.wecom.tell("HOLD on", as: user, to: bot)
            await untilAnswered(1, in: world)
            await agent.isHolding.wait()
            agent.release.reach()
            try await eventually { try await sent(by: router) == 1 }
            await world.wecom.tell("OK next", as: user, to: bot)
            try await eventually { try await sent(by: router) == 2 }
            #expect(world.wecom.transcript.bubbles.map(\.text) == ["held: HOLD on", "next"])
            #expect(connections(of: bot, in: world) == 1)
        }
    }

    @Test("a mention alone is heard though WeCom does not answer what it is told: others are heard behind it")
    func hearingWaitsForNobody() async throws {
        try await withBot { world, _, bot in
            world.wecom.faults.next(.botReply, .silence)
            await world.wecom.tell("@helper ", as: user, in: .group(ChatID("wrGroup")), to: bot)
            await untilAnswered(1, in: world)
            await world.wecom.tell("OK hi", as: UserID("u2"), to: bot)
            #expect(await world.wecom.transcript.bubbles(atLeast: 2).last?.text == "hi")
            #expect(connections(of: bot, in: world) == 1)
        }
    }

    @Test("a bubble says that the router stops, grows again when another runs, and ends when its turn is stopped")
    func restart() async throws {
        let (texts, isShown, growsAgain) = (Lock<[String]>([]), Signpost(), Signpost())
        try await withBot(agent: GatedAgent(sayingFirst: "so far")) { world, router, bot in
            await world.wecom.tell("go", as: user, to: bot) { bubble in
                texts.withLock { $0.append(bubble.text) }
                if bubble.text == "so far" { isShown.reach() }
                if bubble.text == "once more" { growsAgain.reach() }
            }
            await isShown.wait()
            router.stop()
            try await router.ended()
            #expect(texts.withLock { $0.last } == "so far\n\n\(ChatTexts.chinese.streamPaused)")

            let again = try await world.startRouter(agents: ["echo": GatedAgent(sayingFirst: "once more")])
            await growsAgain.wait()
            #expect(world.wecom.transcript.bubbles.isEmpty)
            await world.wecom.tell("/stop", as: user, to: bot)
            try await eventually { world.wecom.transcript.bubbles.contains { $0.texts.contains("once more") } }
            again.stop()
            try await again.ended()
        }
    }

    @Test("while a bot cannot connect its answer waits a minute, and then goes to the message's own address")
    func away() async throws {
        let (agent, clock) = (ScriptedAgent(), ManualClock())
        try await withBot(agent: agent, by: clock) { world, router, bot in
            let store = router.server.store.store
            await world.wecom.tell("HOLD on", as: user, to: bot)
            await agent.isHolding.wait()
            world.wecom.faults.always(.botSubscription, .errorCode(-1))
            world.wecom.sockets.drop(bot.id)
            try await eventually { !world.wecom.sockets.isConnected(bot.id) }
            agent.release.reach()
            try await eventually {
                try await store.deliveries(in: .one(.pending), matching: LedgerFilter()).items.first?.reason != nil
            }
            #expect(!world.wecom.transcript.bubbles.contains { $0.text == "held: HOLD on" })
            clock.advance(by: .seconds(61))
            await clock.untilSomebodySleeps(for: .seconds(10))
            try await eventually { try await sent(by: router) == 1 }
            let job = try #require(try await store.jobs(in: .done, matching: LedgerFilter()).items.first)
            #expect(try await store.job(job.id)?.events.last?.why == "at the message's own address")
            #expect(world.wecom.transcript.bubbles.filter { $0.text == "held: HOLD on" }.count == 1)
        }
    }

    @Test("what waits for a connection goes when it is there, however long its next try is off")
    func atOnce() async throws {
        let clock = ManualClock()
        try await SteeredBot.with(change: { $0.turnClock = clock }) { helper in
            let store = helper.router.server.store.store
            try await helper.untilState("ready")
            await helper.hear()
            _ = try await helper.api(.post, "/bots/helper/disconnect")
            let posted = try await helper.api.post(["bot": "helper", "touser": "u1", "content": "later"])
            try await eventually {
                try await store.deliveries(in: .one(.pending), matching: LedgerFilter()).items.contains {
                    $0.reason == "the bot is not connected"
                }
            }
            _ = try await helper.api(.post, "/bots/helper/reconnect")
            // The clock stands still: no try comes due by itself.
            #expect(try await helper.api.end(of: posted).state == "sent")
            #expect(helper.world.wecom.transcript.bubbles.filter { $0.text == "later" }.count == 1)
        }
    }
}
