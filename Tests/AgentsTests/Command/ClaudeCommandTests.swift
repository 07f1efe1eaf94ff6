import Foundation
import JSON
import Lifecycle
import Router
import System
import Testing
import WeCom

@testable import Agents

@Suite(.timeLimit(.minutes(5))) struct ClaudeCommandTests {
    private func agent(
        _ scenario: String, in world: ProgramWorld, permissions: PermissionPolicy = PermissionPolicy()
    ) -> CommandAgent {
        CommandAgent(
            command: world.mock("claude", scenario), format: .claude, host: world.host, permissions: permissions)
    }

    private func failure(
        of scenario: String, in world: ProgramWorld, session: JSONValue? = nil
    ) async throws -> AgentFailure {
        try await #require(throws: AgentFailure.self) {
            try await agent(scenario, in: world).run(.saying("x", session: session), attendedBy: FakeAttendant())
        }
    }

    private static func allowing(_ question: Question) -> Answer { .chosen(["allow"], by: UserID("zhangsan")) }

    @Test("a turn is answered by its result, its session told first, and its cost booked once over two turns")
    func turns() async throws {
        try await ProgramWorld.with { world in
            let attendant = FakeAttendant()
            let agent = agent("plain", in: world)
            let first = try await agent.run(.saying("跑一下测试"), attendedBy: attendant)
            #expect(first.text == "12 个测试全部通过。")
            #expect(attendant.events.first == .started(["session_id": "fd4d", "microdollars": 0]))
            #expect(attendant.text == "先跑一下。")
            #expect(first.usage == Usage(input: 2000, output: 80, cached: 200, microdollars: 8800))
            let second = try await agent.run(.saying("再来", session: first.session), attendedBy: FakeAttendant())
            #expect(second.usage?.microdollars == 3700)
            #expect(second.session == ["session_id": "fd4d", "microdollars": 12_500])
        }
    }

    @Test("a person who allows a tool lets the turn go on, and one who does not is respected")
    func permission() async throws {
        try await ProgramWorld.with { world in
            let yes = FakeAttendant { ClaudeCommandTests.allowing($0) }
            let allowed = try await agent("permission", in: world).run(.saying("x"), attendedBy: yes)
            #expect(allowed.text == "allowed: touch made_by_agent && echo 12 passed")
            #expect(yes.questions.map(\.title) == ["需要您的许可：Bash"])
            #expect(yes.questions.first?.detail == "touch made_by_agent && echo 12 passed")
            let title = "Bash: touch made_by_agent && echo 12 passed"
            #expect(yes.events.contains(.tool(ToolCall(id: "toolu_1", title: title, state: .completed))))
            let denied = try await agent("permission", in: world).run(.saying("x"), attendedBy: FakeAttendant())
            #expect(denied.text == #"denied: {"behavior":"deny","message":"用户没有及时回答"}"#)
            let asked = FakeAttendant()
            let byRule = try await agent("permission", in: world, permissions: PermissionPolicy(.deny)).run(
                .saying("x"), attendedBy: asked)
            #expect(byRule.text.hasPrefix("denied"))
            #expect(asked.questions.isEmpty)
        }
    }

    @Test("nobody who can be asked makes the tool fail, and the turn goes on")
    func cannotAsk() async throws {
        try await ProgramWorld.with { world in
            let attendant = FakeAttendant { _ in throw AgentFailure(.config, "no options") }
            let reply = try await agent("permission", in: world).run(.saying("x"), attendedBy: attendant)
            #expect(
                reply.text == #"denied: {"subtype":"error","request_id":"016af1bf","error":"no options"}"#)
        }
    }

    @Test("questions are asked one after another and answered together, by their labels")
    func questions() async throws {
        try await ProgramWorld.with { world in
            let attendant = FakeAttendant { question in
                let chosen = question.allowsMany ? [question.options[0], question.options[2]] : [question.options[1]]
                return .chosen(chosen.map(\.id), by: UserID("zhangsan"))
            }
            let reply = try await agent("question", in: world).run(.saying("x"), attendedBy: attendant)
            let response = try json(reply.text)["response"]
            #expect(response?["behavior"] == "allow")
            #expect(response?["updatedInput"]?["answers"] == ["哪个环境？": "生产", "哪些服务？": "甲, 丙"])
            #expect(response?["updatedInput"]?["questions"]?.array?.count == 2)
            #expect(attendant.questions.map(\.title) == ["哪个环境？", "哪些服务？"])
            #expect(attendant.questions.first?.detail == "测试: staging\n生产: prod")
            #expect(attendant.questions.map(\.allowsMany) == [false, true])
        }
    }

    @Test("a question that the program withdraws is withdrawn from people, and is not answered")
    func withdrawal() async throws {
        try await ProgramWorld.with { world in
            let (asked, withdrawn) = (Signpost(), Signpost())
            let attendant = FakeAttendant { question in
                if question.title.hasSuffix("Bash") {
                    asked.reach()
                    await Signpost().wait()
                    withdrawn.reach()
                    throw CancellationError()
                }
                await (question.title.hasSuffix("Edit") ? asked : withdrawn).wait()
                return ClaudeCommandTests.allowing(question)
            }
            let reply = try await agent("withdraws", in: world).run(.saying("x"), attendedBy: attendant)
            #expect(reply.text == "bc")
            #expect(withdrawn.isReached)
        }
    }

    @Test("a session that the program does not know is lost")
    func lost() async throws {
        try await ProgramWorld.with { world in
            for scenario in ["unknown", "nameless"] {
                let attendant = FakeAttendant()
                let failure = try await #require(throws: AgentFailure.self) {
                    try await agent(scenario, in: world).run(
                        .saying("x", session: ["session_id": "gone"]), attendedBy: attendant)
                }
                #expect(failure.kind == .lostSession)
                #expect(attendant.sessions.isEmpty)
            }
            let fresh = try await agent("unknown", in: world).run(.saying("x"), attendedBy: FakeAttendant())
            #expect(fresh.text == "12 个测试全部通过。")
        }
    }

    @Test("a turn fails for what the provider, the program or its silence says")
    func failures() async throws {
        try await ProgramWorld.with { world in
            let unauthorised = try await failure(of: "unauthorised", in: world)
            #expect(unauthorised == AgentFailure(.auth, "Invalid API key · Fix external API key"))
            let crash = try await failure(of: "crash", in: world)
            #expect(
                crash
                    == AgentFailure(
                        .interrupted, "the program ended with exit status 1 and no answer: Error: out of memory",
                        partialText: "先跑一下。"))
            #expect(try await failure(of: "notice", in: world).kind == .interrupted)
            let root = try await failure(of: "root", in: world)
            #expect(root.kind == .config)
            #expect(
                root.reason.hasPrefix("the permission mode bypassPermissions cannot be used as root: --dangerously"))
        }
    }

    @Test("a secret in a result is hidden before the reason is cut")
    func secrets() async throws {
        try await ProgramWorld.with { world in
            let key = String(repeating: "k", count: 100)
            var command = AgentCommand(["sh", "-c", "read line; printf '%s%0450d%s%s' \"$HEAD\" 0 \"$KEY\" '\"}'"])
            command.environment = ["KEY": Secret(key)]
            command.environment["HEAD"] = Secret(
                #"{"type":"result","subtype":"success","is_error":true,"api_error_status":401,"result":""#)
            let agent = CommandAgent(command: command, format: .claude, host: world.host)
            let failure = try await #require(throws: AgentFailure.self) {
                try await agent.run(.saying("x"), attendedBy: FakeAttendant())
            }
            #expect(failure == AgentFailure(.auth, String(repeating: "0", count: 450) + "<secret>"))
        }
    }

    @Test("a refused key fails the turn at the first retry and ends the program; other retries are waited for")
    func refusedKey() async throws {
        try await ProgramWorld.with { world in
            let refused = try await failure(of: "refused", in: world)
            #expect(
                refused == AgentFailure(.auth, "the model's provider answers 401: authentication_failed"))
            #expect(await world.host.spawner.count == 0)
            let attendant = FakeAttendant()
            let reply = try await agent("retries", in: world).run(.saying("x"), attendedBy: attendant)
            #expect(reply.text == "完")
            #expect(attendant.events.count == 1)
        }
    }

    @Test("a turn that was aborted, but not by us, is interrupted, and what was said until then is kept")
    func aborted() async throws {
        try await ProgramWorld.with { world in
            let aborts = try await failure(of: "aborts", in: world)
            #expect(
                aborts
                    == AgentFailure(.interrupted, "the turn was aborted (aborted_tools)", partialText: "先跑一下。"))
            let quits = try await failure(of: "quits", in: world)
            #expect(
                quits
                    == AgentFailure(
                        .interrupted, "the program ended with exit status 0 and no answer", partialText: "先跑一下。"))
        }
    }

    @Test("its input ends behind the result, and the program has time to end by itself")
    func endOfInput() async throws {
        try await ProgramWorld.with { world in
            var command = world.mock("claude", "permission")
            command.grace = .seconds(600)
            let agent = CommandAgent(command: command, format: .claude, host: world.host)
            let attendant = FakeAttendant { ClaudeCommandTests.allowing($0) }
            let reply = try await agent.run(.saying("x"), attendedBy: attendant)
            #expect(reply.text.hasPrefix("allowed"))
            let workspace = try await world.host.workspace(of: .saying("x"), for: command)
            #expect(fileExists("\(workspace.path)/ended"))
        }
    }

    @Test("noise and ten thousand lines do not keep the result away", arguments: ["garbage", "flood"])
    func noise(scenario: String) async throws {
        try await ProgramWorld.with { world in
            let reply = try await agent(scenario, in: world).run(.saying("x"), attendedBy: FakeAttendant())
            #expect(reply.text == "完")
        }
    }

    @Test("pictures are shown to the model, and other files named")
    func pictures() async throws {
        try await ProgramWorld.with { world in
            let path = world.directory + "/sent"
            let bytes = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0) })
            try bytes.write(to: URL(fileURLWithPath: path))
            let turn = Turn.saying(
                "看图",
                attachments: [
                    Attachment(.image, path: path, name: "图.png", contentType: "image/png", size: bytes.count),
                    Attachment(.file, path: path, name: "a.pdf", contentType: "application/pdf", size: bytes.count),
                    Attachment(.image, path: path, name: "big.png", contentType: "image/png", size: 6 << 20),
                ])
            let reply = try await agent("echo", in: world).run(turn, attendedBy: FakeAttendant())
            let content = try #require(try json(reply.text)["message"]?["content"]?.array)
            #expect(content.count == 2)
            let text = try #require(content[0]["text"]?.string)
            #expect(text.contains("a.pdf (file, application/pdf)") && text.contains("big.png (image, image/png)"))
            #expect(!text.contains("图.png"))
            let source = content[1]["source"]
            #expect(source?["media_type"] == "image/png")
            #expect(source?["data"]?.string == bytes.base64EncodedString())
        }
    }
}
