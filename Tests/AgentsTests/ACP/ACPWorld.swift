import Agents
import JSON
import Lifecycle
import Router
import System
import Testing
import WeCom

/// An ACP agent of one test's own, whose program is our mock.
struct ACPWorld {
    let agent: ACPAgent
    let programs: ProgramWorld

    /// Runs `body` and sees to it that closing the agent leaves no process.
    static func with(
        _ words: String..., secret: String? = nil, options: ACPOptions = ACPOptions(),
        _ body: (ACPWorld) async throws -> Void
    ) async throws {
        try await ProgramWorld.with { programs in
            var command = programs.mock(["acp"] + words)
            command.grace = .seconds(30)
            if let secret { command.environment["KEY"] = Secret(secret) }
            let world = ACPWorld(
                agent: ACPAgent(command: command, host: programs.host, options: options), programs: programs)
            try await attempt {
                try await body(world)
            } finally: {
                await world.agent.close()
            }
            #expect(await programs.host.spawner.count == 0)
        }
    }

    /// An agent whose program heeds no kindness for long.
    static func impatient(
        _ words: String..., options: ACPOptions = ACPOptions(), _ body: (ACPWorld) async throws -> Void
    ) async throws {
        try await ProgramWorld.with { programs in
            var command = programs.mock(["acp"] + words)
            command.grace = .milliseconds(100)
            command.ladder = StopLadder([.init(.interrupt, grace: .seconds(30))])
            let world = ACPWorld(
                agent: ACPAgent(command: command, host: programs.host, options: options), programs: programs)
            try await body(world)
            await world.agent.close()
            #expect(await programs.host.spawner.count == 0)
        }
    }

    /// The number of the agent's processes.
    var count: Int { get async { await programs.host.spawner.count } }

    /// One turn, and what was heard of it.
    @discardableResult
    func run(_ turn: Turn, _ attendant: FakeAttendant = FakeAttendant()) async throws -> Reply {
        try await agent.run(turn, attendedBy: attendant)
    }

    func say(_ text: String, session: JSONValue? = nil) async throws -> Reply {
        try await run(.saying(text, session: session))
    }

    /// The state that a first turn leaves.
    func session(after text: String = "hello") async throws -> JSONValue {
        let attendant = FakeAttendant()
        try await run(.saying(text), attendant)
        return try #require(attendant.sessions.last)
    }

    /// All that was said to the agent's program so far, by its own account.
    func transcript(session: JSONValue? = nil) async throws -> [JSONValue] {
        let reply = try await say("transcript", session: session)
        return try #require(try JSONValue(parsing: Array(reply.text.utf8)).array)
    }

    /// The failure of a turn.
    func failure(_ turn: Turn, _ attendant: FakeAttendant = FakeAttendant()) async throws -> AgentFailure {
        try #require(await #expect(throws: AgentFailure.self) { try await run(turn, attendant) })
    }
}

extension [JSONValue] {
    var methods: [String] { compactMap { $0["method"]?.string } }

    func first(_ method: String) -> JSONValue? { first { $0["method"]?.string == method } }
}

extension ProgramWorld {
    fileprivate func mock(_ words: [String]) -> AgentCommand { AgentCommand([mock().program] + words) }
}
