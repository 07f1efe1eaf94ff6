import JSON
import Lifecycle
import Router
import System
import Testing
import WeCom

@testable import Agents

@Suite("runs of a Hermes server", .timeLimit(.minutes(1)))
struct HermesTests {
    private let request: JSONValue = [
        "event": "approval.request", "command": "rm -rf build", "description": "delete the build", "request_id": "q1",
        "choices": ["once", "always", "deny"],
    ]

    @Test("a run is begun under the job's id, told of as it works, and answered by its output")
    func answers() async throws {
        let (played, attendant) = (PlayedHermes(), FakeAttendant())
        let reply = try await hermesReply(by: played, attendedBy: attendant) { $0.systemPrompt = "Be brief." }
        #expect(reply.text == "已整理 34 篇。" && reply.usage == Usage(input: 900, output: 80))
        #expect(attendant.text == "已整理")
        #expect(attendant.events.contains(.tool(ToolCall(id: "1", title: "terminal: ls", state: .running))))
        #expect(played.keys == ["\(JobID(42))"] && played.bodies[0]["input"] == "整理知识库")
        #expect(played.bodies[0]["instructions"] == "Be brief.")
        // What is asked is kept before it is asked, and the run before anything of it is heard.
        #expect(attendant.sessions.map { $0["run"] != nil } == [false, true])
        #expect(reply.session?["session_id"] == played.bodies[0]["session_id"] && reply.session?["run"] == nil)
    }

    @Test("what may have begun is begun again with the same bytes, and found")
    func again() async throws {
        let played = PlayedHermes()
        let first = FakeAttendant()
        _ = try await hermesReply(by: played, attendedBy: first) { $0.systemPrompt = "Be brief." }
        // We crashed after the request had gone out. Who asks has changed the prompt since.
        let turn = Turn.saying("整理知识库", session: first.sessions[0], resumes: true)
        let reply = try await hermesReply(to: turn, by: played) { $0.systemPrompt = "Be long." }
        #expect(reply.text == "已整理 34 篇。" && played.bodies[0] == played.bodies[1])
        // With the run's id it is not asked for at all.
        let later = Turn.saying("整理知识库", session: first.sessions[1], resumes: true)
        #expect(try await hermesReply(to: later, by: played).text == "已整理 34 篇。" && played.keys.count == 2)
    }

    @Test("a stream that breaks off, or is not to be had, ends in looks at the run")
    func looks() async throws {
        for script in [Int?.some(1), nil] {
            let played = PlayedHermes {
                $0.breaksAfter = script
                $0.hasEvents = script != nil
                $0.runningLooks = 3
            }
            #expect(try await hermesReply(by: played).text == "已整理 34 篇。")
        }
    }

    @Test("one that the server has lost breaks the turn off")
    func lost() async throws {
        let played = PlayedHermes {
            $0.hasEvents = false
            $0.forgets = true
        }
        let failure = await #expect(throws: AgentFailure.self) { try await hermesReply(by: played) }
        #expect(failure?.kind == .interrupted)
    }

    @Test(
        "what it asks for is put to the person, and nobody's word is a no",
        arguments: [("always", "always"), (nil, "deny"), ("unheard of", "deny")] as [(String?, String)])
    func approvals(chosen: String?, told: String) async throws {
        let played = PlayedHermes {
            $0.events.insert(self.request, at: 1)
            $0.awaits = 1
        }
        let attendant = FakeAttendant { _ in chosen.map { .chosen([$0], by: UserID("u")) } ?? .expired }
        _ = try await hermesReply(by: played, attendedBy: attendant)
        #expect(played.approvals == [["choice": .string(told), "request_id": "q1"]])
        let question = try #require(attendant.questions.first)
        #expect(question.title == "需要您的许可：delete the build" && question.detail == "rm -rf build")
        #expect(question.options.map(\.id) == ["once", "always", "deny"])
    }

    @Test("a policy answers in the person's place")
    func policy() async throws {
        let played = PlayedHermes {
            $0.events.insert(self.request, at: 1)
            $0.awaits = 1
        }
        let attendant = FakeAttendant()
        _ = try await hermesReply(by: played, attendedBy: attendant) { $0.permissions.standard = .allow }
        #expect(attendant.questions.isEmpty && played.approvals.first?["choice"] == "once")
    }

    @Test("a turn that is stopped stops the run; one that goes on elsewhere does not")
    func stops() async throws {
        for goesOn in [false, true] {
            let gate = Signpost()
            let played = PlayedHermes { $0.gate = gate }
            let attendant = FakeAttendant(goesOnLater: goesOn)
            try await ServerWorld.with(answering: { await played.answer($0) }) { world in
                let agent = hermesAgent(at: world)
                let run = Task { try await agent.run(.saying("?"), attendedBy: attendant) }
                await attendant.event { if case .started(let state) = $0 { state["run"] != nil } else { false } }
                run.cancel()
                await #expect(throws: CancellationError.self) { try await run.value }
                gate.reach()
            }
            #expect(played.stopped == (goesOn ? 0 : 1))
        }
    }

    @Test(
        "a run that comes to nothing fails by what is to be done about it",
        arguments: [
            (#"{"event":"run.failed","error":"boom"}"#, AgentFailure.Class.transient),
            (#"{"event":"run.failed","error":{"code":"invalid_api_key","message":"no"}}"#, .auth),
            (#"{"event":"run.cancelled"}"#, .interrupted),
        ])
    func failures(event: String, kind: AgentFailure.Class) async throws {
        let json = try JSONValue(parsing: Array(event.utf8))
        let failure = await #expect(throws: AgentFailure.self) {
            try await hermesReply(by: PlayedHermes { $0.events = [json] })
        }
        #expect(failure?.kind == kind)
    }
}
