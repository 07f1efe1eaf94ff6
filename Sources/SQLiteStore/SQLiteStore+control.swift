import JSON
package import Router
import SQLite
package import System

extension SQLiteStore {
    package func cancel(
        _ job: JobID, why: String, notice: String, at now: Timestamp
    ) async throws -> CancelResult {
        try await database.write { [state] db in
            try state.withLock { state in try state.cancel(job, why: why, notice: notice, at: now, in: db) }
        }
    }

    package func retry(_ job: JobID, at now: Timestamp) async throws -> JobID {
        try await database.write { [state] db in
            try state.withLock { state in try state.retry(job, at: now, in: db) }
        }
    }

    package func replay(_ delivery: DeliveryID, at now: Timestamp) async throws -> [DeliveryID] {
        try await database.write { [state] db in
            try state.withLock { state in try state.replay(delivery, at: now, in: db) }
        }
    }
}

// MARK: Cancel

extension SQLiteStore.WriterState {
    fileprivate mutating func cancel(
        _ job: JobID, why: String, notice: String, at now: Timestamp, in db: borrowing Connection
    ) throws -> CancelResult {
        let row = try openRow(of: job, db)
        if let address = try replyAddress(of: job, db), let notice = Part(to: address, saying: notice) {
            try enqueue(notice, .control, job: job, row.conversation, row.app, at: now, in: db)
        }
        if row.state == .running {
            try db.run("UPDATE jobs SET cancel = ?2 WHERE job = ?1", job.number, why)
            try noteOperator(job, "told to stop", why, at: now, in: db)
            return .stopping
        }
        try db.run(
            "UPDATE jobs SET state = 'cancelled', due_at = NULL, ended_at = ?2, reason = ?3 WHERE job = ?1", job.number,
            now, why)
        try noteOperator(job, "cancelled", why, at: now, in: db)
        for recall in try endSigns(of: job, in: row.conversation, at: now, db) {
            try enqueue(recall, .final, job: job, row.conversation, row.app, at: now, in: db)
        }
        try endQuestions(of: job, as: .lapsed, jobGoesOn: false, at: now, db)
        try forgetCalls(about: job, db)
        try noteEnd(of: job, in: row.conversation, db)
        try passTurnOn(row.conversation, at: now, in: db)
        return .cancelled
    }

    private func openRow(of job: JobID, _ db: borrowing Connection) throws -> JobRow {
        let row = try jobRow(job, db)
        guard !row.state.isTerminal else {
            throw ControlRefusal.notNow("\(job) is \(row.state): there is nothing to cancel")
        }
        if let reason = row.cancellation {
            throw ControlRefusal.notNow("\(job) has been told to stop already: \(reason)")
        }
        return row
    }

    private func replyAddress(of job: JobID, _ db: borrowing Connection) throws -> ReplyAddress? {
        let text = try db.first("SELECT reply_address FROM messages WHERE job = ?1 ORDER BY n DESC LIMIT 1", job.number)
        {
            $0.text(0)
        }
        return try text.flatMap { ReplyAddress(json: try JSONValue(parsing: Array($0.utf8), limits: .stored)) }
    }

    /// The conversation's turn is that of its first open job, now that one has gone; with none left it is idle.
    func passTurnOn(_ conversation: Int64, at now: Timestamp, in db: borrowing Connection) throws {
        guard let next = try OpenJob.first(of: conversation, in: db) else {
            try db.run("DELETE FROM queue WHERE conv = ?1", conversation)
            return
        }
        switch next.state {
        case .ready: try db.run("UPDATE queue SET turn = 1, at = ?2 WHERE conv = ?1 AND turn <> 1", conversation, now)
        case .waiting: try db.run("UPDATE queue SET turn = 2, at = ?2 WHERE conv = ?1", conversation, next.due ?? now)
        default: break
        }
    }
}

// MARK: Retry

extension SQLiteStore.WriterState {
    fileprivate mutating func retry(_ job: JobID, at now: Timestamp, in db: borrowing Connection) throws -> JobID {
        let row = try jobRow(job, db)
        guard row.state == .failed || row.state == .cancelled else {
            throw ControlRefusal.notNow("\(job) is \(row.state): what has failed or was cancelled can be retried")
        }
        if let earlier = row.retriedAs {
            throw ControlRefusal.notNow("\(job) was retried already, as \(earlier)")
        }
        let place = ConversationPlace(conversation: row.conversation, app: row.app, epoch: 0)
        guard let new = try copy(job, into: place, at: now, db) else {
            throw ControlRefusal.notNow("\(job) has no messages any more: a later job answers them")
        }
        try noteOperator(job, "retried", "as \(new)", at: now, in: db)
        try noteOperator(new, "made", "a retry of \(job)", at: now, in: db)
        return new
    }

    /// A new job of the messages of one that has ended, behind whatever waits in its conversation and in the epoch that is
    /// current; nil where that has none any more, or was copied already.
    mutating func copy(
        _ job: JobID, into place: ConversationPlace, at now: Timestamp, _ db: borrowing Connection
    ) throws -> JobID? {
        let new = JobID(identifiers.next(at: now))
        let messages = try db.run(
            """
            INSERT INTO messages (job, n, body, reply_address)
            SELECT ?2, n, body, reply_address FROM messages
            WHERE job = ?1 AND NOT EXISTS (SELECT 1 FROM jobs INDEXED BY jobs_replays WHERE replay_of = ?1)
            """, job.number, new.number)
        guard messages > 0 else { return nil }
        try db.run(
            """
            INSERT INTO jobs (job, conv, state, epoch, replay_of)
            SELECT ?1, conv, 'ready', epoch, ?3 FROM conversations WHERE conv = ?2
            """, new.number, place.conversation, job.number)
        try db.run(
            "INSERT INTO queue (conv, app, turn, at) VALUES (?1, ?2, 1, ?3) ON CONFLICT DO NOTHING", place.conversation,
            place.app, now)
        return new
    }
}

private struct JobRow {
    let conversation: Int64
    let app: Int64
    let state: JobState
    let cancellation: String?
    let retriedAs: JobID?
}

private func jobRow(_ job: JobID, _ db: borrowing Connection) throws -> JobRow {
    let row = try db.first(
        """
        SELECT j.conv, c.app, j.state, j.cancel,
            (SELECT r.job FROM jobs r INDEXED BY jobs_replays WHERE r.replay_of = j.job)
        FROM jobs j CROSS JOIN conversations c ON c.conv = j.conv WHERE j.job = ?1
        """, job.number
    ) { row in
        guard let state = JobState(rawValue: row.text(2)) else {
            throw UnreadableRow(table: "jobs", id: job.description)
        }
        return JobRow(
            conversation: row.int64(0), app: row.int64(1), state: state, cancellation: row.optionalText(3),
            retriedAs: row.optionalInt64(4).map(JobID.init))
    }
    guard let row else { throw ControlRefusal.unknown("job \(job)") }
    return row
}

// MARK: Replay

extension SQLiteStore.WriterState {
    fileprivate mutating func replay(
        _ delivery: DeliveryID, at now: Timestamp, in db: borrowing Connection
    ) throws -> [DeliveryID] {
        guard let known = try summary(of: delivery, db) else { throw ControlRefusal.unknown("delivery \(delivery)") }
        if let earlier = known.replayedAs {
            throw ControlRefusal.notNow("\(delivery) was replayed already, as \(earlier)")
        }
        guard known.state == .failed else {
            throw ControlRefusal.notNow("\(delivery) is \(known.state): only what has failed can be replayed")
        }
        var replays: [DeliveryID] = []
        for part in try restOfReply(from: delivery, of: known.job, db) {
            replays.append(try replayOne(part, at: now, in: db))
        }
        try db.run(
            """
            INSERT INTO outbox (conv, app, turn, at)
            SELECT c.conv, c.app, 1, ?2 FROM deliveries d CROSS JOIN conversations c ON c.conv = d.conv WHERE d.delivery = ?1
            ON CONFLICT DO NOTHING
            """, delivery.number, now)
        if let job = known.job, let first = replays.first {
            let others = replays.count > 1 ? ", and \(replays.count - 1) more" : ""
            try noteOperator(job, "delivery replayed", "\(delivery) as \(first)\(others)", at: now, in: db)
        }
        return replays
    }

    /// The delivery, and those behind it of the same reply that failed and were not replayed.
    private func restOfReply(
        from delivery: DeliveryID, of job: JobID?, _ db: borrowing Connection
    ) throws -> [DeliveryID] {
        guard let job else { return [delivery] }
        return try db.all(
            """
            SELECT d.delivery FROM deliveries d INDEXED BY deliveries_job
            WHERE d.job = ?1 AND d.delivery >= ?2 AND d.state = 'failed'
                AND NOT EXISTS (SELECT 1 FROM deliveries r WHERE r.replay_of = d.delivery)
            ORDER BY d.delivery
            """, job.number, delivery.number
        ) { DeliveryID($0.int64(0)) }
    }

    private mutating func replayOne(
        _ delivery: DeliveryID, at now: Timestamp, in db: borrowing Connection
    ) throws -> DeliveryID {
        let new = DeliveryID(identifiers.next(at: now))
        try db.run(
            """
            INSERT INTO deliveries (delivery, conv, job, class, kind, state, body, digest, media_id, replay_of)
            SELECT ?2, conv, job, class, kind, 'pending', body, digest, media_id, ?1 FROM deliveries WHERE delivery = ?1
            """, delivery.number, new.number)
        return new
    }
}

/// Adds a line to a job's time line in the operator's name.
private func noteOperator(
    _ job: JobID, _ what: String, _ why: String?, at now: Timestamp, in db: borrowing Connection
) throws {
    try db.run(
        """
        INSERT INTO events (job, n, at, what, why, who)
        VALUES (?1, (SELECT coalesce(max(n), 0) + 1 FROM events WHERE job = ?1), ?2, ?3, ?4, 'operator')
        """, job.number, now, what, why)
}
