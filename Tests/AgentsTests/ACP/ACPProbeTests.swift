import Router
import Testing

@testable import Agents

@Suite(.timeLimit(.minutes(1))) struct ACPProbeTests {
    @Test("an agent that is well tells what it is, and nothing stays of the probe")
    func well() async throws {
        try await ACPWorld.with("delete") { world in
            #expect(await world.agent.probe() == AgentProbe("Mock Agent 0.9, ACP 1"))
            #expect(await world.count == 0)
        }
    }

    @Test("a program that is not there is the command's fault")
    func notThere() async throws {
        try await ProgramWorld.with { programs in
            let agent = ACPAgent(command: AgentCommand(["no-such-agent"]), host: programs.host)
            #expect(await agent.probe().troubles.map(\.key) == ["command"])
        }
    }

    @Test(
        "a program that is no ACP agent is the command's fault", arguments: ["notice", "version=2", "crash=initialize"])
    func noAgent(word: String) async throws {
        try await ACPWorld.with(word) { world in
            #expect(await world.agent.probe().troubles.map(\.key) == ["command"])
            #expect(await world.count == 0)
        }
    }

    @Test("what a program complains of when it is looked at holds no secret")
    func secrets() async throws {
        try await ACPWorld.with("crash=initialize", secret: "sesame-1234") { world in
            let reason = try #require(await world.agent.probe().troubles.first?.reason)
            #expect(reason == "the agent's program ended with exit status 3: out of memory, key <secret>")
        }
        try await ACPWorld.with("refuses", secret: "sesame-1234") { world in
            let reason = try #require(await world.agent.probe().troubles.first?.reason)
            #expect(reason == "the agent answered with an error: bad key <secret> (-32603)")
        }
    }

    @Test("an agent that says nothing is not waited for longer than may be")
    func silent() async throws {
        var options = ACPOptions()
        options.probeTime = .milliseconds(50)
        try await ACPWorld.with("silent", "stays", options: options) { world in
            let troubles = await world.agent.probe().troubles
            #expect(troubles.map(\.reason) == ["the agent did not answer within 50.00 ms"])
            #expect(await world.count == 0)
        }
    }

    @Test("an agent that wants a login says so")
    func login() async throws {
        try await ACPWorld.with("auth=terminal") { world in
            let probe = await world.agent.probe()
            #expect(probe.description == "Mock Agent 0.9, ACP 1")
            #expect(probe.troubles.first?.reason.contains("login") == true)
            #expect(probe.troubles.map(\.key) == [nil])
        }
    }
}
