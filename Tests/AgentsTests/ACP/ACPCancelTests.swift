import JSON
import Lifecycle
import Router
import System
import TestSupport
import Testing

@testable import Agents

@Suite(.timeLimit(.minutes(1))) struct ACPCancelTests {
    /// Cancels a turn once the agent has said something.
    private func cancel(_ text: String, _ world: ACPWorld, session: JSONValue? = nil) async throws {
        let attendant = FakeAttendant()
        let turn = Task { try await world.run(.saying(text, session: session), attendant) }
        await attendant.event { if case .text = $0 { true } else { false } }
        turn.cancel()
        await #expect(throws: CancellationError.self) { try await turn.value }
    }

    @Test(
        "an agent that heeds a cancel, soon, after three seconds or with an error, keeps its process and its session",
        arguments: ["wait", "slow", "sulk"])
    func heeded(prompt: String) async throws {
        try await ACPWorld.with { world in
            let session = try await world.session()
            let process = try await world.say("process", session: session).text
            try await cancel(prompt, world, session: session)
            let attendant = FakeAttendant()
            #expect(try await world.run(.saying("process", session: session), attendant).text == process)
            #expect(!attendant.text.contains("after the end"))
        }
    }

    @Test("an agent that does not heed a cancel is stopped by signals before the turn ends")
    func unheeded() async throws {
        try await ACPWorld.impatient { world in
            try await cancel("hang", world)
            #expect(await world.count == 0)
        }
    }

    @Test("an agent that never answers anything is stopped when the turn is cancelled, though it outlives its input")
    func silent() async throws {
        try await ACPWorld.impatient("silent", "stays") { world in
            let turn = Task { try await world.run(.saying("hello")) }
            try await eventually { await world.count == 1 }
            turn.cancel()
            await #expect(throws: CancellationError.self) { try await turn.value }
            #expect(await world.count == 0)
        }
    }

    @Test("a turn that was cancelled before it began starts nothing, and ends no process that its conversation has")
    func beforehand() async throws {
        func cancelled(_ run: @escaping @Sendable () async throws -> Reply) async {
            let gate = Signpost()
            let turn = Task {
                await gate.waitThroughCancellation()
                return try await run()
            }
            turn.cancel()
            gate.reach()
            await #expect(throws: CancellationError.self) { try await turn.value }
        }
        try await ProgramWorld.with { programs in
            let agent = ACPAgent(
                command: AgentCommand(["sh", "-c", "touch started; exec cat > /dev/null"]), host: programs.host)
            await cancelled { try await agent.run(.saying("hang"), attendedBy: FakeAttendant()) }
            let workspace = try await programs.host.workspace(of: .saying(""), for: agent.command)
            #expect(!fileExists("\(workspace.path)/started"))
            await agent.close()
        }
        try await ACPWorld.with { world in
            let session = try await world.session()
            await cancelled { try await world.run(.saying("hang", session: session)) }
            #expect(await world.count == 1)
        }
    }

    @Test("an attendant that will not hear ends the turn with its own error, and the process")
    func unheard() async throws {
        struct Enough: Error {}
        final class Deaf: TurnAttendant {
            func hear(_ event: TurnEvent) async throws { if case .text = event { throw Enough() } }
            func ask(_ question: Question) async throws -> Answer { .expired }
            func returnPath() async throws -> ReturnPath? { nil }
            func calls(after arrival: Int64) async throws -> [AgentCall] { [] }
        }
        try await ACPWorld.with { world in
            await #expect(throws: Enough.self) { try await world.agent.run(.saying("wait"), attendedBy: Deaf()) }
            #expect(await world.count == 0)
        }
    }
}
