import Crypto
import HTTP
import HTTPServer
import JSON
import Lifecycle
import Observability
import RouterTesting
import System

/// A service that takes every job and says no more.
final class JobService: Sendable {
    private struct State {
        var jobs: [JSONValue] = []
        var unsigned = 0
        var waiters: [Signpost] = []
    }

    private let state = Lock(State())
    private let port = Lock(0)

    var url: String { "http://127.0.0.1:\(port.withLock { $0 })" }
    var received: Int { state.withLock { $0.jobs.count } }
    /// Requests with a wrong signature.
    var unsigned: Int { state.withLock { $0.unsigned } }

    static func with(_ body: (JobService) async throws -> Void) async throws {
        let loop = try EventLoop(named: "service")
        let service = JobService()
        let listener = HTTPListener(
            name: "service", at: .host("127.0.0.1", port: 0), on: loop, metrics: Metrics(), log: .silent
        ) { service.take($0) }
        let port = try await listener.open()
        service.port.withLock { $0 = port }
        try await attempt {
            try await body(service)
        } finally: {
            await listener.quiesce(by: .now)
            loop.stop()
        }
    }

    /// Waits until there are so many requests, and hands out their bodies.
    func jobs(_ count: Int) async -> [JSONValue] {
        while !Task.isCancelled {
            let next = Signpost()
            let jobs = state.withLock { state in
                if state.jobs.count < count { state.waiters.append(next) }
                return state.jobs
            }
            if jobs.count >= count { return jobs }
            await next.wait()
        }
        return []
    }

    private func take(_ request: HTTPRequest) -> HTTPResponse {
        guard request.method == .post, let job = try? JSONValue(parsing: request.body) else {
            return HTTPResponse(.noContent)
        }
        let isSigned = signature(of: request) == request.headers["webhook-signature"]
        let waiters = state.withLock { state in
            state.jobs.append(job)
            if !isSigned { state.unsigned += 1 }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.reach() }
        return .json(.accepted, Array(#"{"run_id":"r9"}"#.utf8))
    }

    private func signature(of request: HTTPRequest) -> String {
        let (id, time) = (request.headers["webhook-id"] ?? "", request.headers["webhook-timestamp"] ?? "")
        let message = Array("\(id).\(time).".utf8) + request.body
        return "v1," + Base64.encode(hmacSHA256(message, key: SecretBytes("very-secret".utf8)))
    }
}
