import Foundation
import JSON
import Router
import System
import Testing

@testable import Agents

@Suite(.timeLimit(.minutes(5))) struct CodexCommandTests {
    private func agent(_ scenario: String, in world: ProgramWorld) -> CommandAgent {
        CommandAgent(command: world.mock("codex", scenario, "exec"), format: .codex, host: world.host)
    }

    private func failure(
        of scenario: String, in world: ProgramWorld, session: JSONValue? = nil
    ) async throws -> AgentFailure {
        try await #require(throws: AgentFailure.self) {
            try await agent(scenario, in: world).run(.saying("x", session: session), attendedBy: FakeAttendant())
        }
    }

    @Test("the prompt goes in by standard input, and the last message is the answer")
    func turn() async throws {
        try await ProgramWorld.with { world in
            let attendant = FakeAttendant()
            let reply = try await agent("plain", in: world).run(.saying("统计行数"), attendedBy: attendant)
            #expect(reply.text == "你好。")
            #expect(attendant.sessions.first?["thread_id"] == "01a1f844-a2b4")
            #expect(attendant.text == "先看看。\n\n你好。")
            let echo = try await agent("echo", in: world).run(.saying("--help\n二"), attendedBy: FakeAttendant())
            #expect(echo.text == "--help\n二")
        }
    }

    @Test("a thread goes on in the form that resume takes, and its usage is booked once")
    func resume() async throws {
        try await ProgramWorld.with { world in
            let agent = agent("total", in: world)
            let first = try await agent.run(.saying("x"), attendedBy: FakeAttendant())
            #expect(first.usage == Usage(input: 7200, output: 90, cached: 6000))
            let second = try await agent.run(.saying("y", session: first.session), attendedBy: FakeAttendant())
            #expect(second.usage == Usage(input: 2400, output: 0, cached: 2000))
            let words = try await self.agent("words", in: world).run(
                .saying("x", session: first.session), attendedBy: FakeAttendant())
            #expect(
                words.text.split(separator: "\u{1F}") == [
                    "exec", "resume", "--skip-git-repo-check", "-c", "sandbox_mode=\"workspace-write\"", "-c",
                    "approval_policy=\"never\"", "01a1f844-a2b4", "--json", "-",
                ])
        }
    }

    @Test("pictures go along by a name of ours, never by the one that a person gave")
    func pictures() async throws {
        try await ProgramWorld.with { world in
            let path = world.directory + "/sent"
            try Data("png".utf8).write(to: URL(fileURLWithPath: path))
            let turn = Turn.saying(
                "看图",
                attachments: [
                    Attachment(.image, path: path, name: "a,--b.png", contentType: "image/png", size: 3),
                    Attachment(.file, path: path, name: "c.pdf", contentType: "application/pdf", size: 3),
                ])
            let reply = try await agent("words", in: world).run(turn, attendedBy: FakeAttendant())
            let words = reply.text.split(separator: "\u{1F}").map(String.init)
            let picture = try #require(words.firstIndex(of: "--image").map { words[$0 + 1] })
            #expect(picture.hasSuffix("/pictures/1.png"))
            #expect(try String(contentsOfFile: picture, encoding: .utf8) == "png")
            #expect(!words.contains { $0.contains("--b") })
            let prompt = try await agent("echo", in: world).run(turn, attendedBy: FakeAttendant())
            #expect(prompt.text.contains("c.pdf (file, application/pdf)"))
            #expect(!prompt.text.contains(".png"))
        }
    }

    @Test("a turn fails for what the provider, the program or its silence says")
    func failures() async throws {
        try await ProgramWorld.with { world in
            let unauthorised = try await failure(of: "unauthorised", in: world)
            #expect(unauthorised.kind == .auth)
            #expect(unauthorised.reason.hasPrefix("unexpected status 401 Unauthorized"))
            #expect(await world.host.spawner.count == 0)
            #expect(try await failure(of: "keyless", in: world).kind == .config)
            let crash = try await failure(of: "crash", in: world)
            #expect(crash.kind == .interrupted)
            #expect(crash.partialText == "在跑了。")
            #expect(crash.reason.hasSuffix("thread 'main' panicked"))
            #expect(try await failure(of: "notice", in: world).kind == .interrupted)
            let unknown = try await failure(of: "unknown", in: world, session: ["thread_id": "01a1"])
            #expect(unknown.kind == .lostSession)
            #expect(unknown.reason.contains("no rollout found"))
            let wrong = CommandAgent(
                command: world.mock("codex", "plain", "no", "exec"), format: .codex, host: world.host)
            let failure = try await #require(throws: AgentFailure.self) {
                try await wrong.run(.saying("x"), attendedBy: FakeAttendant())
            }
            #expect(failure.kind == .config)
        }
    }

    @Test("another thread than the one that was to go on means that the session is lost, and nothing is taken from it")
    func anotherThread() async throws {
        try await ProgramWorld.with { world in
            let attendant = FakeAttendant()
            let failure = try await #require(throws: AgentFailure.self) {
                try await agent("another", in: world).run(
                    .saying("x", session: ["thread_id": "some-name"]), attendedBy: attendant)
            }
            #expect(failure.kind == .lostSession)
            #expect(attendant.events.isEmpty)
            #expect(await world.host.spawner.count == 0)
            let fresh = try await agent("another", in: world).run(.saying("x"), attendedBy: FakeAttendant())
            #expect(fresh.text == "回答")
        }
    }

    @Test("a program that only tries to reconnect is given up, and one that succeeds is not")
    func standstill() async throws {
        try await ProgramWorld.with { world in
            func agent(_ scenario: String, patience: Duration) -> CommandAgent {
                CommandAgent(
                    command: world.mock("codex", scenario, "exec"), format: .codex, host: world.host, patience: patience
                )
            }
            let failure = try await #require(throws: AgentFailure.self) {
                try await agent("unreachable", patience: .zero).run(.saying("x"), attendedBy: FakeAttendant())
            }
            #expect(
                failure
                    == AgentFailure(
                        .transient, "it only tries to reconnect: Connection failed: error sending request"))
            #expect(await world.host.spawner.count == 0)
            let late = try await agent("late", patience: .seconds(600)).run(
                .saying("x"), attendedBy: FakeAttendant())
            #expect(late.text == "完")
        }
    }

    @Test("noise and ten thousand lines do not keep the answer away", arguments: ["garbage", "flood"])
    func noise(scenario: String) async throws {
        try await ProgramWorld.with { world in
            let reply = try await agent(scenario, in: world).run(.saying("x"), attendedBy: FakeAttendant())
            #expect(reply.text == "完")
        }
    }

    @Test("a cancelled turn is interrupted by a signal at once, and its end without a last word is no failure")
    func cancelled() async throws {
        try await ProgramWorld.with { world in
            let attendant = FakeAttendant()
            var agent = agent("hang", in: world)
            var command = agent.command
            command.grace = .seconds(600)
            agent = CommandAgent(command: command, format: .codex, host: world.host)
            let turn = Task { [agent] in try await agent.run(.saying("x"), attendedBy: attendant) }
            await attendant.event { $0 == .thinking("睡") }
            turn.cancel()
            await #expect(throws: CancellationError.self) { try await turn.value }
            let workspace = try await world.host.workspace(of: .saying("x"), for: command)
            #expect(fileExists("\(workspace.path)/signalled"))
            #expect(await world.host.spawner.count == 0)
        }
    }
}
