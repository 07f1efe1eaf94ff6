import JSON
import Lifecycle
import ProgramTesting
import Router
import System
import TestSupport
import Testing
import WeCom

@testable import Agents

/// Processes between turns.
@Suite(.timeLimit(.minutes(1))) struct ACPKeepingTests {
    private func turn(_ text: String, of user: String, epoch: Int64 = 0) -> Turn {
        let app = Endpoint.app(AppKey(corpID: CorpID("ww1"), agentID: AgentID(1)))
        return Turn(
            job: JobID(1), attempt: 1, conversation: ConversationKey(endpoint: app, user: UserID(user)), epoch: epoch,
            text: text)
    }

    @Test("a conversation keeps its process from turn to turn, and opens its session once")
    func kept() async throws {
        try await ACPWorld.with("load", "resume") { world in
            let session = try await world.session()
            _ = try await world.say("hello", session: session)
            let heard = try await world.transcript(session: session)
            #expect(heard.methods == ["initialize", "session/new"] + Array(repeating: "session/prompt", count: 3))
        }
    }

    @Test("a session that no process has open is resumed rather than loaded, and loaded rather than lost")
    func waysBack() async throws {
        let stored: JSONValue = ["session_id": "s-old"]
        try await ACPWorld.with("load", "resume") { world in
            let value = try await world.transcript(session: stored).methods[1]
            #expect(value == "session/resume")
        }
        try await ACPWorld.with("load") { world in
            let heard = try await world.transcript(session: stored)
            #expect(heard.methods == ["initialize", "session/load", "session/prompt"])
            let params = try #require(heard.first("session/load")?["params"])
            #expect(params["sessionId"] == "s-old" && params["mcpServers"] == [])
        }
    }

    @Test("what is replayed when a session is loaded is not heard as news")
    func replay() async throws {
        try await ACPWorld.with("load") { world in
            let attendant = FakeAttendant()
            let reply = try await world.run(.saying("hello", session: ["session_id": "s-old"]), attendant)
            #expect(reply.text == "you said: hello")
            #expect(attendant.events == [.started(["session_id": "s-old"]), .text("you said: hello")])
        }
    }

    @Test("a session that the agent does not know is lost, however it says so", arguments: ["602", "603", "002"])
    func lost(code: String) async throws {
        try await ACPWorld.with("load", "lost=\(code)") { world in
            let failure = try await world.failure(.saying("hello", session: ["session_id": "s-old"]))
            #expect(failure.kind == .lostSession)
            // The turn that follows begins afresh, in the process that is there.
            #expect(
                try await world.transcript().methods == ["initialize", "session/load", "session/new", "session/prompt"])
            #expect(await world.count == 1)
        }
    }

    @Test("a session of an agent that can take up none is lost with its process")
    func noWayBack() async throws {
        try await ACPWorld.with { world in
            let failure = try await world.failure(.saying("hello", session: ["session_id": "s-old"]))
            #expect(failure.kind == .lostSession)
        }
    }

    @Test("a session that is lost in the middle is lost, but not one that this very turn began")
    func lostInTheMiddle() async throws {
        try await ACPWorld.with { world in
            #expect(try await world.failure(.saying("fail -32602 Session not found: x")).kind == .config)
            let session = try await world.session()
            let turn = Turn.saying("fail -32602 Session not found: x", session: session)
            #expect(try await world.failure(turn).kind == .lostSession)
        }
    }

    @Test("a process that died between turns is replaced, and its session taken up")
    func died() async throws {
        try await ACPWorld.with("load") { world in
            let session = try await world.session()
            let failure = try await world.failure(.saying("die", session: session))
            #expect(failure.kind == .interrupted)
            #expect(await world.count == 0)
            let heard = try await world.transcript(session: session)
            #expect(heard.methods == ["initialize", "session/load", "session/prompt"])
        }
    }

    @Test("a fresh session has a process of its own, and the one before ends")
    func fresh() async throws {
        try await ACPWorld.with { world in
            let first = try await world.run(turn("process", of: "a"))
            let second = try await world.run(turn("process", of: "a"))
            let third = try await world.run(turn("process", of: "a", epoch: 1))
            #expect(Set([first, second, third].map(\.text)).count == 3)
            #expect(await world.count == 1)
        }
    }

    @Test("many conversations are served at once, each by its own process")
    func many() async throws {
        try await ACPWorld.with { world in
            let texts = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<8 {
                    group.addTask { try await world.run(turn("process", of: "user\(number)")).text }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(texts.count == 8)
            #expect(await world.count == 8)
        }
    }

    @Test("as many processes are kept as may be, and who rested longest goes first")
    func bound() async throws {
        var options = ACPOptions()
        options.maxProcesses = 2
        try await ACPWorld.with(options: options) { world in
            var processes: [String] = []
            for user in ["a", "b", "c"] { processes.append(try await world.run(turn("process", of: user)).text) }
            #expect(await world.count == 2)
            #expect(exists(processes[0]) == false)
            #expect(exists(processes[1]) && exists(processes[2]))
        }
    }

    @Test("a process that nobody has written to for long ends")
    func idle() async throws {
        var options = ACPOptions()
        options.idle = .milliseconds(1)
        try await ACPWorld.with(options: options) { world in
            _ = try await world.say("hello")
            try await eventually { await world.count == 0 }
        }
    }

    @Test("an answer does not wait for the end of a process that is one too many, and closing knows of that")
    func stubborn() async throws {
        try await ProgramWorld.with { programs in
            var command = programs.mock("acp", "stays")
            // Longer than this test may take.
            command.grace = .seconds(600)
            var options = ACPOptions()
            options.maxProcesses = 1
            let agent = ACPAgent(command: command, host: programs.host, options: options)
            let attendant = FakeAttendant()
            let running = Task { try await agent.run(turn("wait", of: "a"), attendedBy: attendant) }
            await attendant.event { if case .text = $0 { true } else { false } }
            let reply = try await agent.run(turn("hello", of: "b"), attendedBy: FakeAttendant())
            #expect(reply.text == "you said: hello")
            #expect(await programs.host.spawner.count == 2)
            await agent.close()
            #expect(await programs.host.spawner.count == 0)
            await #expect(throws: AgentFailure.self) { try await running.value }
        }
    }

    @Test("a turn waits for the end of the process that its conversation had before")
    func oneAtATime() async throws {
        var options = ACPOptions()
        options.maxProcesses = 1
        try await ACPWorld.with(options: options) { world in
            let attendant = FakeAttendant()
            let running = Task { try await world.run(turn("wait", of: "a"), attendant) }
            await attendant.event { if case .text = $0 { true } else { false } }
            let process = try await world.run(turn("process", of: "b")).text
            let next = try await world.run(turn("process", of: "b")).text
            #expect(!exists(process) && next != process)
            running.cancel()
            await #expect(throws: CancellationError.self) { try await running.value }
        }
    }

    @Test("closing does not wait for a program that is being started")
    func closingWhileStarting() async throws {
        let loop = try EventLoop(named: "programs")
        defer { loop.stop() }
        let directory = try TemporaryDirectory(prefix: "agents-tests-")
        // Hears what is to be started, and does nothing.
        let path = "\(directory.path)/spawner"
        try writeProgram("#!/bin/sh\nexec cat > /dev/null\n", to: path)
        let spawner = Spawner(on: loop, executable: path)
        let host = ProgramHost(
            spawner: spawner, workspaces: try WorkspaceFolder(at: "\(directory.path)/work"), environment: [:])
        let agent = ACPAgent(command: AgentCommand(["true"]), host: host)
        let (began, ended) = (MonotonicTime.now, Signpost())
        let running = Task {
            defer { ended.reach() }
            return try await agent.run(turn("hello", of: "a"), attendedBy: FakeAttendant())
        }
        while await spawner.count == 0, !ended.isReached { await beforeLookingAgain() }
        await agent.close()
        // The spawner itself gives a start up after 30 s.
        #expect(await spawner.count == 1 || MonotonicTime.now.since(began) > .seconds(30))
        await spawner.close()
        let failure = await #expect(throws: AgentFailure.self) { try await running.value }
        #expect(failure?.kind == .away)
    }

    @Test("closing ends what is at work, and what outlives its input, and starts nothing any more")
    func closing() async throws {
        try await ACPWorld.with("stays") { world in
            let attendant = FakeAttendant()
            let running = Task { try await world.run(turn("wait", of: "a"), attendant) }
            _ = try await world.run(turn("hello", of: "b"))
            await attendant.event { if case .text = $0 { true } else { false } }
            await world.agent.close()
            #expect(await world.count == 0)
            let failure = await #expect(throws: AgentFailure.self) { try await running.value }
            #expect(failure?.kind == .interrupted)
            #expect(try await world.failure(turn("hello", of: "c")).kind == .transient)
        }
    }

    private func exists(_ process: String) -> Bool { fileExists("/proc/\(process)") }
}
