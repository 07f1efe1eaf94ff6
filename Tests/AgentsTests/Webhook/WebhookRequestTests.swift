import HTTP
import JSON
import Router
import System
import Testing
import WeCom

@testable import Agents

@Suite("what a service is told", .timeLimit(.minutes(1)))
struct WebhookRequestTests {
    private let fine = Receiver.saying(#"{"text":"好"}"#)

    private func request(
        _ turn: Turn, _ attendant: FakeAttendant = FakeAttendant(path: returnPath()),
        _ change: (inout WebhookOptions) -> Void = { _ in }
    ) async throws -> HTTPRequest {
        var request: HTTPRequest?
        try await ServerWorld.with(answering: fine) { world in
            let reply = try await webhook(turn, attendedBy: attendant, at: world, change)
            #expect(reply.text == "好")
            request = world.requests.first
        }
        return try #require(request)
    }

    @Test("the job is told as the contract says, byte for byte")
    func start() async throws {
        var turn = Turn.saying("生成日报", session: ["session": "s-76"])
        turn.deadline = Timestamp(seconds: 1_795_168_800)
        let request = try await request(turn)
        #expect(request.method == .post)
        #expect(request.target == "/hook")
        #expect(request.headers["Content-Type"] == "application/json")
        let job = JobID(42).description
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"v":1,"type":"job.start","job_id":"\#(job)","attempt":1,"#
                + #""session_key":"ww1/1000002/user:zhangsan","session":"s-76","text":"生成日报","lang":"zh-CN","timezone":"UTC","#
                + #""user":{"corp":"ww1","app":"1000002","id":"zhangsan","name":"张三","departments":[2]},"#
                + #""attachments":[],"callback_url":"https://bridge/agent/v1/jobs/j-42/events","#
                + #""callback_token":"t0ken","deadline":"2026-11-20T10:00:00Z"}"#)
    }

    @Test("the person's id is told as it is written")
    func spelling() async throws {
        let app = Turn.saying("").conversation.endpoint
        let turn = Turn(
            job: JobID(42), attempt: 1, conversation: ConversationKey(endpoint: app, user: UserID("ZhangSan")),
            epoch: 0,
            text: "?")
        let request = try await request(turn)
        #expect(request.json["user"]?["id"] == "ZhangSan")
        #expect(request.json["session_key"] == "ww1/1000002/user:zhangsan")
    }

    @Test("the headers name the job and its attempt, and what is configured")
    func headers() async throws {
        let request = try await request(.saying("?")) {
            $0.headers = ["X-Key": Secret("k {session_key}"), "webhook-id": Secret("forged")]
        }
        let job = JobID(42).description
        #expect(request.headers.all("webhook-id") == ["\(job).1"])
        #expect(request.headers["Idempotency-Key"] == job)
        #expect(request.headers["X-Key"] == "k ww1/1000002/user:zhangsan")
    }

    @Test("a signature is that of anybody who computes it by the contract")
    func signature() {
        let signer = WebhookSigner(secrets: [Secret(Receiver.secret)])
        let headers = signer.headers(for: Array(#"{"v":1}"#.utf8), id: "j-1.1", at: Timestamp(seconds: 1_795_167_780))
        #expect(headers["webhook-timestamp"] == "1795167780")
        #expect(headers["webhook-signature"] == "v1,qy+2nAK/DfCe/nNC8Pu3ypkPc7NgykIK4Uwr5o9sBh8=")
    }

    @Test("while the secret is changed, receivers of the new one and of the old one are content")
    func rotation() async throws {
        for held in ["new secret", "old secret"] {
            let handler = Receiver.answering(by: held) { _ in .json(.ok, Array(#"{"text":"好"}"#.utf8)) }
            try await ServerWorld.with(answering: handler) { world in
                let reply = try await webhook(at: world) { options in
                    options.secret = Secret("new secret")
                    options.oldSecret = Secret("old secret")
                }
                #expect(reply.text == "好")
            }
        }
        #expect(
            await webhookFailure(answeredBy: Receiver.answering(by: "another") { _ in .text(.ok, "") })?.kind == .auth)
    }

    @Test("what was sent along is told with its links, where there is a way back")
    func attachments() async throws {
        let pdf = Router.Attachment(.file, path: "/nowhere", name: "a.pdf", contentType: "application/pdf", size: 12345)
        let turn = Turn.saying("看", attachments: [pdf])
        let linked = try await request(turn, FakeAttendant(path: returnPath(files: ["https://bridge/f/1"])))
        #expect(
            linked.json["attachments"]
                == [
                    [
                        "name": "a.pdf", "mime": "application/pdf", "size": 12345, "kind": "file",
                        "url": "https://bridge/f/1",
                    ]
                ])
        let alone = try await request(turn, FakeAttendant())
        #expect(alone.json["attachments"]?.array?.first?["url"] == nil)
        #expect(alone.json["callback_url"] == nil)
        #expect(alone.json["callback_token"] == nil)
    }

    @Test("whom nobody knows is told by id alone, and a job without a session says so")
    func unknownPerson() async throws {
        var turn = Turn.saying("?")
        turn.person = nil
        let request = try await request(turn)
        #expect(request.json["user"] == ["corp": "ww1", "app": "1000002", "id": "zhangsan"])
        #expect(request.json["session"] == .null)
    }
}
