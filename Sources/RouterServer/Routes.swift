import Agents
import HTTP
import JSON
import Lanes
import Router
import Text

/// Path → handler of the public listener, the whole table.
struct Routes: Sendable {
    private let path: String
    private let pathOfOneApp: String
    private let callbacks: CallbackEndpoint
    private let botPath: String
    private let bots: BotCallbackEndpoint
    private let calls: CallEndpoint
    /// Says whether there are agents that call.
    private let current: Serving.Current
    private let readiness: Readiness
    private let refused: RefusedCallbacks

    /// `refused` hears of callbacks that come by a path which is none of these.
    init(
        path: String, callbacks: CallbackEndpoint, botPath: String, bots: BotCallbackEndpoint, calls: CallEndpoint,
        current: Serving.Current, readiness: Readiness, refused: RefusedCallbacks
    ) {
        self.path = path
        pathOfOneApp = path.ends(with: "/") ? path : path + "/"
        self.callbacks = callbacks
        self.botPath = botPath
        self.bots = bots
        self.calls = calls
        self.current = current
        self.readiness = readiness
        self.refused = refused
    }

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let path = request.path
        switch path {
        case _ where path == self.path: return await callbacks.answer(request)
        case _ where path == botPath: return await bots.answer(request)
        case "/health": return whenReading(request) { .json(.ok, Array(#"{"status":"ok"}"#.utf8)) }
        case "/ready": return whenReading(request) { readinessWithoutReasons }
        case _ where path.begins(with: pathOfOneApp):
            guard let name = path.after(pathOfOneApp), !name.has("/") else { return nowhere(request) }
            return await callbacks.answer(request, app: String(name))
        case _ where path.begins(with: botPath + "/"):
            guard let name = path.after(botPath + "/"), !name.has("/") else { return nowhere(request) }
            return await bots.answer(request, bot: String(name))
        case _ where path.begins(with: ReturnAddress.root + "/"):
            guard current.serving.isCalled else { return .text(.notFound, "not found\n") }
            return await calls.answer(request)
        default: return nowhere(request)
        }
    }

    private func nowhere(_ request: HTTPRequest) -> HTTPResponse {
        if request.looksLikeCallback {
            refused.note(.unknownApp, of: request, at: String(request.path), door: .app)
        }
        return .text(.notFound, "not found\n")
    }

    private var readinessWithoutReasons: HTTPResponse {
        readiness.reasons.isEmpty
            ? .json(.ok, Array(#"{"status":"ready"}"#.utf8))
            : .json(.serviceUnavailable, Array(#"{"status":"not ready"}"#.utf8))
    }
}

/// Answers GET and HEAD, and tells others what would be right.
func whenReading(_ request: HTTPRequest, _ answer: () -> HTTPResponse) -> HTTPResponse {
    guard request.method == .get || request.method == .head else {
        return HTTPResponse(.methodNotAllowed, headers: ["Allow": "GET, HEAD"])
    }
    return answer()
}
