import HTTP
import JSON
import Lanes
import Router
import System
import WeCom

/// Path → handler of `/v1`: what the command line asks of a running server over its control socket, and of a file that
/// nobody serves; what programs ask of the management listener.
struct ControlRoutes: Sendable {
    private let store: any ControlStore
    private let current: Serving.Current
    private let blobs: BlobFolder
    private let now: @Sendable () -> Timestamp
    private let live: LiveBots?
    private let turns: RunningTurns?
    private let refused: RefusedCallbacks?
    private let reload: (@Sendable () async throws -> ReloadReport)?
    private let wake: @Sendable () -> Void

    /// `now` is the clock that leases, due times and identifiers go by: what is written here is compared with those. `wake`
    /// tells workers and couriers that there may be something to do. `live`, `turns`, `refused` and `reload` are nil where there is no
    /// server.
    init(
        store: any ControlStore, current: Serving.Current, blobs: BlobFolder,
        now: @escaping @Sendable () -> Timestamp = { .steady }, live: LiveBots? = nil, turns: RunningTurns? = nil,
        refused: RefusedCallbacks? = nil, reload: (@Sendable () async throws -> ReloadReport)? = nil,
        wake: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.current = current
        self.blobs = blobs
        self.now = now
        self.live = live
        self.turns = turns
        self.refused = refused
        self.reload = reload
        self.wake = wake
    }

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let exchange = ControlExchange(
            request: request, store: store, serving: current.serving, blobs: blobs, now: now(), live: live,
            turns: turns, refused: refused, reload: reload, wake: wake)
        do {
            return try await exchange.answer()
        } catch let refusal as ControlRefusal {
            if case .unknown = refusal { return complaint(.notFound, refusal.description) }
            return complaint(.conflict, refusal.description)
        } catch let error as ConfigurationError {
            return complaint(about: error)
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

    private func complaint(about error: ConfigurationError) -> HTTPResponse {
        let body: JSONValue = [
            "error": "the configuration is not reloaded; what is served stays as it was",
            "faults": .array(error.lines.map(JSONValue.string)),
        ]
        return .json(.unprocessableContent, body.bytes)
    }

    private func complaint(_ status: HTTPStatus, _ text: String, field: String = "") -> HTTPResponse {
        let field: [JSONValue.Member] = field.isEmpty ? [] : [.init("field", .string(field))]
        return .json(status, JSONValue.object([.init("error", .string(text))] + field).bytes)
    }
}
