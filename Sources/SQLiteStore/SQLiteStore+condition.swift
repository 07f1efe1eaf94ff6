package import Observability
import Router
import SQLite
import System

extension SQLiteStore: StoreCondition {
    package var complaints: [String] {
        if let openingComplaint { return [openingComplaint] }
        return [
            room.complaint(),
            database.displaced.map { "\($0): messages are not accepted, since they would be lost with it" },
            health.complaint(),
        ].compactMap(\.self)
    }

    package var isOpen: Bool { openingComplaint == nil }

    package var awaitsRehearsal: Bool { health.complaint() != nil || !isOpen }

    package func rehearse() async { await rehearse(at: .steady) }

    /// The reason why the file is not open yet; it is tried again all the time.
    private var openingComplaint: String? {
        database.openingFailure.map { "the store cannot be opened yet: \($0)" }
    }

    /// Problems that SQLite finds in the file. A file so damaged that it cannot be read to its end has that one.
    package func findDamage() async throws -> [String] {
        do {
            return try await database.quickCheck()
        } catch let error as SQLiteError where [.corrupt, .notADatabase, .ioError].contains(error.kind) {
            return [error.message]
        }
    }

    package func close() async { await database.close() }
}

extension SQLiteStore: MeasuredStore {
    package func describe(in metrics: Metrics) {
        metrics.counted("store_commits_total", "Transactions committed") { self.statistics.batches }
        metrics.counted("store_writes_total", "Writes committed; many share a transaction") { self.statistics.bodies }
        metrics.counted("store_failed_commits_total", "Transactions that failed as a whole") {
            self.statistics.failedBatches
        }
        metrics.counted("store_failed_checkpoints_total", "Checkpoints that failed; the log grows meanwhile") {
            self.statistics.failedCheckpoints
        }
        metrics.gauge("store_waiting_writes", "Writes that wait for the writer; at most 4096") {
            Double(self.statistics.waitingWrites)
        }
        metrics.gauge("store_longest_commit_seconds", "The longest commit since the start") {
            Double(self.statistics.longestCommit.inMilliseconds) / 1000
        }
        metrics.gauge("store_log_bytes", "Size of the write-ahead log") { Double(self.statistics.logBytes) }
        metrics.gauge("store_free_bytes", "Free bytes on the store's disk") { Double(self.room.free()) }
        metrics.counted(
            "store_refused_messages_total", "Messages not accepted for want of disk", labels: "why=\"min_free\""
        ) { self.room.refusedForRoom }
        metrics.counted(
            "store_refused_messages_total", "Messages not accepted for want of disk", labels: "why=\"disk\""
        ) { self.health.refusedByDisk }
    }
}
