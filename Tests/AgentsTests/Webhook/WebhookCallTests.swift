import HTTP
import JSON
import Lifecycle
import Router
import Testing
import WeCom

@testable import Agents

@Suite("services that call back", .timeLimit(.minutes(1)))
struct WebhookCallTests {
    private let attendant = FakeAttendant(path: returnPath())

    @Test("the run is kept before anything else, the calls are heard, and the final one is the answer")
    func calls() async throws {
        attendant.call(1, ["seq": 1, "type": "progress", "text": "查询数据库"])
        attendant.call(2, ["seq": 2, "type": "final", "text": "日报…", "session": "s-77"])
        let reply = try await webhook(attendedBy: attendant, answeredBy: Receiver.accepting)
        #expect(reply.text == "日报…")
        #expect(reply.session == ["session": "s-77"])
        #expect(attendant.events == [.started(["run_id": "r9", "session": .null]), .progress("查询数据库")])
    }

    @Test("a job that the service knows already is under way", arguments: ["", "{}", #"{"run_id":7,"session":"s"}"#])
    func known(body: String) async throws {
        attendant.call(1, ["type": "final", "text": "x"])
        let handler = Receiver.answering { _ in .json(.conflict, Array(body.utf8)) }
        _ = try await webhook(attendedBy: attendant, answeredBy: handler)
        let state: JSONValue =
            body.contains("run_id")
            ? ["run_id": "7", "session": "s"] : ["run_id": .string(JobID(42).description), "session": .null]
        #expect(attendant.sessions == [state])
    }

    @Test("where nobody can call us, a service that wants to is set up wrongly")
    func noWayBack() async throws {
        let failure = await webhookFailure(attendedBy: FakeAttendant(), answeredBy: Receiver.accepting)
        #expect(failure?.kind == .config)
        #expect(failure?.reason.contains("public_url") == true)
    }

    @Test("calls in any order, and calls that come twice, make the same answer")
    func order() async throws {
        attendant.call(4, ["type": "final"])
        attendant.call(2, ["type": "delta", "text": "b"])
        attendant.call(1, ["type": "delta", "text": "a"])
        attendant.call(2, ["type": "delta", "text": "b"])
        attendant.call(3, ["type": "usage", "input": 5, "output": 6])
        let reply = try await webhook(attendedBy: attendant, answeredBy: Receiver.accepting)
        #expect(reply.text == "ab")
        #expect(reply.usage == Usage(input: 5, output: 6))
        #expect(attendant.text == "ab")
    }

    @Test("a call that was overtaken is heard when it comes, and one that never comes is not waited for")
    func overtaken() async throws {
        try await ServerWorld.with(answering: Receiver.accepting) { world in
            async let reply = webhook(attendedBy: attendant, at: world)
            attendant.call(5, ["type": "delta", "text": "b"])
            await attendant.event { $0 == .text("b") }
            attendant.call(2, ["type": "delta", "text": "a"])
            await attendant.event { $0 == .text("a") }
            attendant.call(9, ["type": "progress", "text": "soon"])
            await attendant.event { $0 == .progress("soon") }
            attendant.call(7, ["type": "final"])
            let text = try await reply.text
            #expect(text == "ab")
        }
    }

    @Test("a question and an error are heard though a later call was heard before them")
    func overtakenByActivity() async throws {
        try await ServerWorld.with(answering: Receiver.accepting) { [attendant, approval] world in
            let turn = Task { try await webhook(attendedBy: attendant, at: world) }
            attendant.call(9, ["type": "progress", "text": "soon"])
            await attendant.event { $0 == .progress("soon") }
            attendant.call(4, approval)
            attendant.call(3, ["type": "progress", "text": "asked"])
            await attendant.event { $0 == .progress("asked") }
            attendant.call(1, ["type": "error", "class": "refused", "message": "no"])
            await #expect(throws: AgentFailure(.refused, "no", isForPeople: true)) { try await turn.value }
            #expect(attendant.questions.map(\.key) == ["q1"])
        }
    }

    @Test("what nobody knows is passed over, a heartbeat is a sign of life, and nothing counts behind the answer")
    func noise() async throws {
        attendant.call(1, ["type": "weather", "text": "rain"])
        attendant.call(2, "text")
        attendant.call(3, ["type": "progress", "text": ""])
        attendant.call(4, ["type": "final", "text": "x"])
        attendant.call(5, ["type": "final", "text": "y"])
        attendant.call(6, ["type": "error", "message": "late"])
        #expect(try await webhook(attendedBy: attendant, answeredBy: Receiver.accepting).text == "x")
        #expect(attendant.events.count == 1)
    }

    @Test("files come by calls, too, and with the final one")
    func files() async throws {
        attendant.call(1, ["type": "attachment", "base64": "YQ==", "name": "a"])
        attendant.call(2, ["type": "final", "text": "x", "attachments": [["base64": "Yg==", "name": "b"]]])
        let reply = try await webhook(attendedBy: attendant, answeredBy: Receiver.accepting)
        #expect(reply.files == [ReplyFile(.bytes([0x61]), name: "a"), ReplyFile(.bytes([0x62]), name: "b")])
    }

    @Test(
        "an error has its class and what was said before, and the next try begins another run",
        arguments: AgentFailure.Class.allCases.map(\.rawValue) + ["unheard_of"])
    func errors(word: String) async throws {
        attendant.call(1, ["type": "delta", "text": "ab"])
        attendant.call(
            2, ["type": "error", "class": .string(word), "message": "no\nluck", "retry_after": 30])
        let turn = Turn.saying("?", session: ["session": "s-1"])
        let failure = await webhookFailure(turn, attendedBy: attendant, answeredBy: Receiver.accepting)
        let kind = AgentFailure.Class(rawValue: word) ?? .config
        #expect(
            failure == AgentFailure(kind, "no luck", retryAfter: .seconds(30), partialText: "ab", isForPeople: true))
        #expect(attendant.sessions == [["run_id": "r9", "session": "s-1"], ["session": "s-1"]])
    }

    // MARK: Questions

    private let approval: JSONValue = [
        "type": "approval", "id": "q1", "title": "发布？", "detail": "到生产环境",
        "options": [
            ["id": "y", "label": "是", "style": "encouraged"], ["id": "n", "label": "否", "style": "dangerous"],
        ],
    ]

    @Test("a question is asked once under the service's name of it, and calls are heard while nobody has answered")
    func question() async throws {
        let answered = Signpost()
        let attendant = FakeAttendant(path: returnPath()) { _ in
            await answered.wait()
            return .chosen(["y"], by: UserID("zhangsan"))
        }
        try await ServerWorld.with(answering: Receiver.accepting) { [approval] world in
            async let reply = webhook(attendedBy: attendant, at: world)
            attendant.call(1, approval)
            attendant.call(2, approval)
            attendant.call(3, ["type": "progress", "text": "waiting"])
            await attendant.event { $0 == .progress("waiting") }
            answered.reach()
            attendant.call(4, ["type": "final", "text": "done"])
            let text = try await reply.text
            #expect(text == "done")
        }
        #expect(
            attendant.questions == [
                Question(
                    "发布？", detail: "到生产环境",
                    options: [.init("y", "是", style: .encouraged), .init("n", "否", style: .dangerous)], key: "q1")
            ])
    }

    @Test("a question that is open when the answer comes is withdrawn, and holds nothing up")
    func openQuestion() async throws {
        let withdrawn = Signpost()
        let attendant = FakeAttendant(path: returnPath()) { _ in
            await untilCancelled()
            withdrawn.reach()
            throw CancellationError()
        }
        attendant.call(1, approval)
        attendant.call(2, ["type": "final", "text": "done"])
        #expect(try await webhook(attendedBy: attendant, answeredBy: Receiver.accepting).text == "done")
        #expect(withdrawn.isReached)
    }

    @Test("a question without options may be allowed or denied; one without an id can never be answered")
    func bareQuestions() async throws {
        attendant.call(1, ["type": "approval", "id": "q", "title": "rm"])
        attendant.call(2, ["type": "approval", "title": "x", "options": [["id": "y", "label": "Y"]]])
        let failure = await webhookFailure(attendedBy: attendant, answeredBy: Receiver.accepting)
        #expect(failure?.kind == .config)
        #expect(attendant.questions.allSatisfy { $0.options.map(\.id) == ["allow", "deny"] })
        #expect(attendant.questions.allSatisfy { $0.options.map(\.label) == ["允许", "拒绝"] })
    }

    @Test("a question that cannot be asked fails the turn, rather than leave the service waiting")
    func impossibleQuestion() async throws {
        let refused = AgentFailure(.config, "too many options")
        let attendant = FakeAttendant(path: returnPath()) { _ in throw refused }
        attendant.call(1, approval)
        #expect(await webhookFailure(attendedBy: attendant, answeredBy: Receiver.accepting) == refused)
    }

    // MARK: After a crash

    @Test("a job that the service works at is not told again: its calls are heard from the first")
    func resumes() async throws {
        attendant.call(1, ["type": "delta", "text": "a"])
        attendant.call(2, ["type": "delta", "text": "b"])
        attendant.call(3, ["type": "final"])
        try await ServerWorld.with(answering: Receiver.accepting) { [attendant] world in
            let turn = Turn.saying("?", session: ["run_id": "r9", "session": "s-1"], resumes: true)
            let reply = try await webhook(turn, attendedBy: attendant, at: world)
            #expect(reply.text == "ab")
            #expect(reply.session == ["session": "s-1"])
            #expect(world.requests.isEmpty)
        }
    }

    @Test("the run of an earlier job is no run of this one")
    func earlierRun() async throws {
        attendant.call(1, ["type": "final", "text": "x"])
        try await ServerWorld.with(answering: Receiver.accepting) { [attendant] world in
            let turn = Turn.saying("?", session: ["run_id": "r8", "session": "s-1"])
            _ = try await webhook(turn, attendedBy: attendant, at: world)
            #expect(world.requests.count == 1)
            #expect(attendant.sessions == [["run_id": "r9", "session": "s-1"]])
        }
    }
}
