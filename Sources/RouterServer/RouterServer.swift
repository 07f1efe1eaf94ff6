package import HTTPServer
package import Lifecycle
package import Observability
import System

/// The whole router, built and ready to run.
package struct RouterServer: Sendable {
    let services: [ServiceGroup.Entry]
    let loop: EventLoop
    let log: Logger
    package let metrics: Metrics
    package let readiness: Readiness
    package let publicListener: HTTPListener
    package let managementListener: HTTPListener

    /// Runs until `stop` is reached, drains, and returns; throws what kept it from starting or brought it down.
    package func run(until stop: Signpost, ready: @escaping @Sendable () -> Void = {}) async throws {
        defer { loop.stop() }
        let draining = Task {
            await stop.wait()
            readiness.drain()
        }
        defer { draining.cancel() }
        try await ServiceGroup(services, log: log).run(until: stop) {
            readiness.hasStarted()
            ready()
        }
    }
}
