import HTTP
import HTTPClient
import HTTPServer
import Lifecycle
import Observability
import System

/// An agent's server of one test's own, with what has reached it, and a transport to reach it by.
final class ServerWorld: Sendable {
    let url: String
    let transport: CurlTransport
    private let received: Received

    private init(_ port: Int, _ received: Received) {
        url = "http://127.0.0.1:\(port)"
        transport = CurlTransport()
        self.received = received
    }

    /// Every request so far, in order.
    var requests: [HTTPRequest] { received.requests.withLock { $0 } }

    /// Runs `body` against a server that answers by `handler`, and takes both down again.
    static func with(
        answering handler: @escaping HTTPHandler, _ body: (ServerWorld) async throws -> Void
    ) async throws {
        let loop = try EventLoop(named: "agent's server")
        defer { loop.stop() }
        let sink = LogSink(format: .text) { _ in }
        defer { sink.close() }
        let received = Received()
        let listener = HTTPListener(
            name: "agent", at: .host("127.0.0.1", port: 0), limits: patient, on: loop, metrics: Metrics(),
            log: Logger(to: sink)
        ) { request in
            received.requests.withLock { $0.append(request) }
            return await handler(request)
        }
        let world = ServerWorld(try await listener.open(), received)
        try await attempt {
            try await body(world)
        } finally: {
            await world.close(listener)
        }
    }

    private func close(_ listener: HTTPListener) async {
        await transport.close()
        await listener.quiesce(by: .now)
    }

    private static let patient: HTTPLimits = {
        var limits = HTTPLimits()
        let patience = Duration.seconds(120)
        (limits.headTime, limits.bodyTime, limits.idleTime) = (patience, patience, patience)
        (limits.answerTime, limits.writeTime) = (patience, patience)
        limits.bodySize = 64 << 20
        return limits
    }()

    private final class Received: Sendable {
        let requests = Lock<[HTTPRequest]>([])
    }
}

extension HTTPResponse {
    /// An event stream that says `text`, in pieces of so many bytes.
    static func events(
        _ text: String, status: HTTPStatus = .ok, by size: Int = .max, headers: HTTPHeaders = [:]
    ) -> HTTPResponse {
        var headers = headers
        headers["Content-Type"] = "text/event-stream; charset=utf-8"
        return HTTPResponse(
            status, headers: headers,
            body: .streamed { writer in
                var rest = Array(text.utf8)[...]
                while !rest.isEmpty {
                    try await writer.write(Array(rest.prefix(size)))
                    rest = rest.dropFirst(size)
                }
            })
    }
}

/// Answers every request with the same bytes in the same pieces, without any network.
struct ScriptedTransport: HTTPTransport {
    let headers: HTTPHeaders
    let pieces: [[UInt8]]

    func send(_ request: HTTPRequest, _ options: HTTPRequestOptions) async throws(HTTPTransportError) -> HTTPResponse {
        HTTPResponse(.ok, headers: headers, body: .whole(pieces.flatMap { $0 }))
    }

    func stream(
        _ request: HTTPRequest, _ options: HTTPRequestOptions
    ) async throws(HTTPTransportError) -> HTTPStreamedResponse {
        HTTPStreamedResponse(status: .ok, headers: headers, body: Reader(pieces))
    }

    private final class Reader: HTTPBodyReader {
        private let pieces: Lock<ArraySlice<[UInt8]>>
        init(_ pieces: [[UInt8]]) { self.pieces = Lock(pieces[...]) }
        func next() async throws(HTTPTransportError) -> [UInt8]? { pieces.withLock { $0.popFirst() } }
    }
}
