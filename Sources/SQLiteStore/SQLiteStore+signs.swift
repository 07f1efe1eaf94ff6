package import Router
import SQLite
package import System

// Signs of life: what a person hears while a turn runs, and what is taken back when it has ended.

extension SQLiteStore {
    package func say(
        _ part: Part, as kind: Delivery.Class, for lease: Lease, at now: Timestamp
    ) async throws -> Bool {
        try await database.write { [state] db in
            try state.withLock { state in
                guard let held = try heldConversation(of: lease, db) else { return false }
                if kind == .progress { try state.dropSigns(of: lease.job, in: held.conversation, at: now, db) }
                try state.enqueue(part, kind, job: lease.job, held.conversation, held.app, at: now, in: db)
                return true
            }
        }
    }
}

extension SQLiteStore.WriterState {
    /// Signs that have not gone yet are of no use any more.
    func dropSigns(
        of job: JobID, in conversation: Int64, at now: Timestamp, _ db: borrowing Connection
    ) throws {
        let dropped = try db.run(
            """
            UPDATE deliveries INDEXED BY deliveries_open SET state = 'dropped', ended_at = ?3, reason = 'overtaken'
            WHERE conv = ?1 AND class = 2 AND ended_at IS NULL AND job = ?2 AND state = 'pending'
            """, conversation, job.number, now)
        guard dropped > 0 else { return }
        // What waited behind a sign that was to be tried again waits no longer.
        try db.run("UPDATE outbox SET turn = 1, at = ?2 WHERE conv = ?1 AND turn = 2", conversation, now)
    }

    /// Drops what has not gone, now that the job has ended; what takes back those that went, or are just going.
    func endSigns(
        of job: JobID, in conversation: Int64, at now: Timestamp, _ db: borrowing Connection
    ) throws -> [Part] {
        let signs = try db.all(
            """
            SELECT delivery, body, state = 'pending' FROM deliveries INDEXED BY deliveries_job
            WHERE job = ?1 AND class = 2 AND state <> 'dropped' AND state <> 'failed' ORDER BY delivery
            """, job.number
        ) { (delivery: DeliveryID($0.int64(0)), part: Part(storedAs: $0.text(1)), waits: $0.int(2) == 1) }
        // Most turns need none.
        if signs.contains(where: \.waits) { try dropSigns(of: job, in: conversation, at: now, db) }
        return signs.filter { !$0.waits }.compactMap { sign in
            sign.part.map { Part(to: $0.address, .recall(of: sign.delivery)) }
        }
    }
}
