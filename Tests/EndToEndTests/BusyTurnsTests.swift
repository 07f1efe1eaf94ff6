import HTTP
import HTTPClient
import JSON
import Lifecycle
import Router
import RouterServer
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

@Suite("Turns that compute and never pause", .timeLimit(.minutes(1)))
struct BusyTurnsTests {
    /// Four for each thread that turns have.
    private static let turns = Process.cores * 4

    @Test("with every thread of the turns busy, callbacks are accepted at their first try, and /v1 answers")
    func intakeGoesOn() async throws {
        try await withBusyTurns { world, router, management in
            for person in 1...10 {
                let tries = await world.wecom.say("hello", as: UserID("quick\(person)"), to: world.apps[0])
                #expect(tries.map(\.status) == [200])
            }
            let jobs = try await management(.get, "/jobs?state=running&limit=100")
            #expect(jobs.json["jobs"]?.array?.count ?? 0 >= BusyTurnsTests.turns)
        }
    }

    @Test("with every thread of the turns busy, a message of ours still goes out")
    func deliveryGoesOn() async throws {
        try await withBusyTurns { world, router, management in
            let sent = try await management.post(
                ["app": "dept-a", "touser": "u1", "msgtype": "text", "text": ["content": "news"]])
            #expect(!sent.id.isEmpty)
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == ["news"])
        }
    }

    /// Runs `body` while turns occupy all threads that they have; lets them end after it.
    private func withBusyTurns(
        _ body: (LoopbackWorld, RunningRouter, ProgrammingInterface) async throws -> Void
    ) async throws {
        try await withWorld(adjust: { $0.management.token = Secret(ProgrammingInterface.token) }) { world in
            let agent = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": agent])
            let client = CurlTransport()
            for person in 1...BusyTurnsTests.turns {
                await world.wecom.say("SPIN", as: UserID("busy\(person)"), to: world.apps[0])
            }
            // One on each thread; the rest wait for a thread of their own.
            while agent.turns.count < Process.cores { await beforeLookingAgain() }
            try await attempt {
                try await body(world, router, ProgrammingInterface(client: client, port: router.managementPort))
            } finally: {
                agent.release.reach()
                await client.close()
                router.stop()
                try await router.ended()
            }
        }
    }
}
