import HTTP
import JSON
import Lifecycle
import ProgramTesting
import Router
import System
import Testing
import WeCom

@testable import Agents

@Suite("apps of a Dify server", .timeLimit(.minutes(1)))
struct DifyTests {
    private static func stream(_ events: [JSONValue]) -> HTTPResponse {
        .events("event: ping\n\n" + events.map { "data: \($0.text)\n\n" }.joined())
    }

    private static func said(_ text: String, in event: String = "message") -> JSONValue {
        [
            "event": .string(event), "task_id": "t1", "conversation_id": "c1", "answer": .string(text),
        ]
    }

    private static let end: JSONValue = [
        "event": "message_end", "task_id": "t1", "conversation_id": "c1",
        "metadata": [
            "usage": ["prompt_tokens": 50, "completion_tokens": 12, "total_price": "0.002", "currency": "USD"]
        ],
    ]

    private func reply(
        to turn: Turn = .saying("报销流程？"), attendedBy attendant: FakeAttendant = FakeAttendant(),
        _ change: (inout DifyOptions) -> Void = { _ in },
        answering handler: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) async throws -> (Reply, [HTTPRequest]) {
        var result: (Reply, [HTTPRequest])?
        try await ServerWorld.with(answering: { handler($0) }) { world in
            result = (try await agent(at: world, change).run(turn, attendedBy: attendant), world.requests)
        }
        return try #require(result)
    }

    private func agent(at world: ServerWorld, _ change: (inout DifyOptions) -> Void = { _ in }) -> DifyAgent {
        var options = DifyOptions(baseURL: "\(world.url)/v1")
        options.access.key = Secret("app-1")
        change(&options)
        var agent = DifyAgent(options: options, transport: world.transport)
        agent.server.looks = Backoff(first: .milliseconds(1), longest: .milliseconds(2))
        return agent
    }

    @Test("a chat app is asked in its conversation, and its pieces are the answer")
    func chat() async throws {
        let attendant = FakeAttendant()
        let turn = Turn.saying("报销流程？", session: ["conversation": "c1"])
        let (reply, requests) = try await reply(to: turn, attendedBy: attendant) {
            $0.inputs = ["corp": Secret("{corp}")]
        } answering: { _ in
            Self.stream([Self.said("先填写"), Self.said("申请单。"), Self.end])
        }
        #expect(reply.text == "先填写申请单。" && attendant.text == reply.text)
        #expect(reply.session == ["conversation": "c1"])
        #expect(reply.usage == Usage(input: 50, output: 12, microdollars: 2000))
        let body = requests[0].json
        #expect(requests[0].path == "/v1/chat-messages" && requests[0].headers["Authorization"] == "Bearer app-1")
        #expect(body["query"] == "报销流程？" && body["conversation_id"] == "c1" && body["inputs"] == ["corp": "ww1"])
        #expect(body["user"]?.string == turn.scopedUser && body["response_mode"] == "streaming")
        #expect(attendant.sessions.first == ["conversation": "c1", "task": "t1"])
    }

    @Test(
        "the whole that an agent's app says again at its end replaces its pieces, and so does what moderation put in their place"
    )
    func replaced() async throws {
        let (agent, _) = try await reply { _ in
            Self.stream([
                Self.said("a", in: "agent_message"), Self.said("b", in: "agent_message"), Self.said("ab!"), Self.end,
            ])
        }
        #expect(agent.text == "ab!")
        let (moderated, _) = try await reply { _ in
            Self.stream([
                Self.said("bad"), ["event": "message_replace", "answer": "removed", "task_id": "t1"], Self.end,
            ])
        }
        #expect(moderated.text == "removed")
    }

    @Test("a workflow gets the message as a variable, and answers with the output that is named, or the only text")
    func workflow() async throws {
        @Sendable func finished(_ outputs: JSONValue) -> JSONValue {
            [
                "event": "workflow_finished", "workflow_run_id": "r1",
                "data": ["status": "succeeded", "outputs": outputs],
            ]
        }
        let (named, requests) = try await reply {
            $0.app = .workflow(input: "question", output: "answer")
        } answering: { _ in
            Self.stream([finished(["answer": "yes", "other": "no"])])
        }
        #expect(named.text == "yes" && named.session == nil)
        #expect(requests[0].path == "/v1/workflows/run" && requests[0].json["inputs"] == ["question": "报销流程？"])
        let (only, _) = try await reply {
            $0.app = .workflow(input: "question", output: nil)
        } answering: { _ in
            Self.stream([finished(["text": "yes", "count": 3])])
        }
        #expect(only.text == "yes")
        let failure = await #expect(throws: AgentFailure.self) {
            try await reply {
                $0.app = .workflow(input: "question", output: nil)
            } answering: { _ in
                Self.stream([finished(["a": "yes", "b": "no"])])
            }
        }
        #expect(failure?.kind == .config && failure?.reason.contains("output_key") == true)
    }

    @Test("files are given to the server as the user's, and named in the question")
    func files() async throws {
        let directory = try TemporaryDirectory(prefix: "dify-tests-")
        try writeFile(directory.path + "/a.png", [0x89, 0x50, 0x4E, 0x47, 1, 2, 3])
        let image = Router.Attachment(
            .image, path: directory.path + "/a.png", name: "a.png", contentType: "image/png", size: 7)
        let (_, requests) = try await reply(to: .saying("", attachments: [image])) { request in
            request.path.hasSuffix("/files/upload")
                ? .json(HTTPStatus(201), Array(#"{"id":"f1"}"#.utf8)) : Self.stream([Self.said("ok"), Self.end])
        }
        let sent = String(decoding: requests[0].body, as: UTF8.self)
        #expect(
            sent.contains("name=\"user\"\r\n\r\nww1:1000002:zhangsan")
                && sent.contains("name=\"file\"; filename=\"a.png\""))
        #expect(
            requests[1].json["files"]
                == [["type": "image", "transfer_method": "local_file", "upload_file_id": "f1"]])
        #expect(requests[1].json["query"] == "请查看附件")
        withExtendedLifetime(directory) {}
    }

    @Test("a run that pauses for a form goes on once somebody has decided")
    func form() async throws {
        let attendant = FakeAttendant { question in .chosen([question.options[1].id], by: UserID("u")) }
        let (reply, requests) = try await reply(attendedBy: attendant) { request in
            if request.path.hasSuffix("/chat-messages") {
                return Self.stream([
                    ["event": "workflow_started", "workflow_run_id": "r1", "task_id": "t1", "conversation_id": "c1"],
                    [
                        "event": "human_input_required", "workflow_run_id": "r1",
                        "data": [
                            "form_token": "tok", "form_content": "Pay 100?", "node_title": "Approval",
                            "actions": [["id": "no", "title": "No"], ["id": "yes", "title": "Yes"]],
                        ],
                    ],
                    ["event": "workflow_paused", "data": ["workflow_run_id": "r1"]],
                ])
            }
            if request.path.hasSuffix("/events") { return Self.stream([Self.said("paid"), Self.end]) }
            return .json(.ok, Array("{}".utf8))
        }
        #expect(reply.text == "paid")
        #expect(attendant.questions.map(\.detail) == ["Pay 100?"] && attendant.questions[0].title == "Approval")
        #expect(requests[1].path == "/v1/form/human_input/tok" && requests[1].json["action"] == "yes")
        #expect(requests[2].path == "/v1/workflow/r1/events")
    }

    @Test("after a crash of ours the run is found again; without one the conversation is asked for the answer")
    func crash() async throws {
        let known: JSONValue = ["conversation": "c1", "task": "t1", "run": "r1"]
        let (found, requests) = try await reply(to: .saying("?", session: known, resumes: true)) { _ in
            Self.stream([Self.said("found"), Self.end])
        }
        #expect(found.text == "found" && requests.map(\.path) == ["/v1/workflow/r1/events"])
        let chat: JSONValue = ["conversation": "c1", "task": "t1"]
        let (told, asked) = try await reply(to: .saying("?", session: chat, resumes: true)) { _ in
            .json(.ok, Array(#"{"data":[{"query":"?","answer":"kept","status":"normal"}]}"#.utf8))
        }
        #expect(told.text == "kept" && asked.map(\.path) == ["/v1/messages"])
        let failure = await #expect(throws: AgentFailure.self) {
            try await reply(to: .saying("?", session: chat, resumes: true)) { _ in
                .json(.ok, Array(#"{"data":[]}"#.utf8))
            }
        }
        #expect(failure?.kind == .interrupted)
    }

    @Test(
        "a refusal is judged by Dify's own words",
        arguments: [
            (400, "invalid_param", AgentFailure.Class.config), (404, "not_found", .lostSession),
            (400, "conversation_completed", .lostSession), (401, "unauthorized", .auth),
            (429, "too_many_requests", .rate), (429, "rate_limit_error", .config), (413, "file_too_large", .input),
        ])
    func refusals(status: Int, code: String, kind: AgentFailure.Class) async throws {
        let failure = await #expect(throws: AgentFailure.self) {
            try await reply(to: .saying("?", session: ["conversation": "c0"])) { _ in
                .json(HTTPStatus(status), Array(#"{"code":"\#(code)","message":"no","status":\#(status)}"#.utf8))
            }
        }
        #expect(failure?.kind == kind)
    }

    @Test("an error in the stream ends it, and a stream that ends early is no answer")
    func broken() async throws {
        let error: JSONValue = [
            "event": "error", "code": "provider_quota_exceeded", "message": "no money", "status": 400,
        ]
        let failed = await #expect(throws: AgentFailure.self) { try await reply { _ in Self.stream([error]) } }
        #expect(failed?.kind == .config && failed?.reason.contains("no money") == true)
        let early = await #expect(throws: AgentFailure.self) {
            try await reply { _ in Self.stream([Self.said("half")]) }
        }
        #expect(early?.kind == .interrupted && early?.partialText == "half")
    }

    @Test("a turn that is stopped stops the task, as the same user")
    func stops() async throws {
        let (gate, stopped) = (Signpost(), Lock<[HTTPRequest]>([]))
        let attendant = FakeAttendant()
        try await ServerWorld.with(answering: { request in
            if request.path.hasSuffix("/stop") {
                stopped.withLock { $0.append(request) }
                return .json(.ok, Array(#"{"result":"success"}"#.utf8))
            }
            return HTTPResponse(
                .ok, headers: ["Content-Type": "text/event-stream"],
                body: .streamed { writer in
                    try await writer.write(Array("data: \(Self.said("half").text)\n\n".utf8))
                    await gate.wait()
                })
        }) { world in
            let agent = agent(at: world)
            let run = Task { try await agent.run(.saying("?"), attendedBy: attendant) }
            await attendant.event { if case .started = $0 { true } else { false } }
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
            gate.reach()
        }
        let request = try #require(stopped.withLock { $0.first })
        #expect(request.path == "/v1/chat-messages/t1/stop" && request.json["user"] == "ww1:1000002:zhangsan")
    }
}
