import HTTP
import HTTPServer
import Lifecycle
import Observability
import Simulator
import System
import WeCom

/// Hears the callbacks of a world's first app: it opens each and says 200, or what it is told to.
final class Ear: Sendable {
    private let heard = Lock<[InboundMessage]>([])
    private let stamps = Lock<[String]>([])
    private let app: FakeApp
    private let saying: @Sendable (InboundMessage) -> HTTPResponse

    var messages: [InboundMessage] { heard.withLock { $0 } }

    /// The timestamps in the queries.
    var timestamps: [String] { stamps.withLock { $0 } }

    private init(_ app: FakeApp, saying: @escaping @Sendable (InboundMessage) -> HTTPResponse) {
        self.app = app
        self.saying = saying
    }

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        do {
            let callback = try Callback(query: request.query, envelope: try Envelope(body: request.body))
            let opened = try app.keys.verified(callback)?.open(with: app.keys, receiver: app.corpID.text)
            let message = try InboundMessage(xml: opened ?? [])
            heard.withLock { $0.append(message) }
            stamps.withLock { $0.append(callback.timestamp) }
            return saying(message)
        } catch {
            return HTTPResponse(.forbidden)
        }
    }

    /// Listens while `body` runs.
    static func listening(
        to world: World, saying: @escaping @Sendable (InboundMessage) -> HTTPResponse = { _ in HTTPResponse(.ok) },
        _ body: (Ear) async throws -> Void
    ) async throws {
        let ear = Ear(world.apps[0], saying: saying)
        let loop = try EventLoop(named: "ear")
        let listener = HTTPListener(
            name: "ear", at: .host("127.0.0.1", port: 0), on: loop, metrics: Metrics(),
            log: Logger(to: LogSink(format: .text) { _ in }, level: .error)
        ) { ear.answer($0) }
        let port = try await listener.open()
        world.wecom.setCallbackURL("http://127.0.0.1:\(port)/cb", of: world.apps[0])
        try await attempt {
            try await body(ear)
        } finally: {
            await listener.quiesce(by: .now)
            loop.stop()
        }
    }
}
