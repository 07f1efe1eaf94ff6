package import Observability
import PostgreSQL
import Router
import System

extension PostgresStore: StoreCondition {
    package var complaints: [String] {
        if let openingComplaint { return [openingComplaint] }
        return [health.complaint()].compactMap(\.self)
    }

    package var isOpen: Bool { openingComplaint == nil }

    package var awaitsRehearsal: Bool { health.complaint() != nil || !isOpen }

    package func rehearse() async { await rehearse(at: .steady) }

    /// The reason why the database is not open yet; it is tried again all the time.
    private var openingComplaint: String? {
        database.openingFailure.map { "the store cannot be opened yet: \($0)" }
    }

    /// A server looks after its own files.
    package func findDamage() async throws -> [String] { [] }

    package func close() async { await database.close() }
}

extension PostgresStore: MeasuredStore {
    package func describe(in metrics: Metrics) {
        metrics.counted("store_commits_total", "Transactions committed") { self.statistics.batches }
        metrics.counted("store_writes_total", "Writes committed; many share a transaction") { self.statistics.bodies }
        metrics.counted("store_failed_commits_total", "Transactions that failed as a whole") {
            self.statistics.failedBatches
        }
        metrics.counted("store_repeated_transactions_total", "Transactions that were begun again") {
            self.statistics.repeats
        }
        metrics.counted("store_ambiguous_commits_total", "Commits whose answer was lost, and that were looked for") {
            self.statistics.ambiguous
        }
        metrics.gauge("store_waiting_writes", "Writes that wait for the writer; at most 4096") {
            Double(self.statistics.waitingWrites)
        }
        metrics.gauge("store_longest_commit_seconds", "The longest commit since the start") {
            Double(self.statistics.longestCommit.inMilliseconds) / 1000
        }
        metrics.counted(
            "store_refused_messages_total", "Messages not accepted for want of disk", labels: "why=\"disk\""
        ) { self.health.refusedByDisk }
    }
}
