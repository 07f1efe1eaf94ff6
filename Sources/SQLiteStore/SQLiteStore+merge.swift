import JSON
import Router
import SQLite
import System

// Messages that join others: while a turn runs, and in a burst before the first.

extension SQLiteStore.WriterState {
    /// The job that waits already and that this message becomes part of: one of the same session, of which no agent has heard.
    func jobToJoin(
        in place: ConversationPlace, _ wish: JobWish, at now: Timestamp, _ db: borrowing Connection
    ) throws -> JobID? {
        let window = wish.mergeWindow
        guard wish.whileBusy != .queue || window > .zero,
            let last = try OpenJob.last(of: place.conversation, in: db), !last.hasRun, last.epoch == place.epoch
        else { return nil }
        let isSameBurst = IdentifierSource.time(of: last.id.number).advanced(by: window) > now
        return wish.whileBusy != .queue || isSameBurst ? last.id : nil
    }

    /// Adds a message to a job, unless that has as many as it can take.
    func append(
        _ columns: MessageColumns, to job: JobID, at now: Timestamp, in db: borrowing Connection
    ) throws -> Bool {
        let count = try db.first("SELECT count(*), coalesce(max(n), 0) FROM messages WHERE job = ?1", job.number) {
            (messages: $0.int(0), last: $0.int64(1))
        }
        guard let count, count.messages < Submission.maxWaiting else { return false }
        try db.run(
            "INSERT INTO messages (job, n, body, reply_address) VALUES (?1, ?2, ?3, ?4)", job.number, count.last + 1,
            columns.body, columns.replyAddress)
        try note(job, "message added", nil, at: now, in: db)
        return true
    }

    /// Asks for the end of the turn that runs, if it is one of the same session; its messages go to the next when it is
    /// settled.
    func supersedeRunning(in place: ConversationPlace, at now: Timestamp, _ db: borrowing Connection) throws {
        let job = try db.first(
            """
            UPDATE jobs INDEXED BY jobs_open SET cancel = ?2
            WHERE conv = ?1 AND ended_at IS NULL AND state = 'running' AND cancel IS NULL AND epoch = ?3
            RETURNING job
            """, place.conversation, Cancellation.superseded, place.epoch
        ) { JobID($0.int64(0)) }
        if let job { try note(job, "stopping", "a newer message came", at: now, in: db) }
    }

    /// The job that is to answer a superseded one's messages: the next of the same session. There is none once somebody
    /// has dropped it.
    func heir(of job: JobID, in conversation: Int64, _ db: borrowing Connection) throws -> JobID? {
        try db.first(
            """
            SELECT job FROM jobs INDEXED BY jobs_open
            WHERE conv = ?1 AND ended_at IS NULL AND job <> ?2 AND epoch = (SELECT epoch FROM jobs WHERE job = ?2)
            ORDER BY job LIMIT 1
            """, conversation, job.number
        ) { JobID($0.int64(0)) }
    }

    /// Gives a superseded job's messages to its heir, before that one's own.
    func moveMessages(of job: JobID, to next: JobID, at now: Timestamp, _ db: borrowing Connection) throws {
        let last = try db.first("SELECT coalesce(max(n), 0) FROM messages WHERE job = ?1", job.number) { $0.int64(0) }
        let own = try db.all("SELECT n FROM messages WHERE job = ?1 ORDER BY n DESC", next.number) { $0.int64(0) }
        for n in own {
            try db.run("UPDATE messages SET n = ?3 WHERE job = ?1 AND n = ?2", next.number, n, n + (last ?? 0))
        }
        try db.run("UPDATE messages SET job = ?2 WHERE job = ?1", job.number, next.number)
        try note(next, "messages taken over", "from \(job)", at: now, in: db)
    }
}
