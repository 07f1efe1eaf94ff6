import Crypto
import Foundation
import HTTP
import HTTPClient
import HTTPServer
import JSON
import Lifecycle
import Observability
import Router
import RouterTesting
import Simulator
import System
import Testing
import WeCom

@Suite("Services that take signed jobs, and the program as it is shipped", .timeLimit(.minutes(1)))
struct WebhookAgentTests {
    private func agent(_ service: JobService) -> String {
        "bot: { kind: http, url: \"\(service.url)/hook\", secret: very-secret }"
    }

    @Test("a job is taken, tells how far it is, asks, hears the answer, and ends with an answer and a file")
    func whole() async throws {
        try await JobService.with { service in
            try await ServedWorld.with(agents: agent(service)) { world in
                try await world.start()
                await world.say("生成日报")
                let job = await service.jobs(1)[0]
                #expect(job["type"]?.string == "job.start")
                #expect(job["text"]?.string == "生成日报")
                #expect(job["user"]?["id"]?.string == "u1")
                let line = try Line(job, world)
                #expect(try await line.tell(1, ["type": "progress", "text": "查询数据库"]) == .ok)
                #expect(
                    try await line.tell(
                        2,
                        [
                            "type": "approval", "id": "a1", "title": "Send it?",
                            "options": [["id": "y", "label": "Yes"], ["id": "n", "label": "No"]],
                        ]) == .ok)
                let question = await world.wecom.transcript.delivered(atLeast: 1)[0]
                #expect(question.card?.title == "Send it?")
                #expect(try await line.standing()["answers"] == [])
                await world.wecom.press("1", of: question, as: world.user, to: world.app)
                let standing = try await line.standing()
                #expect(standing["state"]?.string == "running")
                #expect(standing["answers"]?.array?.first?["id"]?.string == "a1")
                #expect(standing["answers"]?.array?.first?["option"]?.string == "y")
                #expect(
                    try await line.tell(
                        3,
                        [
                            "type": "attachment", "name": "日报.txt",
                            "base64": .string(Base64.encode(Array("all is well today".utf8))),
                        ]) == .ok)
                #expect(try await line.tell(4, ["type": "final", "text": "日报…", "session": "s-77"]) == .ok)
                let sent = await world.wecom.transcript.delivered(atLeast: 3)
                #expect(sent[1].text == "日报…")
                #expect(sent[2].media?.name == "日报.txt")
                await world.say("again")
                #expect(await service.jobs(2)[1]["session"]?.string == "s-77")
                #expect(try await line.tell(5, ["type": "progress", "text": "late"]) == .gone)
            }
        }
    }

    @Test("what was told while we were gone is heard, nobody is asked twice, and no job is begun twice")
    func killed() async throws {
        try await JobService.with { service in
            try await ServedWorld.with(agents: agent(service)) { world in
                try await world.start()
                await world.say("long work")
                var line = try Line(await service.jobs(1)[0], world)
                await world.untilLogged("the agent has named its session")
                #expect(
                    try await line.tell(1, ["type": "approval", "id": "a1", "title": "Go on?", "options": []]) == .ok)
                let question = await world.wecom.transcript.delivered(atLeast: 1)[0]
                await world.kill()
                try await world.start()
                line = try Line(await service.jobs(1)[0], world)
                await world.wecom.press("1", of: question, as: world.user, to: world.app)
                #expect(try await line.standing()["answers"]?.array?.first?["option"]?.string == "allow")
                #expect(try await line.tell(2, ["type": "final", "text": "done"]) == .ok)
                #expect(await world.texts(2).last == "done")
                #expect(service.received == 1)
                #expect(world.wecom.transcript.delivered.count == 2)
            }
        }
    }

    @Test("/stop tells the service, by a request that is signed alike, and the job is over")
    func stop() async throws {
        try await JobService.with { service in
            try await ServedWorld.with(agents: agent(service)) { world in
                try await world.start()
                await world.say("long work")
                let line = try Line(await service.jobs(1)[0], world)
                await world.untilLogged("the agent has named its session")
                await world.say("/stop")
                let cancel = await service.jobs(2)[1]
                #expect(cancel["type"]?.string == "job.cancel")
                #expect(cancel["job_id"] == (await service.jobs(1)[0])["job_id"])
                #expect(await world.texts(2) == [ChatTexts.chinese.stopping, ChatTexts.chinese.stopped])
                #expect(try await line.tell(1, ["type": "final", "text": "too late"]) == .gone)
                #expect(service.unsigned == 0)
            }
        }
    }

    @Test("who has not the job's token learns nothing, and what was sent along is fetched by its link alone")
    func tokens() async throws {
        try await JobService.with { service in
            try await ServedWorld.with(agents: agent(service)) { world in
                try await world.start()
                let content = Array("the content of the file".utf8)
                await world.wecom.send(content, .file, named: "报告.txt", as: world.user, to: world.app)
                let job = await service.jobs(1)[0]
                let line = try Line(job, world)
                let link = try #require(job["attachments"]?.array?.first?["url"]?.string)
                let path = link.replacing("http://router.example", with: world.url)
                let fetched = try await world.transport.send(HTTPRequest(.get, path), HTTPRequestOptions())
                #expect(fetched.status == .ok && fetched.bytes == content)
                #expect(fetched.headers["Content-Disposition"] == "attachment")
                let bad: [(HTTPRequest, HTTPStatus)] = [
                    (HTTPRequest(.get, String(path.dropLast())), .unauthorized),
                    (HTTPRequest(.get, path.replacing("/1/", with: "/2/")), .notFound),
                    (HTTPRequest(.get, path.replacing("/1/", with: "/../1/")), .notFound),
                    (line.request(.post, "wrong", ["seq": 1, "type": "final", "text": "x"]), .unauthorized),
                    (line.request(.get, "wrong", nil), .unauthorized),
                    (line.request(.post, line.token, ["type": "final"]), .badRequest),
                    (line.request(.delete, line.token, nil), .methodNotAllowed),
                ]
                for (request, status) in bad {
                    let answer = try await world.transport.send(request, HTTPRequestOptions())
                    #expect(answer.status == status, "\(request.method) \(request.target)")
                }
                #expect(try await line.tell(1, ["type": "final", "text": "thanks"]) == .ok)
                #expect(await world.texts(1) == ["thanks"])
            }
        }
    }

    /// The service's line to us about one job.
    private struct Line {
        let url: String
        let token: String
        let world: ServedWorld

        init(_ job: JSONValue, _ world: ServedWorld) throws {
            let address = try #require(job["callback_url"]?.string)
            url = address.replacing("http://router.example", with: world.url)
            token = try #require(job["callback_token"]?.string)
            self.world = world
        }

        func request(_ method: HTTPMethod, _ token: String, _ body: JSONValue?) -> HTTPRequest {
            HTTPRequest(
                method, url, headers: ["Authorization": "Bearer \(token)", "Content-Type": "application/json"],
                body: body?.bytes ?? [])
        }

        func tell(_ seq: Int64, _ event: JSONValue) async throws -> HTTPStatus {
            guard case .object(let members) = event else { preconditionFailure("an event is an object") }
            let body = JSONValue.object([.init("seq", .integer(seq))] + members)
            return try await world.transport.send(request(.post, token, body), HTTPRequestOptions()).status
        }

        func standing() async throws -> JSONValue {
            try JSONValue(
                parsing: try await world.transport.send(request(.get, token, nil), HTTPRequestOptions()).bytes)
        }
    }
}
