import HTTP
import HTTPClient
import HTTPServer
import Lifecycle
import Observability
import System
import WeCom

/// Runs `body` with a client of a server on loopback, which gives out tokens and answers all else with `handler`.
func withLoopbackWeCom(
    answering handler: @escaping HTTPHandler,
    _ body: (WeComClient, LoopbackWeCom) async throws -> Void
) async throws {
    let loop = try EventLoop(named: "test wecom")
    let sink = LogSink(format: .text) { _ in }
    let server = LoopbackWeCom(handler)
    var limits = HTTPLimits()
    limits.bodySize = 32 << 20
    (limits.answerTime, limits.writeTime, limits.bodyTime) = (.seconds(60), .seconds(60), .seconds(60))
    let listener = HTTPListener(
        name: "test", at: .host("127.0.0.1", port: 0), limits: limits, on: loop, metrics: Metrics(),
        log: Logger(to: sink)
    ) { await server.answer($0) }
    let port = try await listener.open()
    let transport = CurlTransport()
    let credentials = AppCredentials(
        corpID: CorpID("ww1"), agentID: AgentID(1_000_002), secret: Secret("secret"),
        apiBaseURL: "http://127.0.0.1:\(port)")
    let result = await outcome { try await body(WeComClient(credentials, transport: transport), server) }
    await transport.close()
    await listener.quiesce(by: .now)
    loop.stop()
    sink.close()
    try result.get()
}

/// The requests that the server of such a test saw.
final class LoopbackWeCom: Sendable {
    private let handler: HTTPHandler
    private let seen = Lock<(tokens: Int, requests: [HTTPRequest])>((0, []))

    init(_ handler: @escaping HTTPHandler) { self.handler = handler }

    /// All but those for tokens.
    var requests: [HTTPRequest] { seen.withLock { $0.requests } }
    var tokensGiven: Int { seen.withLock { $0.tokens } }

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        guard request.path.hasSuffix("/gettoken") else {
            seen.withLock { $0.requests.append(request) }
            return await handler(request)
        }
        let number = seen.withLock { seen in
            seen.tokens += 1
            return seen.tokens
        }
        return json(#"{"errcode":0,"access_token":"token-\#(number)","expires_in":7200}"#)
    }
}

private func outcome(_ body: () async throws -> Void) async -> Result<Void, any Error> {
    do {
        return .success(try await body())
    } catch {
        return .failure(error)
    }
}

/// The error of a call that is meant to fail.
func failure<Value>(of call: () async throws(WeComError) -> Value) async -> WeComError? {
    do throws(WeComError) {
        _ = try await call()
        return nil
    } catch {
        return error
    }
}
