import JSON
package import Router
import SQLite
package import System

extension SQLiteStore {
    package func settle(_ lease: Lease, as settlement: Settlement, at now: Timestamp) async throws -> Bool {
        try await database.write { [state] db in
            try state.withLock { state in try state.settle(lease, as: settlement, at: now, in: db) }
        }
    }
}

extension SQLiteStore.WriterState {
    fileprivate mutating func settle(
        _ lease: Lease, as settlement: Settlement, at now: Timestamp, in db: borrowing Connection
    ) throws -> Bool {
        let conversation = try db.first(
            """
            UPDATE jobs SET state = ?3, owner = NULL, lease_until = NULL, ended_at = ?4, reason = ?5, attempt = attempt - ?6
            WHERE job = ?1 AND state = 'running' AND lease = ?2 RETURNING conv
            """, lease.job.number, lease.number, settlement.state.rawValue,
            settlement.state.isTerminal ? now : nil, settlement.reason, settlement.spendsAttempt ? 0 : 1
        ) { $0.int64(0) }
        guard let conversation else { return false }
        try note(lease.job, settlement.state.rawValue, settlement.reason, at: now, in: db)
        let app = try db.first("SELECT app FROM queue WHERE conv = ?1", conversation) { $0.int64(0) }
        guard let app else { throw UnreadableRow(table: "queue", id: lease.job.description) }
        for part in settlement.parts {
            try enqueue(part, .final, job: lease.job, conversation, app, at: now, in: db)
        }
        // An interrupted job keeps its conversation's place in the line.
        try passTurn(of: conversation, since: settlement.state == .ready ? nil : now, in: db)
        return true
    }

    /// The conversation's next job gets its turn; with none left the conversation is idle and has no row.
    private func passTurn(of conversation: Int64, since moment: Timestamp?, in db: borrowing Connection) throws {
        let hasNext = try db.first(
            """
            SELECT 1 FROM jobs INDEXED BY jobs_open
            WHERE conv = ?1 AND state IN ('ready', 'running', 'waiting') ORDER BY job LIMIT 1
            """, conversation
        ) { _ in true }
        if hasNext == nil {
            try db.run("DELETE FROM queue WHERE conv = ?1", conversation)
        } else {
            try db.run("UPDATE queue SET turn = 1, at = coalesce(?2, at) WHERE conv = ?1", conversation, moment)
        }
    }
}

extension SQLiteStore.WriterState {
    /// Writes a delivery and makes sure that its conversation has a row in the outbox.
    mutating func enqueue(
        _ part: Part, _ kind: Delivery.Class, job: JobID?, _ conversation: Int64, _ app: Int64, at now: Timestamp,
        in db: borrowing Connection
    ) throws {
        try db.run(
            """
            INSERT INTO deliveries (delivery, conv, job, class, kind, state, body, digest)
            VALUES (?1, ?2, ?3, ?4, 'message', 'pending', ?5, ?6)
            """, identifiers.next(at: now), conversation, job?.number, kind.rawValue, part.json.text, part.digest)
        // What we say ourselves (class 0) goes before a reply that waits for its next try.
        try db.run(
            """
            INSERT INTO outbox (conv, app, turn, at) VALUES (?1, ?2, 1, ?3)
            ON CONFLICT DO UPDATE SET turn = 1, at = ?3 WHERE turn = 2 AND ?4 = 0
            """, conversation, app, now, kind.rawValue)
    }
}
