import HTTP
import JSON
import Router
import SQLiteStore
import System
import Testing
import WeCom

@testable import RouterServer

@Suite("What operators do over /v1", .timeLimit(.minutes(1))) struct ControlRoutesTests {
    private let app = Endpoint.app(AppKey(corpID: CorpID("ww1"), agentID: AgentID(1)))

    @Test("is written at the time that leases and identifiers go by, though the wall clock was set back a day")
    func clock() async throws {
        let directory = try TemporaryDirectory(prefix: "server-tests-")
        let store = try await SQLiteStore(at: directory.path + "/router.db", serving: [app])
        let steady = Timestamp.now.advanced(by: .seconds(86_400))
        let job = try await accept("hello", store, at: steady)
        let routes = ControlRoutes(
            store: store, current: Serving.Current(Serving(AppDirectory([]))),
            blobs: try BlobFolder(at: directory.path + "/blobs"), now: { steady }
        ) {}

        #expect(await routes.answer(HTTPRequest(.post, "/v1/jobs/\(job)/cancel")).status == .ok)
        let cancelled = try #require(try await store.job(job))
        #expect(cancelled.summary.endedAt == steady)
        #expect(cancelled.events.map(\.at) == cancelled.events.map { _ in steady })

        #expect(await routes.answer(HTTPRequest(.post, "/v1/jobs/\(job)/retry")).status == .ok)
        let retry = try #require(try await store.job(job)?.summary.retriedAs)
        #expect(try await store.job(retry)?.summary.acceptedAt == steady)

        let listed = try JSONValue(parsing: await routes.answer(HTTPRequest(.get, "/v1/jobs?since=1h")).bytes)
        #expect(listed["jobs"]?.array?.count == 2)
        await store.close()
    }

    private func accept(_ text: String, _ store: SQLiteStore, at now: Timestamp) async throws -> JobID {
        let user = UserID("zhangsan")
        let message = AcceptedMessage(
            from: user, text: text, messageID: "1", sentAt: now, replyAddress: .user(user))
        let acceptance = try await store.accept(
            Submission(
                key: DedupKey(stamp: 1, digest: Array(repeating: 1, count: 16)),
                conversation: ConversationKey(endpoint: app, user: user),
                .job(JobRequest(message, refusal: Notice(.tooMuch, nil)))),
            at: now)
        guard case .job(let job) = acceptance.effect else { throw ControlRefusal.unknown("job") }
        return job
    }
}
