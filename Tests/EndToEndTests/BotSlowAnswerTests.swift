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

/// Turns that take longer than WeCom lets a message's own bubble grow. The clocks stand still until a test moves them.
@Suite("Answers of bots that are long in coming", .timeLimit(.minutes(3)))
struct BotSlowAnswerTests {
    private let clock = ManualClock()
    private let agent = GatedAgent(sayingFirst: "so far")
    private let user = UserID("u1")
    private let moved = "so far\n\n\(ChatTexts.english.streamMoved)"

    private func withBot(_ lane: BotLane, _ body: (LoopbackWorld, RunningRouter) async throws -> Void) async throws {
        try await withWorld(adjust: { configuration in
            var bot = Configuration.Bot(name: "helper", lane.wire, agent: "echo")
            bot.botID = BotID("aibHelper")
            bot.policy = .all
            bot.texts = .english
            bot.texts.hideHints()
            configuration.bots = [bot]
        }) { world in
            var world = world
            world.turnClock = clock
            let router = try await world.startRouter(agents: ["echo": agent])
            await world.untilBotsConnect()
            try await attempt {
                try await body(world, router)
            } finally: {
                agent.mayEnd.reach()
                router.stop()
                try await router.ended()
            }
        }
    }

    /// Moves the clocks of both sides, and waits until the turn's lease is renewed if that is due. Moments are rounded to the
    /// millisecond.
    private func pass(_ time: Duration, in world: LoopbackWorld) async {
        clock.advance(by: time)
        world.wecom.clock.advance(by: time)
        if time >= .seconds(10) { await clock.untilSomebodySleeps(for: .seconds(10)) }
    }

    /// Moves the clocks, and waits until who looks for answers that were not fetched has looked.
    private func passUntilLookedFor(_ time: Duration, in world: LoopbackWorld) async {
        clock.advance(by: time)
        world.wecom.clock.advance(by: time)
        await clock.untilSomebodySleeps(for: .seconds(15))
    }

    /// The text that the person was shown, and where the time line says that the answer went.
    private func answer(
        in world: LoopbackWorld, _ router: RunningRouter
    ) async throws -> (shown: [String], way: String?) {
        let store = router.server.store.store
        try await eventually {
            try await store.deliveries(in: .one(.sent), matching: LedgerFilter()).items.count == 1
        }
        let job = try #require(try await store.jobs(in: .done, matching: LedgerFilter()).items.first)
        return (world.wecom.transcript.bubbles.map(\.text), try await store.job(job.id)?.events.last?.why)
    }

    @Test(
        "by webhook the stream ends with a notice after five and a half minutes, and the answer goes to the message's own address"
    )
    func sealed() async throws {
        try await withBot(.webhook) { world, router in
            let (stream, isShown) = (Lock(""), Signpost())
            async let bubble = world.wecom.say("long", as: user, to: world.bots[0], asking: .milliseconds(20)) {
                shown in
                guard shown.text == "so far" else { return }
                stream.withLock { $0 = shown.stream ?? "" }
                isShown.reach()
            }
            await isShown.wait()
            let id = stream.withLock { $0 }
            await pass(.seconds(329), in: world)
            // Until the turn's lease is renewed nobody may show what it says.
            try await eventually { try await world.stream(id, of: world.bots[0])["content"] == "so far" }
            #expect(try await world.stream(id, of: world.bots[0])["finish"] == false)
            await pass(.milliseconds(1002), in: world)
            // Were it open still, WeCom would ask for ever.
            try #require(try await world.stream(id, of: world.bots[0])["finish"] == true)
            let ended = await bubble
            #expect(ended?.text == moved && ended?.isFinished == true && ended?.fault == nil)

            // WeCom asks no more by now.
            await pass(.seconds(60), in: world)
            agent.mayEnd.reach()
            let (shown, way) = try await answer(in: world, router)
            #expect(shown == [moved, "answer to long"] && way == "at the message's own address")
        }
    }

    @Test(
        "an answer in a bubble of which WeCom asks no more goes to the message's own address when the time for asking is over"
    )
    func untaken() async throws {
        try await withBot(.webhook) { world, router in
            let isOver = Signpost()
            let message = world.wecom.message(.text("long"), from: user, in: .single, to: world.bots[0])
            async let bubble: Bubble? = firstOf(
                { await world.wecom.post(message, to: world.bots[0], asking: .seconds(3600)) },
                {
                    await isOver.wait()
                    return nil
                })
            await agent.hasBegun.wait()
            agent.mayEnd.reach()
            _ = try await answer(in: world, router)
            #expect(world.wecom.transcript.bubbles.allSatisfy { $0.text != "answer to long" })
            await passUntilLookedFor(.seconds(374), in: world)
            #expect(world.wecom.transcript.bubbles.allSatisfy { $0.text != "answer to long" }, "WeCom may still ask")
            await passUntilLookedFor(.seconds(16), in: world)
            try await eventually { world.wecom.transcript.bubbles.contains { $0.text == "answer to long" } }
            isOver.reach()
            _ = await bubble
        }
    }

    @Test("an answer that WeCom has fetched in its bubble goes no other way")
    func taken() async throws {
        try await withBot(.webhook) { world, router in
            async let bubble = world.wecom.say("long", as: user, to: world.bots[0], asking: .milliseconds(20))
            await agent.hasBegun.wait()
            agent.mayEnd.reach()
            #expect(await bubble?.text == "answer to long")
            await passUntilLookedFor(.seconds(400), in: world)
            let sent = try await answer(in: world, router)
            #expect(sent.shown == ["answer to long"] && sent.way == "in its stream", "\(sent)")
        }
    }

    @Test(
        "over the long connection an unchanged text is shown again after 240 seconds, its bubble ends with a notice after five and a half minutes, and the answer is a message"
    )
    func shownAgain() async throws {
        try await withBot(.socket) { world, router in
            await world.wecom.tell("long", as: user, to: world.socketBots[0])
            await agent.hasBegun.wait()
            await untilShownOrNot()
            await pass(.seconds(1), in: world)
            await untilShownOrNot()
            let count = frames(in: world)
            #expect(count > 0)
            await pass(.seconds(239), in: world)
            await untilShownOrNot()
            #expect(frames(in: world) == count)
            await pass(.seconds(1), in: world)
            await untilShownOrNot()
            #expect(frames(in: world) == count + 1)

            await pass(.seconds(88), in: world)
            await untilShownOrNot()
            #expect(frames(in: world) == count + 1 && world.wecom.transcript.bubbles.isEmpty)
            await pass(.milliseconds(1002), in: world)
            try await eventually { !world.wecom.transcript.bubbles.isEmpty }
            let bubble = world.wecom.transcript.bubbles[0]
            #expect(bubble.texts.filter { $0 != "<think></think>" } == ["so far", moved] && bubble.fault == nil)

            // WeCom takes no more frames of it by now.
            await pass(.seconds(60), in: world)
            agent.mayEnd.reach()
            let (shown, way) = try await answer(in: world, router)
            #expect(shown == [moved, "answer to long"] && way == "under the message's own id", "\(shown)")
        }
    }

    /// Returns once the frame that is due at this moment has its answer, if one is: then all who look each second have looked.
    /// These are the one who shows the reply, the one who brings news to turns, and the one who tells people that they wait.
    private func untilShownOrNot() async { await clock.untilSomebodySleeps(for: .seconds(1), count: 3) }

    /// The frames that WeCom was sent in answer to messages.
    private func frames(in world: LoopbackWorld) -> Int {
        world.wecom.sockets.record.events.count {
            if case .command(_, "aibot_respond_msg", _) = $0 { true } else { false }
        }
    }
}
