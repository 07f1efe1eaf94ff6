import JSON
import Lifecycle
import Router
import System
import Testing
import WeCom

@testable import Agents

/// Permissions, from the program's question to its answer.
@Suite(.timeLimit(.minutes(1))) struct ACPAskingTests {
    @Test("a permission is asked of the person, under an id that our own prompt has too, and the choice goes back")
    func asked() async throws {
        try await ACPWorld.with { world in
            let attendant = FakeAttendant { _ in .chosen(["session"], by: UserID("zhangsan")) }
            #expect(try await world.run(.saying("permission"), attendant).text == "session")
            let question = try #require(attendant.questions.first)
            #expect(question.title == "需要您的许可：rm old/*.log")
            #expect(question.detail == "rm -v old/*.log")
            #expect(question.options.map(\.id) == ["once", "session", "always", "no"])
            #expect(
                attendant.events.dropFirst().prefix(2) == [
                    .tool(ToolCall(id: "t1", title: "rm old/*.log", state: .pending)),
                    .tool(ToolCall(id: "t1", title: "rm old/*.log", state: .completed)),
                ])
        }
    }

    @Test("nobody's answer is a no, and where the agent knows none the request is cancelled")
    func expired() async throws {
        try await ACPWorld.with { world in
            let texts = [try await world.say("permission").text, try await world.say("permission without-no").text]
            #expect(texts == ["no", "cancelled"])
        }
    }

    @Test("a policy answers without a question", arguments: [(PermissionPolicy.Decision.allow, "once"), (.deny, "no")])
    func policy(decision: PermissionPolicy.Decision, choice: String) async throws {
        var options = ACPOptions()
        options.permissions = PermissionPolicy(.ask, byTool: ["execute": decision])
        try await ACPWorld.with(options: options) { world in
            let attendant = FakeAttendant()
            let text = try await world.run(.saying("permission"), attendant).text
            #expect(text == choice)
            #expect(attendant.questions.isEmpty)
        }
    }

    @Test("a question that the agent takes back is withdrawn, and answered as cancelled")
    func withdrawn() async throws {
        try await ACPWorld.with { world in
            let workspace = try await world.programs.host.workspace(of: .saying(""), for: world.agent.command)
            let withdrawn = Signpost()
            let attendant = FakeAttendant { _ in
                // The agent looks for it, and takes the question back then.
                try writeFile("\(workspace.path)/asked", [])
                await Signpost().wait()
                withdrawn.reach()
                throw CancellationError()
            }
            let text = try await world.run(.saying("withdrawn"), attendant).text
            #expect(text == "cancelled")
            #expect(withdrawn.isReached)
        }
    }

    @Test("a cancelled turn answers what it was asked with cancelled, as a result, behind the cancel itself")
    func cancelled() async throws {
        try await ACPWorld.with { world in
            let session = try await world.session()
            let asked = Signpost()
            let attendant = FakeAttendant { _ in
                asked.reach()
                await Signpost().wait()
                throw CancellationError()
            }
            let turn = Task { try await world.run(.saying("permission", session: session), attendant) }
            await asked.wait()
            turn.cancel()
            await #expect(throws: CancellationError.self) { try await turn.value }
            let heard = try await world.transcript(session: session)
            let end = Array(heard.suffix(3).dropLast())
            #expect(end[0]["method"] == "session/cancel" && end[0]["id"] == nil)
            #expect(end[1]["result"] == ["outcome": ["outcome": "cancelled"]])
            #expect(heard.methods.count { $0 == "initialize" } == 1)
        }
    }
}
