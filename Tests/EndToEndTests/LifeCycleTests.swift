import HTTP
import HTTPClient
import HTTPServer
import Lifecycle
import Router
import RouterServer
import RouterTesting
import Simulator
import TestSupport
import Testing
import WeCom

@Suite("Stopping and starting again", .timeLimit(.minutes(5)))
struct LifeCycleTests {
    @Test(
        "while a turn finishes, callbacks are accepted and /ready is red; then everything is answered and the port closed"
    )
    func drain() async throws {
        try await withWorld { world in
            let agent = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": agent])
            let client = CurlTransport()
            func status(_ path: String) async -> Int? {
                try? await client.send(HTTPRequest(.get, "http://127.0.0.1:\(router.port)\(path)"), .init()).status.code
            }
            #expect(await status("/ready") == 200)
            await world.wecom.say("HOLD on", as: UserID("u1"), to: world.apps[0])
            await agent.isHolding.wait()

            router.stop()
            while await status("/ready") != 503 { await beforeLookingAgain() }
            #expect(await status("/health") == 200)
            #expect(await world.wecom.say("late", as: UserID("u2"), to: world.apps[0]).map(\.status) == [200])
            agent.release.reach()
            try await router.ended()

            #expect(world.wecom.transcript.delivered.map(\.text) == ["held: HOLD on"])
            #expect(await status("/health") == nil, "nobody listens any more")
            await client.close()

            let again = try await world.startRouter(agents: ["echo": agent])
            let sent = await world.wecom.transcript.delivered(atLeast: 2)
            #expect(sent.map(\.text) == ["held: HOLD on", "re: late"])
            again.stop()
            try await again.ended()
        }
    }

    @Test("a turn that outlasts drain_timeout is interrupted, costs no attempt, and is answered after the next start")
    func interrupted() async throws {
        try await withWorld(adjust: { $0.workers.drainTimeout = .milliseconds(50) }) { world in
            let agent = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": agent])
            await world.wecom.say("HOLD for long", as: UserID("u1"), to: world.apps[0])
            await agent.isHolding.wait()
            router.stop()
            try await router.ended()
            #expect(world.wecom.transcript.messages.isEmpty)

            let second = ScriptedAgent()
            second.release.reach()
            let again = try await world.startRouter(agents: ["echo": second])
            let sent = await world.wecom.transcript.delivered(atLeast: 1)
            #expect(sent.map(\.text) == ["held: HOLD for long"])
            #expect(second.turns.map(\.attempt) == [1])
            again.stop()
            try await again.ended()
        }
    }

    @Test("an agent that does not end when it is stopped does not hold up the stop, and its message is answered later")
    func stubborn() async throws {
        try await withWorld(adjust: { $0.workers.drainTimeout = .milliseconds(50) }) { world in
            let agent = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": agent])
            await world.wecom.say("STUBBORN as ever", as: UserID("u1"), to: world.apps[0])
            await agent.isHolding.wait()
            router.stop()
            try await router.ended()
            // What it says now comes too late.
            agent.release.reach()
            #expect(world.wecom.transcript.messages.isEmpty)

            let again = try await world.startRouter(agents: ["echo": agent])
            let sent = await world.wecom.transcript.delivered(atLeast: 1)
            #expect(sent.map(\.text) == ["at its leisure: STUBBORN as ever"])
            #expect(agent.turns.map(\.attempt) == [1, 1])
            again.stop()
            try await again.ended()
        }
    }

    @Test("what was accepted while WeCom could not be reached goes out after a restart, in order")
    func outageAndRestart() async throws {
        try await withWorld { world in
            let lines = (1...5).map { "line \($0)" }
            for _ in 1...50 { world.wecom.faults.next(.gettoken, .status(503)) }
            let router = try await world.startRouter()
            for line in lines {
                #expect(await world.wecom.say(line, as: UserID("u1"), to: world.apps[0]).map(\.status) == [200])
            }
            router.stop()
            try await router.ended()
            #expect(world.wecom.transcript.messages.isEmpty)
            world.wecom.faults.clear()

            let again = try await world.startRouter()
            #expect(await world.wecom.transcript.delivered(atLeast: lines.count).map(\.text) == lines)
            again.stop()
            try await again.ended()
        }
    }

    @Test("a router whose second port is taken lets go of the first and of the file")
    func secondPortTaken() async throws {
        try await withWorld { world in
            let router = try await world.startRouter()
            try await withWorld(adjust: { $0.management.port = router.managementPort }) { other in
                for _ in 1...2 {
                    let error = await #expect(throws: CannotListen.self) { _ = try await other.startRouter() }
                    #expect(error?.address.description.hasSuffix(":\(router.managementPort)") == true)
                }
            }
            router.stop()
            try await router.ended()
        }
    }

    @Test("a router that is opened and never runs lets go of everything")
    func neverRun() async throws {
        try await withWorld { world in
            let closed = try await RouterServer.build(world.configuration, log: .silent)
            try await closed.publicListener.open()
            await closed.close()

            let stopped = try await RouterServer.build(world.configuration, log: .silent)
            try await stopped.managementListener.open()
            let stop = Signpost()
            stop.reach()
            try await stopped.run(until: stop)

            let router = try await world.startRouter()
            router.stop()
            try await router.ended()
        }
    }

    @Test("a second router on the same file is turned away, and the first goes on")
    func oneOwner() async throws {
        try await withWorld { world in
            let router = try await world.startRouter()
            await #expect(throws: (any Error).self) { _ = try await world.startRouter() }
            world.wecom.setCallbackURL(router.callbackURL, of: world.apps[0])
            await world.wecom.say("still here?", as: UserID("u1"), to: world.apps[0])
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == ["still here?"])
            router.stop()
            try await router.ended()
        }
    }
}
