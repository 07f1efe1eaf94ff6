import Lifecycle
import Router
import RouterServer
import RouterTesting
import Simulator
import TestSupport
import Testing
import WeCom

@Suite("Turns that take long, fail, or are no longer wanted", .timeLimit(.minutes(5)))
struct TurnTests {
    @Test("a turn that takes too long is stopped, and the person is told")
    func timeout() async throws {
        try await withWorld { world in
            let agent = ScriptedAgent()
            let setup = AgentSetup(agent, limits: TurnLimits(total: .milliseconds(50)))
            let router = try await world.startRouter(setups: ["echo": setup])
            await world.wecom.say("HOLD for ever", as: UserID("u1"), to: world.apps[0])
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == [ChatTexts.chinese.tookTooLong])
            router.stop()
            try await router.ended()
        }
    }

    @Test("a turn that gives no sign of life is stopped, too")
    func silence() async throws {
        try await withWorld { world in
            let setup = AgentSetup(ScriptedAgent(), limits: TurnLimits(idle: .milliseconds(50)))
            let router = try await world.startRouter(setups: ["echo": setup])
            await world.wecom.say("HOLD for ever", as: UserID("u1"), to: world.apps[0])
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == [ChatTexts.chinese.tookTooLong])
            router.stop()
            try await router.ended()
        }
    }

    @Test("a failure that may pass is tried again, the person hears of it once, and then has the answer")
    func retry() async throws {
        try await withWorld { world in
            let agent = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": agent])
            await world.wecom.say("FLAKY please", as: UserID("u1"), to: world.apps[0])
            let sent = await world.wecom.transcript.delivered(atLeast: 2)
            #expect(sent.map(\.text) == [ChatTexts.chinese.retrying, "at last: FLAKY please"])
            #expect(agent.turns.map(\.attempt) == [1, 2])
            router.stop()
            try await router.ended()
        }
    }

    @Test("with while_busy: interrupt a newer message stops the turn, and one answer serves both")
    func interrupt() async throws {
        try await withWorld(adjust: { $0.apps[0].conduct.whileBusy = .interrupt }) { world in
            let agent = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": agent])
            await world.wecom.say("HOLD this", as: UserID("u1"), to: world.apps[0])
            await agent.isHolding.wait()
            await world.wecom.say("and that", as: UserID("u1"), to: world.apps[0])
            while agent.turns.count < 2 { await beforeLookingAgain() }
            agent.release.reach()
            let sent = await world.wecom.transcript.delivered(atLeast: 1)
            #expect(sent.map(\.text) == ["held: HOLD this\nand that"])
            router.stop()
            try await router.ended()
        }
    }
}
