import HTTP
import JSON
import Lanes
import Router
import System
import Text

/// One request to `/v1` and what is done about it, by the apps in force when it came and by one moment.
struct ControlExchange: Sendable {
    let request: HTTPRequest
    let store: any ControlStore
    let serving: Serving
    let blobs: BlobFolder
    let now: Timestamp
    /// The bots that run here; nil where no server does.
    let live: LiveBots?
    /// The turns that run here; nil where no server does.
    let turns: RunningTurns?
    /// The callbacks that were refused here; nil where no server runs.
    let refused: RefusedCallbacks?
    let reload: (@Sendable () async throws -> ReloadReport)?
    /// There may be something to do for workers and couriers.
    let wake: @Sendable () -> Void

    var directory: AppDirectory { serving.directory }

    func answer() async throws -> HTTPResponse {
        let path = request.path.pieces { $0 == UInt8(ascii: "/") }.dropFirst()
        guard path.first == "v1" else { throw ControlRefusal.unknown("path \(request.path)") }
        switch (path.dropFirst().first, Array(path.dropFirst(2))) {
        case ("apps", let rest): return .json(.ok, try apps(rest).bytes)
        case ("bots", let rest): return .json(.ok, try await bots(rest).bytes)
        case ("jobs", let rest): return .json(.ok, try await jobs(rest).bytes)
        case ("turns", []): return .json(.ok, try runningTurns().bytes)
        case ("stats", []): return .json(.ok, try await statistics().bytes)
        case ("nodes", []): return .json(.ok, try await nodes().bytes)
        case ("refused", []): return .json(.ok, try refusals().bytes)
        case ("deliveries", let rest): return .json(.ok, try await deliveries(rest).bytes)
        case ("sessions", let rest): return .json(.ok, try await sessions(rest).bytes)
        case ("messages", let rest):
            return try await MessageRoutes(
                store: store, directory: directory, blobs: blobs, now: now, isServed: live != nil, wake: wake
            ).answer(request, at: rest)
        case ("reload", []):
            try request.expect(.post)
            guard let reload else {
                throw ControlRefusal.notNow("no server runs here: what is in the configuration holds from its start on")
            }
            return .json(.ok, try await reload().json.bytes)
        default: throw ControlRefusal.unknown("path \(request.path)")
        }
    }
}

/// The parts of the store that `/v1` needs.
typealias ControlStore = Ledger & JobControl & OutgoingMessageStore & SessionStore & BotStore & NodeStore
