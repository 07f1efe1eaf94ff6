import Lifecycle
import Router
import RouterServer
import RouterTesting
import Simulator
import Testing
import WeCom

@Suite("What is served, swapped while we run", .timeLimit(.minutes(1))) struct ServingTests {
    @Test("a turn under way keeps its agent when another takes its place, and who writes next is answered by that one")
    func turns() async throws {
        try await withWorld { world in
            let first = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": first])
            await world.wecom.say("HOLD this", as: UserID("u1"), to: world.apps[0])
            await first.isHolding.wait()
            router.server.current.swap(to: router.server.current.serving.answered(by: Named("second")))
            await world.wecom.say("hello", as: UserID("u2"), to: world.apps[0])
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == ["second: hello"])
            first.release.reach()
            let sent = await world.wecom.transcript.delivered(atLeast: 2)
            #expect(sent.map(\.text) == ["second: hello", "held: HOLD this"])
            router.stop()
            try await router.ended()
        }
    }

    @Test("swaps while callbacks come in, turns run and answers go out lose nothing and double nothing")
    func all() async throws {
        try await withWorld { world in
            let router = try await world.startRouter(agents: ["echo": Named("a")])
            let current = router.server.current
            let sides = ["a", "b"].map { current.serving.answered(by: Named($0)) }
            await withTaskGroup(of: Void.self) { group in
                for user in 1...8 {
                    group.addTask {
                        for number in 1...10 {
                            current.swap(to: sides[number % 2])
                            await world.wecom.say("\(user)/\(number)", as: UserID("u\(user)"), to: world.apps[0])
                        }
                    }
                }
            }
            let sent = await world.wecom.transcript.delivered(atLeast: 80).map { $0.text.dropFirst(3) }
            #expect(sent.count == 80)
            #expect(Set(sent) == Set((1...8).flatMap { user in (1...10).map { "\(user)/\($0)"[...] } }))
            router.stop()
            try await router.ended()
        }
    }
}

/// Says its name before what was said to it.
private struct Named: Agent {
    let name: String
    init(_ name: String) { self.name = name }

    func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        Reply("\(name): \(turn.text)", isMarkdown: false)
    }
}

extension Serving {
    /// The same with another agent for all apps.
    fileprivate func answered(by agent: any Agent) -> Serving {
        Serving(
            directory, agents: ["echo": AgentSetup(agent)], lanes: lanes, clients: clients, people: people,
            returnAddress: returnAddress, maxMessageAge: maxMessageAge)
    }
}
