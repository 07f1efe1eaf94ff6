import System
package import Lifecycle
package import Observability

/// Runs jobs as they become ready, so many at a time.
package struct WorkerPool: Service {
    package let name = "workers"
    private let foreman: Foreman<ClaimedJob>

    package init(
        store: any JobStore, run: JobRun, concurrency: Int, owner: String, wakeup: Wakeup, log: Logger
    ) {
        foreman = Foreman(
            name: name, concurrency: concurrency, wakeup: wakeup, finishesBacklog: false, log: log,
            claim: { try await store.claim($0, for: owner, at: .now) },
            work: { await run.run($0) })
    }

    package func run(_ life: ServiceLife) async { await foreman.run(life) }
}
