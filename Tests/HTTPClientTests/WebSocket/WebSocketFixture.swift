import Crypto
import HTTP
import HTTPClient
import HTTPServer
import Lifecycle
import Observability
import System
import Testing

/// Runs `body` with WebSockets of its own on a loop of its own, closed afterwards.
func withWebSockets<Result>(
    limits: CurlWebSockets.Limits = CurlWebSockets.Limits(), authorities: String? = nil, resolving: [String] = [],
    _ body: (CurlWebSockets) async throws -> Result
) async throws -> Result {
    let loop = try EventLoop(named: "test sockets")
    let transport = CurlWebSockets(on: loop, limits: limits, authorities: authorities, resolving: resolving)
    return try await attempt {
        try await body(transport)
    } finally: {
        await transport.close()
        loop.stop()
    }
}

/// Runs `body` beside a listener of ours that opens WebSockets, and takes that down again.
func withWebSocketServer<Result>(
    _ limits: WebSocketLimits = WebSocketLimits(), http: HTTPLimits = HTTPLimits(),
    serving run: @escaping @Sendable (any WebSocket) async -> Void,
    _ body: (Int, HTTPListener) async throws -> Result
) async throws -> Result {
    let loop = try EventLoop(named: "test server")
    let sink = LogSink(format: .text) { _ in }
    let listener = HTTPListener(
        name: "test", at: .host("127.0.0.1", port: 0), limits: http, on: loop, metrics: Metrics(), log: Logger(to: sink)
    ) { request in
        request.path == "/refused" ? .text(.forbidden, "no") : .webSocket(answering: request, limits: limits, run)
    }
    let port = try await listener.open()
    return try await attempt {
        try await body(port, listener)
    } finally: {
        await listener.quiesce(by: .now)
        loop.stop()
        sink.close()
    }
}

/// Sends back whatever comes.
@Sendable func echo(_ socket: any WebSocket) async {
    do {
        while true { try await socket.send(try await socket.receive()) }
    } catch {}
}

extension WebSocketTransport {
    func connect(
        _ address: String, _ change: (inout WebSocketOptions) -> Void = { _ in }
    ) async throws(WebSocketError) -> any WebSocket {
        var options = WebSocketOptions()
        // A time limit that a busy machine does not meet by itself; a test of one sets its own.
        options.connectTimeout = .seconds(50)
        change(&options)
        return try await connect(address, options)
    }

    /// The error of a connect that is meant to fail.
    func failure(
        of address: String, sourceLocation: SourceLocation = #_sourceLocation,
        _ change: (inout WebSocketOptions) -> Void = { _ in }
    ) async -> WebSocketError? {
        do throws(WebSocketError) {
            _ = try await connect(address, change)
            Issue.record("connected", sourceLocation: sourceLocation)
            return nil
        } catch {
            return error
        }
    }
}

extension WebSocket {
    func send(_ text: String) async throws(WebSocketError) { try await send(.text(text)) }

    /// The error that ends what is received; messages before it are left out.
    func ending() async -> WebSocketError {
        while true {
            do throws(WebSocketError) { _ = try await receive() } catch { return error }
        }
    }
}

extension ScriptedConnection {
    /// Shakes hands as a server does that knows how; the request comes back.
    @discardableResult
    func acceptWebSocket(behind more: [UInt8] = []) -> String? {
        guard let request = readRequest() else { return nil }
        let key = request.split(separator: "\r\n").first { $0.hasPrefix("Sec-WebSocket-Key: ") }?.dropFirst(19) ?? ""
        let head = [
            "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Accept: \(Base64.encode(sha1(Array((WebSocketKey(String(key))?.challenge ?? "").utf8))))",
        ]
        write(Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + more)
        return request
    }
}
