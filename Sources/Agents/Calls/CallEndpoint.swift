package import HTTP
import JSON
package import Observability
package import Router
import System
import Text

/// Answers agents that are elsewhere: they tell events of their job, ask how it stands, and fetch what was sent along.
///
/// Whoever proves no token of the job learns nothing about it but that.
package struct CallEndpoint: Sendable {
    private let store: any CallStore & QuestionStore
    private let attachments: AttachmentFolder
    private let turns: RunningTurns
    private let metrics: CallMetrics

    package init(
        store: any CallStore & QuestionStore, attachments: AttachmentFolder, turns: RunningTurns, metrics: CallMetrics
    ) {
        self.store = store
        self.attachments = attachments
        self.turns = turns
        self.metrics = metrics
    }

    /// Answers a request whose path begins with `ReturnAddress.root`.
    package func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let path = (request.path.after(ReturnAddress.root) ?? "").pieces(keepingEmpty: false) {
            $0 == UInt8(ascii: "/")
        }.map(String.init)
        do {
            switch (path.first, path.count) {
            case ("jobs", 3) where path[2] == "events":
                guard let job = JobID(path[1]) else { return refusal(of: .unknown) }
                return try await events(of: job, request)
            case ("files", 4):
                guard let job = JobID(path[1]), let number = Int(path[2]) else { return refusal(of: .unknown) }
                return try await file(number, of: job, request)
            default: return complaint(.notFound, "there is nothing here")
            }
        } catch {
            metrics.count("failed")
            return complaint(.serviceUnavailable, "try again")
        }
    }

    // MARK: Events

    private func events(of job: JobID, _ request: HTTPRequest) async throws -> HTTPResponse {
        guard let token = request.bearer else { return refusal(of: .wrongToken) }
        switch request.method {
        case .post: return try await take(request.body, about: job, token)
        case .get: return try await tell(of: job, token)
        default: return HTTPResponse(.methodNotAllowed, headers: ["Allow": "GET, POST"])
        }
    }

    private func take(_ body: [UInt8], about job: JobID, _ token: CallToken) async throws -> HTTPResponse {
        guard let json = try? JSONValue(parsing: body, limits: .call), let seq = json["seq"]?.integer, seq > 0,
            json["type"]?.shortString != nil
        else { return complaint(.badRequest, "the body must be JSON with seq, from 1 on, and type") }
        let receipt = try await store.take(AgentCall(seq: seq, body: json), about: job, proving: token.digest)
        guard receipt == .taken || receipt == .stopping else { return refusal(of: receipt) }
        metrics.count("taken")
        turns.noteCall(about: job)
        return .json(.ok, Array("{}".utf8))
    }

    private func tell(of job: JobID, _ token: CallToken) async throws -> HTTPResponse {
        let receipt = try await store.standing(of: job, proving: token.digest, for: .events)
        let state: String
        switch receipt {
        case .taken: state = "running"
        case .stopping: state = "cancelling"
        case .over: state = "done"
        case .unknown, .wrongToken, .tooMany: return refusal(of: receipt)
        }
        let answers = try await store.answers(to: job).map { answer -> JSONValue in
            [
                "id": .string(answer.key), "option": answer.options?.first.map(JSONValue.string) ?? .null,
                "options": .array((answer.options ?? []).map(JSONValue.string)),
            ]
        }
        let body: JSONValue = ["state": .string(state), "answers": .array(answers)]
        return .json(.ok, body.bytes)
    }

    private func refusal(of receipt: CallReceipt) -> HTTPResponse {
        metrics.count("refused")
        switch receipt {
        case .over: return complaint(.gone, "the job is over: stop working on it")
        case .wrongToken:
            var response = complaint(.unauthorized, "send Authorization: Bearer and the job's callback_token")
            response.headers["WWW-Authenticate"] = "Bearer"
            return response
        case .tooMany: return complaint(.tooManyRequests, "more than may be told about one job")
        case .unknown, .taken, .stopping: return complaint(.notFound, "there is no such job")
        }
    }

    // MARK: Files

    private func file(_ number: Int, of job: JobID, _ request: HTTPRequest) async throws -> HTTPResponse {
        guard request.method == .get || request.method == .head else {
            return HTTPResponse(.methodNotAllowed, headers: ["Allow": "GET, HEAD"])
        }
        guard let key = request.query["key"] else { return refusal(of: .wrongToken) }
        let receipt = try await store.standing(of: job, proving: CallToken(key).digest, for: .files)
        guard receipt == .taken || receipt == .stopping else { return refusal(of: receipt) }
        guard let file = try await attachments.file(number, of: job) else { return refusal(of: .unknown) }
        metrics.count("fetched")
        return try await response(with: file.path, as: file.contentType)
    }

    private func response(with path: String, as contentType: String) async throws -> HTTPResponse {
        let file = try await BlockingThreads.disk.run { () throws(FileError) in try ReadableFile(path) }
        return HTTPResponse(
            .ok,
            headers: [
                "Content-Type": contentType, "Content-Disposition": "attachment",
                "X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store",
            ],
            body: .streamed { writer in
                var offset = 0
                while offset < file.size {
                    let start = offset
                    let bytes = try await BlockingThreads.disk.run { () throws(FileError) in
                        try file.bytes(at: start, atMost: 64 << 10)
                    }
                    guard !bytes.isEmpty else { return }
                    try await writer.write(bytes)
                    offset += bytes.count
                }
            })
    }

    private func complaint(_ status: HTTPStatus, _ text: String) -> HTTPResponse {
        let body: JSONValue = ["error": .string(text)]
        return .json(status, body.bytes)
    }
}

extension JSONLimits {
    /// One of the 10,000 about a job, read before anything is proved.
    fileprivate static let call = JSONLimits(base: 64 << 10, perByte: 4, most: 2 << 20)
}

extension HTTPRequest {
    /// The token that the request bears.
    fileprivate var bearer: CallToken? {
        guard let (scheme, token) = headers["Authorization"]?.cut(around: " "),
            String(scheme).lowercasedASCII.isSame(as: "bearer")
        else { return nil }
        return CallToken(String(token))
    }
}

/// The metrics of calls.
package struct CallMetrics: Sendable {
    private let calls: CounterFamily<String>

    package init(_ metrics: Metrics) {
        calls = CounterFamily(
            metrics, "agent_calls_total", "Calls of agents by what came of them", by: "outcome",
            values: ["taken", "fetched", "refused", "failed"])
    }

    func count(_ outcome: String) { calls.increment(outcome) }
}
