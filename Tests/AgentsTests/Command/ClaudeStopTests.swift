import JSON
import Lifecycle
import Router
import System
import Testing

@testable import Agents

@Suite(.timeLimit(.minutes(1))) struct ClaudeStopTests {
    private func agent(_ scenario: String, in world: ProgramWorld, grace: Duration) -> CommandAgent {
        var command = world.mock("claude", scenario)
        command.grace = grace
        return CommandAgent(command: command, format: .claude, host: world.host)
    }

    @Test("a cancelled turn is interrupted in the program's own protocol, its question withdrawn, and nothing is left")
    func cancelled() async throws {
        try await ProgramWorld.with { world in
            let (asked, withdrawn) = (Signpost(), Signpost())
            let attendant = FakeAttendant { _ in
                asked.reach()
                await Signpost().wait()
                withdrawn.reach()
                throw CancellationError()
            }
            let agent = agent("hang", in: world, grace: .seconds(600))
            let turn = Task { try await agent.run(.saying("x"), attendedBy: attendant) }
            await asked.wait()
            turn.cancel()
            await #expect(throws: CancellationError.self) { try await turn.value }
            #expect(withdrawn.isReached)
            let heeded = try await made("interrupted", in: world)
            #expect(heeded)
            #expect(await world.host.spawner.count == 0)
        }
    }

    @Test("a turn that is cancelled as its program starts is interrupted behind its prompt, where that is understood")
    func cancelledAtOnce() async throws {
        try await ProgramWorld.with { world in
            // With an interruption for a prompt the program would wait for ever.
            let agent = agent("hang", in: world, grace: .seconds(600))
            for _ in 1...5 {
                let gate = Signpost()
                let turn = Task {
                    await gate.waitThroughCancellation()
                    return try await agent.run(.saying("x"), attendedBy: FakeAttendant())
                }
                turn.cancel()
                gate.reach()
                await #expect(throws: CancellationError.self) { try await turn.value }
            }
            let heeded = try await made("interrupted", in: world)
            #expect(heeded)
        }
    }

    @Test(
        "a program that does not heed its own protocol gets the signals, and may end at them without a word",
        arguments: ["stubborn", "mute"])
    func stubborn(scenario: String) async throws {
        try await ProgramWorld.with { world in
            let asked = Signpost()
            let attendant = FakeAttendant { _ in
                asked.reach()
                await Signpost().wait()
                throw CancellationError()
            }
            let agent = agent(scenario, in: world, grace: .milliseconds(50))
            let turn = Task { try await agent.run(.saying("x"), attendedBy: attendant) }
            await asked.wait()
            turn.cancel()
            await #expect(throws: CancellationError.self) { try await turn.value }
            let heeded = try await made("signalled", in: world)
            #expect(heeded)
            #expect(await world.host.spawner.count == 0)
        }
    }

    @Test("a program that does not even read cannot hold up its own end")
    func deaf() async throws {
        try await ProgramWorld.with { world in
            let begin = #"{"type":"system","subtype":"init","session_id":"fd4d"}"#
            var command = AgentCommand(["sh", "-c", "echo '\(begin)'; exec sleep 1000"])
            command.grace = .milliseconds(50)
            let agent = CommandAgent(command: command, format: .claude, host: world.host)
            let attendant = FakeAttendant()
            let long = Turn.saying(String(repeating: "x", count: 1 << 20))
            let turn = Task { try await agent.run(long, attendedBy: attendant) }
            await attendant.event { if case .started = $0 { true } else { false } }
            turn.cancel()
            await #expect(throws: CancellationError.self) { try await turn.value }
            #expect(await world.host.spawner.count == 0)
        }
    }

    @Test("what a program leaves behind is gone after the turn")
    func leftBehind() async throws {
        try await ProgramWorld.with { world in
            let script =
                "(setsid sh -c 'echo $$ > daemon; exec sleep 1000' &); while ! [ -s daemon ]; do :; done; exec \"$@\""
            let command = AgentCommand(["sh", "-c", script, "sh"] + world.mock("claude", "plain").words)
            let agent = CommandAgent(command: command, format: .claude, host: world.host)
            let reply = try await agent.run(.saying("x"), attendedBy: FakeAttendant())
            #expect(reply.text == "12 个测试全部通过。")
            #expect(await world.host.spawner.count == 0)
        }
    }

    /// True if the program has made such a file in its directory.
    private func made(_ name: String, in world: ProgramWorld) async throws -> Bool {
        let workspace = try await world.host.workspace(of: .saying("x"), for: AgentCommand(["true"]))
        return fileExists("\(workspace.path)/\(name)")
    }
}
