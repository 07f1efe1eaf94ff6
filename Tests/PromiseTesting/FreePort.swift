import HTTP
import HTTPServer
package import Observability
package import System

/// Finds a port that the system does not give to connections: while a server is down nobody else may take it.
package func freePort(
    on loop: EventLoop, _ log: Logger, using random: inout some RandomNumberGenerator
) async throws -> Int {
    var failure: (any Error)?
    for _ in 0..<20 {
        let listener = HTTPListener(
            name: "port", at: .host("127.0.0.1", port: Int.random(in: 20_000..<32_000, using: &random)),
            limits: HTTPLimits(), on: loop, metrics: Metrics(), log: log
        ) { _ in HTTPResponse(.ok) }
        do {
            let port = try await listener.open()
            await listener.quiesce(by: .now)
            return port
        } catch {
            failure = error
        }
    }
    throw failure ?? CancellationError()
}
