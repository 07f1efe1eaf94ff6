import Router
import SQLite
import System

/// A job that has not ended, as scheduling sees it.
struct OpenJob {
    let id: JobID
    let state: JobState
    let due: Timestamp?
    let crashes: Int
    let epoch: Int64
    /// It has run before, or runs.
    let hasRun: Bool

    private init(_ row: borrowing Row) {
        id = JobID(row.int64(0))
        state = JobState(rawValue: row.text(1)) ?? .ready
        due = row.optionalTimestamp(2)
        crashes = row.int(3)
        epoch = row.int64(4)
        hasRun = row.int64(5) > 0
    }

    /// The one whose turn it is.
    static func first(of conversation: Int64, in db: borrowing Connection) throws -> OpenJob? {
        try db.first(
            """
            SELECT job, state, due_at, crashes, epoch, lease FROM jobs INDEXED BY jobs_open
            WHERE conv = ?1 AND ended_at IS NULL ORDER BY job LIMIT 1
            """, conversation
        ) { OpenJob($0) }
    }

    /// The one that came last.
    static func last(of conversation: Int64, in db: borrowing Connection) throws -> OpenJob? {
        try db.first(
            """
            SELECT job, state, due_at, crashes, epoch, lease FROM jobs INDEXED BY jobs_open
            WHERE conv = ?1 AND ended_at IS NULL ORDER BY job DESC LIMIT 1
            """, conversation
        ) { OpenJob($0) }
    }
}
