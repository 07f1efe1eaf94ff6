import Router
import SQLite
package import System

extension SQLiteStore {
    package func rescue(except owner: String, at now: Timestamp) async throws -> Int {
        try await database.write { [state, recovery] db in
            try state.withLock { state in
                let orphans = try Orphan.expired(by: now, notOf: owner, db)
                for orphan in orphans { try state.take(back: orphan, recovery, at: now, db) }
                return orphans.count
            }
        }
    }
}

/// A running job whose worker is gone.
struct Orphan {
    let lease: Lease

    private init(_ row: borrowing Row) { lease = Lease(job: JobID(row.int64(0)), number: row.int64(1)) }

    /// Some of those that run, for a start: nobody else can be running them.
    static func all(_ db: borrowing Connection) throws -> [Orphan] {
        try db.all("SELECT job, lease FROM jobs INDEXED BY jobs_running WHERE state = 'running' LIMIT 200") {
            Orphan($0)
        }
    }

    static func expired(by now: Timestamp, notOf owner: String, _ db: borrowing Connection) throws -> [Orphan] {
        try db.all(
            """
            SELECT job, lease FROM jobs INDEXED BY jobs_running
            WHERE state = 'running' AND lease_until < ?1 AND owner <> ?2 LIMIT 200
            """, now, owner
        ) { Orphan($0) }
    }
}

extension SQLiteStore.WriterState {
    /// Settles a job whose worker went away, as its app wants it.
    mutating func take(
        back orphan: Orphan, _ recovery: CrashRecovery, at now: Timestamp, _ db: borrowing Connection
    ) throws {
        guard case (var conversation, let job)? = try conversation(ending: orphan.lease, at: now, db) else { return }
        let app = try appKey(conversation.app, in: db)
        conversation.machine.takeBack(
            job, recovery.conduct(of: app, to: try replyAddress(of: job.id, db), for: job.id))
        try apply(&conversation, db)
    }
}

/// The address of the message that came last; nil for one that cannot be read.
func replyAddress(of job: JobID, _ db: borrowing Connection) throws -> ReplyAddress? {
    let text = try db.first("SELECT reply_address FROM messages WHERE job = ?1 ORDER BY n DESC LIMIT 1", job.number) {
        $0.text(0)
    }
    return text.flatMap { ReplyAddress(storedAs: $0) }
}
