import Text
import HTTP
import JSON
import Router
import System
import WeCom

/// Path → handler of `/v1`: what the command line asks of a running server over its control socket, and of a file that
/// nobody serves; what programs ask of the management listener.
struct ControlRoutes: Sendable {
    private let store: any Ledger & JobControl & Postbox & SessionStore
    private let messages: MessageRoutes
    private let directory: AppDirectory
    /// There may be something to do for workers and couriers.
    private let wake: @Sendable () -> Void

    init(
        store: any Ledger & JobControl & Postbox & SessionStore, directory: AppDirectory, blobs: BlobFolder,
        wake: @escaping @Sendable () -> Void
    ) {
        self.store = store
        messages = MessageRoutes(store: store, directory: directory, blobs: blobs, wake: wake)
        self.directory = directory
        self.wake = wake
    }

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        do {
            return try await route(request)
        } catch let refusal as ControlRefusal {
            if case .unknown = refusal { return complaint(.notFound, refusal.description) }
            return complaint(.conflict, refusal.description)
        } catch let error as BadQuery {
            return complaint(.badRequest, error.description)
        } catch let fault as MessageFault {
            return complaint(.badRequest, fault.description, field: fault.field)
        } catch let taken as KeyIsTaken {
            return complaint(.conflict, taken.description)
        } catch let wrong as WrongContentType {
            return complaint(.unsupportedMediaType, wrong.description)
        } catch let wrong as WrongMethod {
            var response = complaint(.methodNotAllowed, "only \(wrong.allowed) is possible here")
            response.headers["Allow"] = wrong.allowed
            return response
        } catch {
            return complaint(.serviceUnavailable, "\(error)")
        }
    }

    private func route(_ request: HTTPRequest) async throws -> HTTPResponse {
        let path = request.path.pieces { $0 == UInt8(ascii: "/") }.dropFirst()
        guard path.first == "v1" else { throw ControlRefusal.unknown("path \(request.path)") }
        switch (path.dropFirst().first, Array(path.dropFirst(2))) {
        case ("jobs", let rest): return .json(.ok, try await jobs(rest, request).bytes)
        case ("deliveries", let rest): return .json(.ok, try await deliveries(rest, request).bytes)
        case ("sessions", let rest): return .json(.ok, try await sessions(rest, request).bytes)
        case ("messages", let rest): return try await messages.answer(request, at: rest)
        default: throw ControlRefusal.unknown("path \(request.path)")
        }
    }

    // MARK: /v1/jobs

    private func jobs(_ rest: [Substring], _ request: HTTPRequest) async throws -> JSONValue {
        switch (rest.count, rest.last) {
        case (0, _):
            try request.expect(.get)
            return try await listJobs(request.query)
        case (1, let id?):
            try request.expect(.get)
            let job = try job(id)
            guard let details = try await store.job(job) else { throw ControlRefusal.unknown("job \(job)") }
            return details.json(naming: directory, at: .now)
        case (2, "cancel"):
            try request.expect(.post)
            let job = try job(rest[0])
            let result = try await store.cancel(
                job, why: try reason(in: request), notice: try await texts(of: job).cancelled, at: .now)
            wake()
            return ["job": .string(job.description), "result": .string(result.rawValue)]
        case (2, "retry"):
            try request.expect(.post)
            let retry = try await store.retry(try job(rest[0]), at: .now)
            wake()
            return ["job": .string(retry.description), "replay_of": .string(try job(rest[0]).description)]
        default: throw ControlRefusal.unknown("path \(request.path)")
        }
    }

    /// What is said to the people of a job's app.
    private func texts(of job: JobID) async throws -> ChatTexts {
        let app = try await store.job(job)?.summary.endpoint
        return app.flatMap { directory[$0] }?.texts ?? .chinese
    }

    private func listJobs(_ query: Query) async throws -> JSONValue {
        let state = try query.read("state", "one of \(JobState.allCases.map(\.rawValue).joined(separator: ", "))") {
            JobState(rawValue: $0)
        }
        var filter = try LedgerFilter(query, directory, at: .now)
        filter.before = try query.read("before", "a job, as in j-…") { JobID($0)?.number }
        let page = try await store.jobs(in: state, matching: filter)
        return [
            "jobs": .array(page.items.map { .object($0.members(naming: directory, at: .now)) }),
            "next": page.next.map { .string(JobID($0).description) } ?? .null,
        ]
    }

    /// What stands in the time line, and as the job's reason.
    private func reason(in request: HTTPRequest) throws -> String {
        guard !request.body.isEmpty else { return "cancelled by the operator" }
        let body = try request.jsonBody()
        guard let why = body["why"]?.string, why.utf8.count <= 2000, why.count <= 500 else {
            throw BadQuery("the body must be {\"why\": \"…\"}, of at most 500 characters")
        }
        return "cancelled by the operator: \(why)"
    }

    private func job(_ text: Substring) throws -> JobID {
        guard let job = JobID(text) else { throw ControlRefusal.unknown("job \(shown(String(text)))") }
        return job
    }

    // MARK: /v1/deliveries

    private func deliveries(_ rest: [Substring], _ request: HTTPRequest) async throws -> JSONValue {
        switch (rest.count, rest.last) {
        case (0, _):
            try request.expect(.get)
            return try await listDeliveries(request.query)
        case (2, "retry"):
            try request.expect(.post)
            guard let delivery = DeliveryID(rest[0]) else {
                throw ControlRefusal.unknown("delivery \(shown(String(rest[0])))")
            }
            let replays = try await store.replay(delivery, at: .now)
            wake()
            return [
                "deliveries": .array(replays.map { .string($0.description) }),
                "replay_of": .string(delivery.description),
            ]
        default: throw ControlRefusal.unknown("path \(request.path)")
        }
    }

    private func listDeliveries(_ query: Query) async throws -> JSONValue {
        let states = DeliveryState.allCases.map(\.rawValue) + ["dead", "all"]
        let selection = try query.read("state", "one of \(states.joined(separator: ", "))") { DeliverySelection($0) }
        var filter = try LedgerFilter(query, directory, at: .now)
        filter.before = try query.read("before", "a delivery, as in d-…") { DeliveryID($0)?.number }
        let page = try await store.deliveries(in: selection ?? .dead, matching: filter)
        return [
            "deliveries": .array(page.items.map { $0.json(naming: directory, at: .now) }),
            "next": page.next.map { .string(DeliveryID($0).description) } ?? .null,
        ]
    }

    // MARK: /v1/sessions

    private func sessions(_ rest: [Substring], _ request: HTTPRequest) async throws -> JSONValue {
        switch rest {
        case []:
            try request.expect(.get)
            var filter = try LedgerFilter(request.query, directory, at: .now)
            filter.before = try request.query.read("before", "what a page before gave as next") { Int64($0) }
            let page = try await store.sessions(matching: filter)
            return [
                "sessions": .array(page.items.map { $0.json(naming: directory, at: .now) }),
                "next": page.next.map { .string(String($0)) } ?? .null,
            ]
        case ["reset"]:
            try request.expect(.post)
            return try await resetSession(try request.jsonBody())
        default: throw ControlRefusal.unknown("path \(request.path)")
        }
    }

    private func resetSession(_ body: JSONValue) async throws -> JSONValue {
        guard let name = body["app"]?.string, let user = body["user"]?.string, !user.isEmpty else {
            throw BadQuery("the body must be {\"app\": \"…\", \"user\": \"…\"}")
        }
        guard let app = directory[named: name]?.endpoint ?? Endpoint(name) else {
            throw BadQuery("there is no app \(shown(name)) (\(hint(for: name, among: directory.apps.map(\.name))))")
        }
        let conversation = ConversationKey(endpoint: app, user: UserID(user))
        guard try await store.beginEpoch(of: conversation, at: .now) else {
            throw ControlRefusal.unknown("conversation of \(shown(user)) with \(shown(name))")
        }
        return ["app": .string(app.description), "user": .string(app.scoped(UserID(user))), "result": "reset"]
    }

    // MARK: What is wrong with a request

    private func complaint(_ status: HTTPStatus, _ text: String, field: String = "") -> HTTPResponse {
        let field: [JSONValue.Member] = field.isEmpty ? [] : [.init("field", .string(field))]
        return .json(status, JSONValue.object([.init("error", .string(text))] + field).bytes)
    }
}

extension DeliverySelection {
    fileprivate init?(_ text: String) {
        switch text {
        case "all": self = .all
        case "dead": self = .dead
        default:
            guard let state = DeliveryState(rawValue: text) else { return nil }
            self = .one(state)
        }
    }
}
