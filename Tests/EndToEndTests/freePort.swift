import HTTP
import HTTPServer
import Observability
import RouterTesting
import System

/// A port of 127.0.0.1 at which nobody listens, nor will: it lies below those that the kernel gives out, and is drawn.
func freePort() async throws -> Int {
    let loop = try EventLoop(named: "port")
    defer { loop.stop() }
    while true {
        let port = Int.random(in: 20_000..<32_000)
        let listener = HTTPListener(
            name: "port", at: .host("127.0.0.1", port: port), on: loop, metrics: Metrics(), log: .silent
        ) { _ in HTTPResponse(.ok) }
        if (try? await listener.open()) != nil {
            await listener.quiesce(by: .now)
            return port
        }
    }
}
