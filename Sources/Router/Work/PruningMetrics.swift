package import Observability
import Synchronization
import System

/// The metrics of the pruner.
package struct PruningMetrics: Sendable {
    let keys: Counter
    let jobs: Counter
    let notices: Counter
    let requests: Counter
    let sends: Counter
    let refusals: Counter
    let streams: Counter
    let sessions: Counter
    let files: Counter
    let failed: Counter
    private let lastRun: LastRun

    private final class LastRun: Sendable {
        let milliseconds = Atomic<Int64>(0)
    }

    package init(_ metrics: Metrics) {
        func pruned(_ table: String) -> Counter {
            metrics.counter("pruned_rows_total", "Rows deleted because they had aged out", labels: "table=\"\(table)\"")
        }
        keys = pruned("keys")
        jobs = pruned("jobs")
        notices = pruned("notices")
        requests = pruned("requests")
        sends = pruned("sends")
        refusals = pruned("refusals")
        streams = pruned("streams")
        sessions = pruned("sessions")
        files = metrics.counter("pruned_files_total", "Files and folders deleted because they had aged out")
        failed = metrics.counter("prune_failures_total", "Rounds of the pruner that failed")
        let lastRun = LastRun()
        self.lastRun = lastRun
        metrics.gauge("last_prune_timestamp_seconds", "When the pruner last went through everything; 0 for never") {
            Double(lastRun.milliseconds.load(ordering: .relaxed)) / 1000
        }
    }

    func noteRun(at now: Timestamp) { lastRun.milliseconds.store(now.milliseconds, ordering: .relaxed) }
}
