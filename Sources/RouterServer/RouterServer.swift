import HTTPClient
package import HTTPServer
package import Lifecycle
package import Observability
package import Router
import System

/// The whole router, built and ready to run.
package struct RouterServer: Sendable {
    let services: ServiceGroup
    let loops: [EventLoop]
    let log: Logger
    package let metrics: Metrics
    package let readiness: Readiness
    /// The snapshot of what is served: a swap holds for what begins after it.
    package let current: Serving.Current
    let reloader: Reloader
    let agents: AgentWatch
    package let publicListener: HTTPListener
    package let managementListener: HTTPListener
    let programs: SpawnerService
    let store: StoreService
    let transport: CurlTransport

    /// Runs until `stop` is reached, drains, and returns; throws what kept it from starting or brought it down.
    package func run(until stop: Signpost, ready: @escaping @Sendable () -> Void = {}) async throws {
        // Not a child, which would be waited for: an agent that does not say how it is holds up no stop.
        let looking = Task { await agents.look() }
        defer { looking.cancel() }
        let result = await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await stop.wait()
                readiness.drain()
            }
            group.addTask { await readiness.watch() }
            group.addTask { await reloader.run() }
            defer { group.cancelAll() }
            return await runServices(until: stop, ready)
        }
        try result.get()
    }

    private func runServices(
        until stop: Signpost, _ ready: @escaping @Sendable () -> Void
    ) async -> Result<Void, any Error> {
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
        return result
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
