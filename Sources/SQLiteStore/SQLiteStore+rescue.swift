import JSON
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
    let job: JobID
    let conversation: Int64
    let cancel: String?
    let crashes: Int

    private init(_ row: borrowing Row) {
        job = JobID(row.int64(0))
        conversation = row.int64(1)
        cancel = row.optionalText(2)
        crashes = row.int(3)
    }

    /// Some of those that run, for a start: nobody else can be running them.
    static func all(_ db: borrowing Connection) throws -> [Orphan] {
        try db.all(
            "SELECT job, conv, cancel, crashes FROM jobs INDEXED BY jobs_running WHERE state = 'running' LIMIT 200"
        ) { Orphan($0) }
    }

    static func expired(by now: Timestamp, notOf owner: String, _ db: borrowing Connection) throws -> [Orphan] {
        try db.all(
            """
            SELECT job, conv, cancel, crashes FROM jobs INDEXED BY jobs_running
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
        let app = try db.first("SELECT app FROM queue WHERE conv = ?1", orphan.conversation) { $0.int64(0) }
        let address = try db.first(
            "SELECT reply_address FROM messages WHERE job = ?1 ORDER BY n DESC LIMIT 1", orphan.job.number
        ) { $0.text(0) }
        let settlement = recovery.settlement(
            of: try app.flatMap { try appKey($0, in: db) }, crashes: orphan.crashes + 1,
            to: address.flatMap { try? JSONValue(parsing: Array($0.utf8), limits: .stored) }.flatMap(ReplyAddress.init))
        try end(
            orphan.job, in: orphan.conversation, as: settlement, cancelledFor: orphan.cancel, crashes: 1, at: now, db)
    }
}
