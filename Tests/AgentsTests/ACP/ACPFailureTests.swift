import JSON
import Router
import System
import TestSupport
import Testing

@testable import Agents

@Suite(.timeLimit(.minutes(1))) struct ACPFailureTests {
    @Test("a program that dies in the middle has interrupted the turn, and says why, without what is secret")
    func died() async throws {
        try await ACPWorld.with(secret: "sesame-1234") { world in
            let failure = try await world.failure(.saying("die"))
            #expect(failure.kind == .interrupted)
            #expect(failure.partialText == "half")
            #expect(failure.reason == "the agent's program ended with exit status 3: out of memory, key <secret>")
        }
    }

    @Test(
        "a program that ends before it has said what it is was the wrong one",
        arguments: ["notice", "crash=initialize"])
    func wrongProgram(word: String) async throws {
        try await ACPWorld.with(word) { world in
            let kind = try await world.failure(.saying("hello")).kind
            #expect(kind == .config)
            #expect(await world.count == 0)
        }
    }

    @Test("a program that is killed before it has said what it is may be tried again")
    func killedEarly() async throws {
        try await ProgramWorld.with { programs in
            let command = AgentCommand(["sh", "-c", "read line; kill -9 $$"])
            let agent = ACPAgent(command: command, host: programs.host)
            let failure = await #expect(throws: AgentFailure.self) {
                try await agent.run(.saying("x"), attendedBy: FakeAttendant())
            }
            #expect(failure == AgentFailure(.transient, "the agent's program ended with signal 9"))
            await agent.close()
        }
    }

    @Test("a program that we stop before it has said what it is is not to blame")
    func stoppedEarly() async throws {
        try await ACPWorld.with("silent") { world in
            let turn = Task { try await world.run(.saying("hello")) }
            try await eventually { await world.count == 1 }
            await world.agent.close()
            let failure = await #expect(throws: AgentFailure.self) { try await turn.value }
            #expect(failure?.kind == .transient)
        }
    }

    @Test("a program that ends before it was prompted has done nothing, and may be tried again")
    func endsEarly() async throws {
        try await ACPWorld.with("crash=session/new") { world in
            let kind = try await world.failure(.saying("hello")).kind
            #expect(kind == .transient)
        }
    }

    @Test("a program that is not there is a fault of the configuration")
    func notThere() async throws {
        try await ProgramWorld.with { programs in
            let agent = ACPAgent(command: AgentCommand(["no-such-agent"]), host: programs.host)
            let failure = await #expect(throws: AgentFailure.self) {
                try await agent.run(.saying("x"), attendedBy: FakeAttendant())
            }
            #expect(failure?.kind == .config)
            await agent.close()
        }
    }

    @Test("an agent of another version is a fault of the configuration", arguments: [0, 2])
    func version(number: Int) async throws {
        try await ACPWorld.with("version=\(number)") { world in
            let failure = try await world.failure(.saying("hello"))
            #expect(failure.kind == .config)
            #expect(failure.reason == "the agent speaks version \(number) of ACP, and we speak version 1")
            #expect(await world.count == 0)
        }
    }

    @Test(
        "an error in answer to a prompt is told by what is to be done about it",
        arguments: [
            ("-32601 Method not found", AgentFailure.Class.config), ("-32602 Invalid params", .config),
            ("-31002 refused key", .config), ("-32603 overloaded", .transient), ("-32000 log in", .auth),
            ("-32800 cancelled", .interrupted),
        ])
    func errors(words: String, kind: AgentFailure.Class) async throws {
        try await ACPWorld.with { world in
            let failure = try await world.failure(.saying("fail \(words)"))
            #expect(failure.kind == kind)
            #expect(failure.reason.contains(words.split(separator: " ")[1]))
        }
    }

    // MARK: Login

    @Test("an agent that can log in by itself is told to, once")
    func login() async throws {
        try await ACPWorld.with("auth=agent") { world in
            let heard = try await world.transcript()
            #expect(heard.methods == ["initialize", "session/new", "authenticate", "session/new", "session/prompt"])
            #expect(heard.first("authenticate")?["params"] == ["methodId": "agent-login"])
        }
    }

    @Test("a login that helps nothing is not tried for ever")
    func brokenLogin() async throws {
        try await ACPWorld.with("auth=broken") { world in
            let kind = try await world.failure(.saying("hello")).kind
            #expect(kind == .auth)
        }
    }

    @Test(
        "where a person has to log in the administrator is shown the command",
        arguments: [("auth=terminal", "login --now"), ("auth=meta", "kimi login")])
    func command(word: String, command: String) async throws {
        try await ACPWorld.with(word) { world in
            let failure = try await world.failure(.saying("hello"))
            #expect(failure.kind == .auth)
            #expect(failure.reason.hasSuffix(command))
            #expect(await world.count == 0)
        }
    }

    // MARK: Settings

    @Test("a mode and a model are set before the first prompt, by whichever way the agent has")
    func settings() async throws {
        var options = ACPOptions()
        options.mode = "code"
        try await ACPWorld.with("modes", options: options) { world in
            let value = try await world.transcript().methods[2]
            #expect(value == "session/set_mode")
        }
        options.model = "large"
        try await ACPWorld.with("modes", "options", options: options) { world in
            let set = try await world.transcript().filter { $0["method"] == "session/set_config_option" }
            #expect(set.map { $0["params"]?["configId"]?.string } == ["m1", "mode"])
            #expect(set.map { $0["params"]?["value"]?.string } == ["large", "code"])
        }
    }

    @Test("a mode that the agent does not have is a fault of the configuration")
    func noSuchMode() async throws {
        var options = ACPOptions()
        options.mode = "yolo"
        try await ACPWorld.with("modes", options: options) { world in
            let reason = try await world.failure(.saying("x")).reason
            #expect(reason == "the agent has no mode yolo; it has: ask, code")
        }
    }
}
