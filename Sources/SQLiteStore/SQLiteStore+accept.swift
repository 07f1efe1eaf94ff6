import JSON
package import Router
import SQLite
package import System

extension SQLiteStore {
    package func accept(_ submission: Submission, at now: Timestamp) async throws -> Acceptance {
        let columns = MessageColumns(submission.message)
        return try await room.accepting {
            try await database.write { [state] db in
                defer { CrashPoint.reach(.beforeCommit) }
                return try state.withLock { state in try state.accept(submission, columns, at: now, in: db) }
            }
        }
    }
}

extension SQLiteStore.WriterState {
    fileprivate mutating func accept(
        _ submission: Submission, _ columns: MessageColumns, at now: Timestamp, in db: borrowing Connection
    ) throws -> Acceptance {
        let job = JobID(identifiers.next(at: now))
        let key = submission.key
        let isNew = try db.run(
            "INSERT INTO dedup (stamp, digest, job, seen_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            key.stamp, key.digest, job.number, now)
        guard isNew == 1 else { return try firstEffect(of: key, in: db) }
        let app = try row(of: submission.conversation.app, in: db)
        let (conversation, epoch) = try conversationRow(submission.conversation, app: app, in: db)
        let window = submission.mergeWindow
        let wasIdle = try db.run(
            "INSERT INTO queue (conv, app, turn, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            conversation, app, window > .zero ? 2 : 1, now.advanced(by: window))
        if wasIdle == 0 {
            if submission.whileBusy == .interrupt { try supersedeRunning(in: conversation, at: now, db) }
            if let joined = try jobToJoin(in: conversation, submission, at: now, db) {
                return try append(submission, columns, to: joined, conversation, app, at: now, in: db)
            }
            if try isFull(conversation, in: db) {
                return try refuse(submission, conversation, app, at: now, in: db)
            }
        }
        try insert(job, conversation, epoch, columns, in: db)
        return Acceptance(.job(job))
    }

    private func firstEffect(of key: DedupKey, in db: borrowing Connection) throws -> Acceptance {
        let job = try db.first(
            "SELECT job FROM dedup WHERE stamp = ?1 AND digest = ?2", key.stamp, key.digest
        ) { $0.optionalInt64(0) }
        guard let number = job.flatMap(\.self) else { return Acceptance(.nothing(.tooManyWaiting), isRepeat: true) }
        return Acceptance(number < 0 ? .appended(JobID(-number)) : .job(JobID(number)), isRepeat: true)
    }

    private func insert(
        _ job: JobID, _ conversation: Int64, _ epoch: Int64, _ columns: MessageColumns, in db: borrowing Connection
    ) throws {
        try db.run(
            "INSERT INTO jobs (job, conv, state, epoch) VALUES (?1, ?2, 'ready', ?3)", job.number, conversation, epoch)
        try db.run(
            "INSERT INTO messages (job, n, body, reply_address) VALUES (?1, 1, ?2, ?3)",
            job.number, columns.body, columns.replyAddress)
    }

    // MARK: Too many

    private func isFull(_ conversation: Int64, in db: borrowing Connection) throws -> Bool {
        // The job that runs does not wait; that one does is known by the conversation's turn.
        let waiting = try db.first(
            """
            SELECT (SELECT count(*) FROM (
                SELECT 1 FROM jobs INDEXED BY jobs_open
                WHERE conv = ?1 AND ended_at IS NULL LIMIT ?2)) - (turn = 3)
            FROM queue WHERE conv = ?1
            """, conversation, Submission.maxWaiting + 1
        ) { $0.int(0) }
        return (waiting ?? 0) >= Submission.maxWaiting
    }

    /// Acknowledged and not queued; the user hears of it once an hour, durably.
    mutating func refuse(
        _ submission: Submission, _ conversation: Int64, _ app: Int64, at now: Timestamp, in db: borrowing Connection
    ) throws -> Acceptance {
        try db.run(
            "UPDATE dedup SET job = NULL WHERE stamp = ?1 AND digest = ?2", submission.key.stamp, submission.key.digest)
        let isDue = try db.run(
            "UPDATE conversations SET noticed_at = ?2 WHERE conv = ?1 AND coalesce(noticed_at, 0) <= ?2 - 3600000",
            conversation, now)
        if isDue == 1 {
            try enqueue(submission.refusal, .control, job: nil, conversation, app, at: now, in: db)
        }
        return Acceptance(.nothing(.tooManyWaiting))
    }

    // MARK: Apps and conversations

    private func row(of key: AppKey, in db: borrowing Connection) throws -> Int64 {
        if let app = apps[key] { return app }
        try db.run("INSERT INTO apps (key) VALUES (?1) ON CONFLICT DO NOTHING", key.description)
        let app = try db.first("SELECT app FROM apps WHERE key = ?1", key.description) { $0.int64(0) }
        guard let app else { preconditionFailure("an app that was just inserted is not there") }
        return app
    }

    private func conversationRow(
        _ key: ConversationKey, app: Int64, in db: borrowing Connection
    ) throws -> (conversation: Int64, epoch: Int64) {
        let found = try db.first(
            "SELECT conv, epoch FROM conversations WHERE app = ?1 AND peer = ?2", app, key.peer
        ) { ($0.int64(0), $0.int64(1)) }
        if let found { return found }
        try db.run("INSERT INTO conversations (app, peer) VALUES (?1, ?2)", app, key.peer)
        return (db.lastRowID, 0)
    }
}
