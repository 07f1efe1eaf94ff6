import HTTP
import JSON
import Lifecycle
import Router
import System
import Testing

@testable import Agents

@Suite("servers of Responses", .timeLimit(.minutes(1)))
struct ResponsesTests {
    @Test("a turn is begun in the background, shown as it grows, and answered by the whole response")
    func answers() async throws {
        let (played, attendant) = (PlayedResponses(), FakeAttendant())
        let reply = try await respond(by: played, attendedBy: attendant) { $0.systemPrompt = "Be brief." }
        #expect(reply.text == "你好" && attendant.text == "你好")
        #expect(reply.usage == Usage(input: 40, output: 3, cached: 8))
        #expect(reply.session == ["response": "resp_1"])
        // Kept before anything is said, so that a crash can find it.
        #expect(attendant.events.first == .started(["run": "resp_1"]))
        let body = try #require(played.started.first)
        #expect(body["background"] == true && body["store"] == true && body["stream"] == true)
        #expect(body["input"] == "生成周报" && body["instructions"] == "Be brief.")
        #expect(body["metadata"]?["job_id"]?.string == "\(JobID(42))" && body["previous_response_id"] == nil)
    }

    @Test("the next turn names the response before it; with a conversation each is part of that; or neither")
    func threads() async throws {
        let chained = PlayedResponses()
        _ = try await respond(.saying("b", session: ["response": "resp_0"]), by: chained)
        #expect(chained.started[0]["previous_response_id"] == "resp_0")
        let kept = PlayedResponses()
        let first = try await respond(.saying("a"), by: kept) { $0.history = .conversation }
        #expect(first.session == ["conversation": "conv_1"] && kept.started[0]["conversation"] == "conv_1")
        let named = PlayedResponses { $0.hasConversations = false }
        let turn = Turn.saying("a")
        let other = try await respond(turn, by: named) { $0.history = .conversation }
        #expect(other.session?["conversation"]?.string == "\(turn.sessionKey)/\(turn.job)")
        let alone = PlayedResponses()
        let last = try await respond(.saying("a"), by: alone) { $0.history = .nothing }
        #expect(last.session == [:] && alone.started[0]["conversation"] == nil)
    }

    @Test(
        "a stream that breaks off is gone on with behind what was heard, and nothing is heard twice", arguments: 1...4)
    func resumes(breaksAfter count: Int) async throws {
        let played = PlayedResponses {
            $0.breaksAfter = count
            $0.watchBreaksAfter = 2
        }
        let attendant = FakeAttendant()
        let reply = try await respond(by: played, attendedBy: attendant)
        #expect(reply.text == "你好" && attendant.text == "你好" && played.started.count == 1)
    }

    @Test("after a crash of ours the response is followed, and none is asked for again")
    func crash() async throws {
        let played = PlayedResponses()
        let turn = Turn.saying("生成周报", session: ["run": "resp_7", "response": "resp_6"], resumes: true)
        let reply = try await respond(turn, by: played)
        #expect(reply.text == "你好" && played.started.isEmpty && reply.session == ["response": "resp_7"])
        // Of an earlier job's run nothing is taken over.
        let later = try await respond(.saying("?", session: ["run": "resp_7"]), by: played)
        #expect(later.text == "你好" && played.started.count == 1)
    }

    @Test("one that cannot be watched is looked at until it is done")
    func looks() async throws {
        let played = PlayedResponses {
            $0.breaksAfter = 1
            $0.isWatchable = false
            $0.unfinishedLooks = 4
        }
        #expect(try await respond(by: played).text == "你好")
    }

    @Test("one that the server has lost breaks the turn off, and the next try begins another")
    func lost() async throws {
        let played = PlayedResponses { $0.forgets = true }
        let attendant = FakeAttendant()
        let turn = Turn.saying("?", session: ["run": "resp_7", "response": "resp_6"], resumes: true)
        let failure = await #expect(throws: AgentFailure.self) {
            try await respond(turn, by: played, attendedBy: attendant)
        }
        #expect(failure?.kind == .interrupted && attendant.sessions.last == ["response": "resp_6"])
    }

    @Test("a server that knows nothing of the background answers in the foreground")
    func foreground() async throws {
        let played = PlayedResponses { $0.refusesBackground = true }
        #expect(try await respond(by: played).text == "你好")
        #expect(played.started.count == 1 && played.started[0]["background"] == nil)
    }

    @Test("a thread that the server has forgotten is begun anew")
    func lostThread() async throws {
        let failure = await #expect(throws: AgentFailure.self) {
            try await respond(.saying("?", session: ["response": "resp_gone"]), by: PlayedResponses())
        }
        #expect(failure?.kind == .lostSession)
        let foreground = await #expect(throws: AgentFailure.self) {
            try await respond(
                .saying("?", session: ["response": "resp_gone"]), by: PlayedResponses { $0.refusesBackground = true })
        }
        #expect(foreground?.kind == .lostSession)
    }

    @Test("an id that would lead elsewhere stays one piece of the path")
    func oddID() async throws {
        try await ServerWorld.with(answering: { _ in .json(.ok, PlayedResponses.end("x")["response"]?.bytes ?? []) }) {
            world in
            let turn = Turn.saying("?", session: ["run": "../a?b=c"], resumes: true)
            _ = try await responsesAgent(at: world).run(turn, attendedBy: FakeAttendant())
            #expect(world.requests.first?.path == "/v1/responses/..%2Fa%3Fb%3Dc")
        }
    }

    @Test("a turn that is stopped is cancelled at the server; one that goes on elsewhere is not")
    func cancels() async throws {
        for goesOn in [false, true] {
            let gate = Signpost()
            let played = PlayedResponses { $0.gate = gate }
            let attendant = FakeAttendant(goesOnLater: goesOn)
            try await ServerWorld.with(answering: { played.answer($0) }) { world in
                let agent = responsesAgent(at: world)
                let run = Task { try await agent.run(.saying("?"), attendedBy: attendant) }
                await attendant.event { if case .started = $0 { true } else { false } }
                run.cancel()
                await #expect(throws: CancellationError.self) { try await run.value }
                gate.reach()
            }
            #expect(played.cancelled == (goesOn ? [] : ["resp_1"]))
        }
    }
}

@Suite("the end of a response")
struct ResponsesEndTests {
    private func answer(_ events: [JSONValue]) throws -> ResponsesAnswer {
        var answer = ResponsesAnswer()
        for event in events {
            _ = try answer.take(ServerSentEvent(type: "message", data: event.text, lastID: ""))
        }
        return answer
    }

    @Test("messages stand apart, remarks stay out, and what was cut says so")
    func texts() throws {
        func message(_ text: String, phase: String? = nil) -> JSONValue {
            var members: [JSONValue.Member] = [
                .init("type", "message"),
                .init(
                    "content", [["type": "output_text", "text": .string(text)], ["type": "output_text", "text": "!"]]),
            ]
            if let phase { members.append(.init("phase", .string(phase))) }
            return .object(members)
        }
        let whole: JSONValue = [
            "status": "incomplete", "incomplete_details": ["reason": "max_output_tokens"],
            "output": [message("I look", phase: "commentary"), message("one"), message("two", phase: "final_answer")],
        ]
        let end: JSONValue = ["type": "response.incomplete", "response": whole]
        #expect(
            try answer([end]).finished(in: .english)
                == "one!\n\ntwo!\n\n(The answer has reached its limit of length and ends here.)")
    }

    @Test(
        "one that comes to nothing fails by what is to be done about it",
        arguments: [
            (
                #"{"type":"response.failed","response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"slow"}}}"#,
                AgentFailure.Class.rate
            ),
            (
                #"{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"boom"}}}"#,
                .transient
            ),
            (#"{"type":"error","code":"invalid_api_key","message":"no"}"#, .auth),
            (#"{"error":{"message":"proxy","code":502}}"#, .transient),
            (#"{"type":"response.cancelled","response":{"status":"cancelled"}}"#, .interrupted),
            (#"{"type":"response.completed","response":{"status":"what"}}"#, .config),
            (
                #"{"type":"response.completed","response":{"status":"completed","output":[{"type":"message","content":[{"type":"refusal","refusal":"I cannot"}]}]}}"#,
                .refused
            ),
            (
                #"{"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":{"reason":"content_filter"},"output":[]}}"#,
                .refused
            ),
            (
                #"{"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[]}}"#,
                .config
            ),
        ])
    func failures(event: String, kind: AgentFailure.Class) throws {
        let failure = #expect(throws: AgentFailure.self) {
            try self.answer([JSONValue(parsing: Array(event.utf8))]).finished(in: .chinese)
        }
        #expect(failure?.kind == kind)
    }

    @Test("tools and thoughts are told, and what is said behind the end is not")
    func events() throws {
        var answer = ResponsesAnswer()
        func take(_ json: JSONValue) throws -> [TurnEvent] {
            try answer.take(ServerSentEvent(type: "message", data: json.text, lastID: ""))
        }
        let tool: JSONValue = ["type": "function_call", "id": "fc_1", "name": "search\nall"]
        #expect(
            try take(["type": "response.output_item.added", "item": tool])
                == [.tool(ToolCall(id: "fc_1", title: "search all", state: .running))])
        #expect(
            try take(["type": "response.output_item.done", "item": tool])
                == [.tool(ToolCall(id: "fc_1", title: "search all", state: .completed))])
        #expect(try take(["type": "response.reasoning_text.delta", "delta": "hm"]) == [.thinking("hm")])
        #expect(try take(["type": "who.knows", "delta": "hm"]).isEmpty)
        #expect(try take(PlayedResponses.end("x")).isEmpty)
        #expect(try take(PlayedResponses.delta("more")).isEmpty)
    }
}
