import HTTPClient
package import HTTPServer
package import Lifecycle
package import Observability
import System

/// The whole router, built and ready to run.
package struct RouterServer: Sendable {
    let services: ServiceGroup
    let loops: [EventLoop]
    let log: Logger
    package let metrics: Metrics
    package let readiness: Readiness
    let agents: AgentWatch
    package let publicListener: HTTPListener
    package let managementListener: HTTPListener
    let programs: SpawnerService
    let store: StoreService
    let transport: CurlTransport

    /// Runs until `stop` is reached, drains, and returns; throws what kept it from starting or brought it down.
    package func run(until stop: Signpost, ready: @escaping @Sendable () -> Void = {}) async throws {
        let draining = Task {
            await stop.wait()
            readiness.drain()
        }
        let looking = Task { await agents.look() }
        let watching = Task { await readiness.watch() }
        defer {
            draining.cancel()
            watching.cancel()
            looking.cancel()
        }
        let result: Result<Void, any Error>
        do {
            try await services.run(until: stop) {
                readiness.hasStarted()
                ready()
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        // What a service holds that was left to itself would have to be waited for.
        if services.unended.isEmpty { await close() }
        try result.get()
    }

    /// Lets go of whatever is open still: of services that have never run, that is all they hold. `run` ends with it; a
    /// server that never runs is to be closed instead, once.
    package func close() async {
        await publicListener.quiesce(by: .now)
        await managementListener.quiesce(by: .now)
        await programs.close()
        await transport.close()
        await store.close()
        for loop in loops { loop.stop() }
    }
}
