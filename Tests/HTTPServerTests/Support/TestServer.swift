import HTTP
import HTTPServer
import Lifecycle
import Observability
import System

/// A listener on a free port of this machine, with a loop of its own, for one test.
final class TestServer: Sendable {
    let listener: HTTPListener
    let port: Int
    private let metrics: Metrics
    private let clients = ClientThread()

    init(_ listener: HTTPListener, _ port: Int, _ metrics: Metrics) {
        self.listener = listener
        self.port = port
        self.metrics = metrics
    }

    /// Connects from 127.0.0.`host`.
    func connect(
        from host: UInt8 = 1, receiveBuffer: Int? = nil, beforeConnecting: @Sendable () -> Void = {}
    ) throws -> RawClient {
        try RawClient(
            port: port, from: host, on: clients, receiveBuffer: receiveBuffer, beforeConnecting: beforeConnecting)
    }

    /// Sends `text` on a connection of its own and reads one answer.
    func ask(_ text: String) async throws -> RawAnswer { try await connect().ask(text) }

    /// The number that the metrics page shows for `series`.
    func count(_ series: String) -> String? {
        metrics.page.split(separator: "\n").first { $0.hasPrefix("wecom_router_http_\(series)") }
            .flatMap { $0.split(separator: " ").last.map(String.init) }
    }
}

/// Runs `body` against a server and takes that down again, whatever happened.
func withServer(
    _ limits: HTTPLimits = limits { _ in },
    budgets: ClientBudgets? = nil,
    answering handler: @escaping HTTPHandler = echo,
    _ body: (TestServer) async throws -> Void
) async throws {
    let loop = try EventLoop(named: "test http")
    let sink = LogSink(format: .text) { _ in }
    let metrics = Metrics()
    let listener = HTTPListener(
        name: "test",
        at: .host("127.0.0.1", port: 0),
        limits: limits,
        budgets: budgets,
        on: loop,
        metrics: metrics,
        log: Logger(to: sink),
        handler: handler
    )
    let server = TestServer(listener, try await listener.open(), metrics)
    try await attempt {
        try await body(server)
    } finally: {
        await listener.quiesce(by: .now)
        loop.stop()
        sink.close()
    }
}

/// Answers with what it was asked: method, target and body.
@Sendable
func echo(_ request: HTTPRequest) async -> HTTPResponse {
    .text(.ok, "\(request.method) \(request.target) \(String(decoding: request.body, as: UTF8.self))")
}

/// Limits with `change` made to them.
/// Limits with deadlines that a busy machine does not meet by itself; a test of one sets its own.
func limits(_ change: (inout HTTPLimits) -> Void) -> HTTPLimits {
    var limits = HTTPLimits()
    let patience = Duration.seconds(120)
    (limits.headTime, limits.bodyTime, limits.idleTime) = (patience, patience, patience)
    (limits.answerTime, limits.writeTime) = (patience, patience)
    change(&limits)
    return limits
}

func get(_ target: String = "/", _ fields: String...) -> String {
    "GET \(target) HTTP/1.1\r\nHost: h\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
}

func post(_ body: String, _ fields: String...) -> String {
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n" + fields.map { $0 + "\r\n" }.joined()
        + "\r\n" + body
}
