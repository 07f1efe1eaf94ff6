import HTTP
import JSON
import Lanes
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

    @Test("says the same thing by the same name in every answer")
    func spelling() async throws {
        try await withRoutes { routes, store in
            let job = try await accept("hello", store, at: .now)
            let lease = try #require(try await store.claim(1, for: "test", at: .now).first)
            let parts = ["a", "b"].compactMap { Part(to: .user(UserID("zhangsan")), saying: $0) }
            #expect(try await store.settle(lease.lease, as: Settlement(.failed, reason: "no", parts: parts), at: .now))
            let first = try #require(try await store.claimDeliveries(1, for: "test", at: .now).first)
            #expect(try await store.markFailed(first.lease, reason: "gone", at: .now), "and the second part with it")
            func ask(_ method: HTTPMethod, _ path: String) async throws -> JSONValue {
                let response = await routes.answer(HTTPRequest(method, path))
                #expect(response.status == .ok, "\(path)")
                return try JSONValue(parsing: response.bytes)
            }
            let details = try await ask(.get, "/v1/jobs/\(job)")
            let dead = try await ask(.get, "/v1/deliveries")["deliveries"]?.array ?? []
            let delivery = try #require(dead.last?["id"]?.string)
            let rows = [
                try #require(try await ask(.get, "/v1/jobs")["jobs"]?.array?.first), details, try #require(dead.first),
                try await ask(.get, "/v1/deliveries/\(delivery)"), try await ask(.get, "/v1/messages/\(delivery)"),
            ]
            let shared = [
                "id", "accepted_at", "app", "app_key", "state", "attempts", "reason", "retry_of", "retried_as",
            ]
            for row in rows {
                for name in shared { #expect(row[name] != nil, "\(name) in \(row)") }
                #expect(row["app"] == "ww1/1", "an app without a name goes by its key")
                #expect(row["app_key"] == "ww1/1")
            }
            #expect(details["attempts"] == 1)
            #expect(details["events"]?.array?.first?["what"] == "accepted")
            #expect(details["events"]?.array?.first?["at"] == details["accepted_at"])

            let retry = try await ask(.post, "/v1/jobs/\(job)/retry")
            #expect(retry["retry_of"] == .string(job.description))
            #expect(try await ask(.get, "/v1/jobs/\(job)")["retried_as"] == retry["id"])
            let sent = try await ask(.post, "/v1/deliveries/\(delivery)/retry")["deliveries"]?.array ?? []
            #expect(sent.map { $0["retry_of"] } == [dead[1]["id"], dead[0]["id"]])
            #expect(try await ask(.get, "/v1/deliveries/\(delivery)")["retried_as"] == sent[0]["id"])
            #expect(try await ask(.post, "/v1/jobs/\(try #require(retry["id"]?.string))/cancel")["id"] == retry["id"])
        }
    }

    @Test("tells refused callbacks with why and what to do, of one app or of all, in either language")
    func refused() async throws {
        let directory = try TemporaryDirectory(prefix: "server-tests-")
        let store = try await SQLiteStore(at: directory.path + "/router.db", serving: [app])
        let refused = RefusedCallbacks()
        let blobs = try BlobFolder(at: directory.path + "/blobs")
        let current = Serving.Current(Serving(AppDirectory([])))
        let routes = ControlRoutes(store: store, current: current, blobs: blobs, refused: refused) {}
        let signature = String(repeating: "a", count: 40)
        for (number, name) in ["dept-a", "dept-b", "dept-b"].enumerated() {
            var request = HTTPRequest(.get, "/cb?msg_signature=\(signature)&timestamp=1&nonce=2&echostr=AAAA")
            request.peer = IPAddress("203.0.113.\(number)")
            refused.note(
                .unopened(.wrongSignature, app: name), of: request, door: .app, now: Timestamp(seconds: Int64(number)))
        }
        refused.note(.foreignSource, of: HTTPRequest(.post, "/cb"), door: .app)
        func ask(_ path: String) async throws -> (Int, JSONValue) {
            let response = await routes.answer(HTTPRequest(.get, path))
            return (response.status.code, try JSONValue(parsing: response.bytes))
        }
        let (status, all) = try await ask("/v1/refused")
        #expect(status == 200 && all["refused"]?.array?.count == 3 && all["more"] == 0)
        #expect(all["rubbish"]?["count"] == 1 && all["clock_lead_seconds"] == .null)
        let newest = try #require(all["refused"]?.array?.first)
        #expect(newest["reason"] == "token" && newest["app"] == "dept-b" && newest["key"] == "token")
        #expect(newest["kind"] == "verification" && newest["address"] == "203.0.113.2" && newest["count"] == 1)
        #expect(newest["why"]?.string?.contains("Token of dept-b") == true)
        let (_, few) = try await ask("/v1/refused?limit=1&lang=zh-CN")
        #expect(few["refused"]?.array?.count == 1 && few["more"] == 2)
        #expect(few["refused"]?.array?.first?["advice"]?.string?.contains("保存") == true)
        for wrong in ["lang=fr", "limit=0", "app=nobody", "user=a"] {
            #expect(try await ask("/v1/refused?\(wrong)").0 == 400, "\(wrong)")
        }
        #expect(await routes.answer(HTTPRequest(.post, "/v1/refused")).status == .methodNotAllowed)
        let unserved = ControlRoutes(store: store, current: current, blobs: blobs) {}
        #expect(await unserved.answer(HTTPRequest(.get, "/v1/refused")).status == .conflict)
        await store.close()
    }

    @Test("resets the session of a person or of a group, whichever the body names, and of nobody else")
    func reset() async throws {
        try await withRoutes { routes, store in
            _ = try await accept("hello", store, at: .now)
            _ = try await accept("hello", store, at: .now, in: .chat(ChatID("wrGroup")))
            let answers: [(body: String, status: Int)] = [
                (#"{"app":"ww1/1","user":"zhangsan"}"#, 200), (#"{"app":"ww1/1","chat":"wrGroup"}"#, 200),
                (#"{"app":"ww1/1","chat":"wrgroup"}"#, 404), (#"{"app":"ww1/1","user":"wrGroup"}"#, 404),
                (#"{"app":"ww1/1","user":"zhangsan","chat":"wrGroup"}"#, 400), (#"{"app":"ww1/1","chat":""}"#, 400),
                (#"{"app":"ww1/1"}"#, 400),
            ]
            for (body, status) in answers {
                let request = HTTPRequest(
                    .post, "/v1/sessions/reset", headers: ["Content-Type": "application/json"],
                    body: Array(body.utf8))
                let response = await routes.answer(request)
                #expect(response.status.code == status, "\(body): \(String(decoding: response.bytes, as: UTF8.self))")
            }
        }
    }

    @Test(
        "refuses a parameter that a path does not have, or has once",
        arguments: [
            ("/v1/jobs?stat=failed", "did you mean state?"),
            ("/v1/jobs?state=failed&state=done", "state is given twice"),
            ("/v1/deliveries?user=a&foo", "there is no parameter foo"),
            ("/v1/sessions?state=done", "no parameter state"),
            ("/v1/jobs/j-0000000000001?app=a", "this path has none"),
            ("/v1/messages/d-0000000000001?verbose=1", "this path has none"),
            ("/v1/jobs?since=yesterday", "2026-11-28T09:30:00Z"), ("/v1/jobs?since=2026-02-30T00:00:00Z", "it must be"),
        ])
    func parameters(path: String, complaint: String) async throws {
        try await withRoutes { routes, _ in
            let response = await routes.answer(HTTPRequest(.get, path))
            #expect(response.status == .badRequest)
            let error = try JSONValue(parsing: response.bytes)["error"]?.string ?? ""
            #expect(error.contains(complaint), "\(error)")
        }
    }

    @Test("lists the processes that serve the store, and which of them are silent")
    func nodes() async throws {
        try await withRoutes { routes, store in
            func listed() async throws -> [JSONValue] {
                try JSONValue(parsing: await routes.answer(HTTPRequest(.get, "/v1/nodes")).bytes)["nodes"]?.array ?? []
            }
            #expect(try await listed().isEmpty)
            let node = NodeRecord("router-1", incarnation: "i", version: "1.0", startedAt: .now)
            try await store.note(node, at: .now)
            let alive = try #require(try await listed().first)
            #expect(alive["node"] == "router-1" && alive["state"] == "alive" && alive["version"] == "1.0")
            try await store.note(node, at: .now.advanced(by: .seconds(-20)))
            #expect(try await listed().first?["state"] == "silent")
            #expect(await routes.answer(HTTPRequest(.post, "/v1/nodes")).status == .methodNotAllowed)
            #expect(await routes.answer(HTTPRequest(.get, "/v1/nodes/x")).status == .notFound)
        }
    }

    private func withRoutes(_ body: (ControlRoutes, SQLiteStore) async throws -> Void) async throws {
        let directory = try TemporaryDirectory(prefix: "server-tests-")
        let store = try await SQLiteStore(at: directory.path + "/router.db", serving: [app])
        let routes = ControlRoutes(
            store: store, current: Serving.Current(Serving(AppDirectory([]))),
            blobs: try BlobFolder(at: directory.path + "/blobs"), now: { .now }
        ) {}
        do {
            try await body(routes, store)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    private func accept(
        _ text: String, _ store: SQLiteStore, at now: Timestamp, in peer: Peer? = nil
    ) async throws -> JobID {
        let user = UserID("zhangsan")
        let message = AcceptedMessage(
            from: user, text: text, messageID: "1", sentAt: now, replyAddress: .user(user))
        let acceptance = try await store.accept(
            Submission(
                key: DedupKey(stamp: peer == nil ? 1 : 2, digest: Array(repeating: 1, count: 16)),
                conversation: ConversationKey(endpoint: app, peer: peer ?? .user(user)),
                .job(JobRequest(message, refusal: Notice(.tooMuch, nil)))),
            at: now)
        guard case .job(let job) = acceptance.effect else { throw ControlRefusal.unknown("job") }
        return job
    }
}
