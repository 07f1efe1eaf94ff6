import HTTP
import HTTPClient
import JSON
import Lifecycle
import Router
import System
import Testing
import WeCom

@testable import Agents

@Suite("services that answer at once", .timeLimit(.minutes(1)))
struct WebhookAnswerTests {
    @Test("an answer with its session is final, and nothing is kept before it")
    func final() async throws {
        let attendant = FakeAttendant(path: returnPath())
        let answer = #"{"text":"日报","session":"s-77","usage":{"input":3,"output":4,"cost":0.5}}"#
        let reply = try await webhook(attendedBy: attendant, answeredBy: Receiver.saying(answer))
        #expect(reply.text == "日报")
        #expect(reply.session == ["session": "s-77"])
        #expect(reply.usage == Usage(input: 3, output: 4, microdollars: 500_000))
        #expect(attendant.events.isEmpty)
    }

    @Test("a session is kept until another is named, and where none is there is none")
    func session() async throws {
        let handler = Receiver.saying(#"{"text":"x"}"#)
        #expect(try await webhook(answeredBy: handler).session == nil)
        let turn = Turn.saying("?", session: ["session": "s-1"])
        #expect(try await webhook(turn, answeredBy: handler).session == ["session": "s-1"])
    }

    @Test("files come with the answer or are fetched, and go by their names")
    func files() async throws {
        try await ServerWorld.with(answering: { request in
            if request.target == "/made/b.txt?key=1" { return .text(.ok, "fetched") }
            let host = request.headers["Host"] ?? ""
            let answer: JSONValue = [
                "text": "两个文件",
                "attachments": [
                    ["base64": "aGVsbG8=", "name": "a.txt", "mime": "text/plain"],
                    ["url": .string("http://\(host)/made/b.txt?key=1")],
                ],
            ]
            return .json(.ok, answer.bytes)
        }) { world in
            let reply = try await webhook(at: world)
            #expect(reply.text == "两个文件")
            #expect(
                reply.files == [
                    ReplyFile(.bytes(Array("hello".utf8)), name: "a.txt"),
                    ReplyFile(.bytes(Array("fetched".utf8)), name: "b.txt"),
                ])
        }
    }

    @Test("a file that cannot be had is told of, and the answer stands")
    func lostFiles() async throws {
        try await ServerWorld.with(answering: { request in
            if request.target == "/gone" { return .text(.notFound, "") }
            if request.target == "/large" {
                return HTTPResponse(.ok, body: .whole([UInt8](repeating: 0, count: 21 << 20)))
            }
            let host = request.headers["Host"] ?? ""
            let answer: JSONValue = [
                "text": "看",
                "attachments": [
                    ["base64": "%%%%", "name": "a"], ["url": "file:///etc/passwd", "name": "b"],
                    ["url": .string("http://\(host)/gone"), "name": "c"],
                    ["url": .string("http://\(host)/large"), "name": "d"], ["nothing": 1],
                ],
            ]
            return .json(.ok, answer.bytes)
        }) { world in
            let reply = try await webhook(at: world)
            #expect(reply.files.isEmpty)
            #expect(
                reply.text == """
                    看

                    文件“a”没有发送成功：读取不到它的内容。

                    文件“b”没有发送成功：没能从它的地址下载。

                    文件“c”没有发送成功：没能从它的地址下载。

                    文件“d”没有发送成功：超过了 20 MB。
                    """)
        }
    }

    @Test("a file within our network is not fetched, unless it is where the service itself is")
    func innerFiles() async throws {
        try await ServerWorld.with(answering: { request in
            if request.target == "/inner" { return .text(.ok, "fetched") }
            let port = (request.headers["Host"] ?? "").split(separator: ":").last ?? ""
            let answer: JSONValue = [
                "text": "看",
                "attachments": [
                    ["url": .string("http://localhost:\(port)/inner"), "name": "a"],
                    ["url": .string("http://127.0.0.2:\(port)/inner"), "name": "b"],
                    ["url": .string("http://127.0.0.1:\(port)/inner"), "name": "c"],
                ],
            ]
            return .json(.ok, answer.bytes)
        }) { world in
            let reply = try await webhook(at: world)
            #expect(reply.files.map(\.name) == ["c"])
            #expect(
                reply.text == """
                    看

                    文件“a”没有发送成功：没能从它的地址下载。

                    文件“b”没有发送成功：没能从它的地址下载。
                    """)
            #expect(world.requests.map(\.target) == ["/hook", "/inner"])
        }
    }

    @Test("200 without an answer is none", arguments: [#"{"message":"Workflow was started"}"#, "ok", "", "[]"])
    func noAnswer(body: String) async throws {
        #expect(await webhookFailure(answeredBy: Receiver.saying(body))?.kind == .config)
    }

    @Test(
        "the status says what is to be done",
        arguments: [
            (400, AgentFailure.Class.config), (404, .config), (410, .config), (422, .config), (204, .config),
            (302, .config), (401, .auth), (403, .auth), (413, .input), (429, .rate), (503, .rate), (500, .transient),
            (502, .away), (504, .away), (408, .transient),
        ])
    func statuses(code: Int, kind: AgentFailure.Class) async throws {
        let handler: HTTPHandler = { _ in
            var response = HTTPResponse.text(HTTPStatus(code), code == 204 ? "" : #"{"error":"no"}"#)
            response.headers["Retry-After"] = "9"
            return response
        }
        let failure = await webhookFailure(answeredBy: handler)
        #expect(failure?.kind == kind)
        #expect(failure?.retryAfter == .seconds(9))
    }

    @Test("503 that does not say when to come back is of a service that is away")
    func unavailable() async throws {
        #expect(await webhookFailure(answeredBy: { _ in .text(HTTPStatus(503), "no") })?.kind == .away)
    }

    @Test("a service that is not there, or hangs up, may be asked again")
    func noService() async throws {
        let transport = CurlTransport()
        let agent = WebhookAgent(
            options: WebhookOptions(url: "http://127.0.0.1:9/", secret: Secret("s")), transport: transport)
        let failure = await #expect(throws: AgentFailure.self) {
            try await agent.run(.saying("?"), attendedBy: FakeAttendant())
        }
        #expect(failure?.kind == .away)
        await transport.close()
        struct HungUp: Error {}
        let hanging: HTTPHandler = { _ in HTTPResponse(.ok, body: .streamed { _ in throw HungUp() }) }
        #expect(await webhookFailure(answeredBy: hanging)?.kind == .transient)
    }

    @Test("an answer may be late: it is waited for as long as the turn may take")
    func late() async throws {
        let (asked, mayAnswer) = (Signpost(), Signpost())
        let handler = Receiver.answering { _ in
            asked.reach()
            await mayAnswer.wait()
            return .json(.ok, Array(#"{"text":"late"}"#.utf8))
        }
        try await ServerWorld.with(answering: handler) { world in
            async let reply = webhook(at: world)
            await asked.wait()
            mayAnswer.reach()
            let text = try await reply.text
            #expect(text == "late")
        }
    }

    @Test("a secret that the service repeats is not told on")
    func secrets() async throws {
        let failure = await webhookFailure(answeredBy: { _ in .text(.badRequest, "not \(Receiver.secret)!") })
        #expect(failure?.reason == "the agent answers 400 Bad Request: not <secret>!")
    }
}
