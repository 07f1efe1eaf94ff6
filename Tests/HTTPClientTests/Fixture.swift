import HTTP
import HTTPClient
import Lifecycle
import Testing

/// Runs `body` with a transport of its own, closed afterwards.
func withTransport<Result>(
    limits: CurlTransport.Limits = CurlTransport.Limits(),
    authorities: String? = nil,
    resolving: [String] = [],
    _ body: (CurlTransport) async throws -> Result
) async throws -> Result {
    let transport = CurlTransport(limits: limits, authorities: authorities, resolving: resolving)
    return try await attempt {
        try await body(transport)
    } finally: {
        await transport.close()
    }
}

/// Runs `body` with a transport for one request at a time, while that runs and is not answered. No other may reach the server.
func withOnePlaceTaken(
    waiting: Int = CurlTransport.Limits().waiting, _ body: (CurlTransport, ScriptedServer) async throws -> Void
) async throws {
    var limits = CurlTransport.Limits()
    limits.concurrent = 1
    limits.waiting = waiting
    let isRunning = Event<Void>()
    try await ScriptedServer.run { connection in
        _ = connection.readRequest()
        isRunning.happen()
        _ = connection.readToEnd()
    } _: { server in
        try await withTransport(limits: limits) { transport in
            let first = Task { await transport.failure(of: HTTPRequest(.post, server.url)) }
            await isRunning.value
            try await body(transport, server)
            first.cancel()
            #expect(await first.value == .cancelled)
        }
        #expect(server.accepted == 1)
    }
}

extension CurlTransport {
    func send(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPResponse {
        try await send(request, HTTPRequestOptions())
    }

    /// The error of a request that is meant to fail.
    func failure(
        of request: HTTPRequest,
        _ options: HTTPRequestOptions = HTTPRequestOptions(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async -> HTTPTransportError? {
        do {
            let response = try await send(request, options)
            Issue.record("answered with \(response.status)", sourceLocation: sourceLocation)
            return nil
        } catch {
            return error
        }
    }
}

extension HTTPRequestOptions {
    init(_ change: (inout HTTPRequestOptions) -> Void) {
        self.init()
        change(&self)
    }
}

extension HTTPResponse {
    var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension HTTPBodyReader {
    /// Reads to the end.
    func text() async throws -> String {
        var all: [UInt8] = []
        while let piece = try await next() { all += piece }
        return String(decoding: all, as: UTF8.self)
    }
}

extension HTTPTransportError? {
    var isNotSent: Bool { if case .notSent = self { true } else { false } }
    var isUnanswered: Bool { if case .unanswered = self { true } else { false } }
}

/// Answers every request on every connection.
let friendly: ScriptedServer.Script = { connection in
    while connection.readRequest() != nil { connection.answer(body: "hello") }
}
