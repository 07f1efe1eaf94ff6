import PostgreSQL
package import Router
package import System
import WeCom

extension PostgresStore {
    package func cancel(
        _ job: JobID, why: String, notice: String, at now: Timestamp
    ) async throws -> CancelResult {
        let now = time(now)
        defer { give(.turns) }
        return try await database.write(for: .turns) { [state] db in
            try state.cancel(job, why: why, notice: notice, at: now, in: db)
        }
    }

    package func retry(_ job: JobID, at now: Timestamp) async throws -> JobID {
        let now = time(now)
        return try await database.write(for: .turns) { [state] db in
            try state.retry(job, at: now, in: db)
        }
    }

    package func replay(_ delivery: DeliveryID, at now: Timestamp) async throws -> [DeliveryID] {
        let now = time(now)
        return try await database.write(for: .turns) { [state] db in
            try state.replay(delivery, at: now, in: db)
        }
    }
}

// MARK: Jobs

extension WriterState {
    fileprivate func cancel(
        _ job: JobID, why: String, notice: String, at now: Timestamp, in db: borrowing Connection
    ) throws -> CancelResult {
        let (found, ended) = try endedJob(job, at: now, db)
        var conversation = found
        try conversation.learnOpenJobs(db)
        let told = try replyAddress(of: job, db).flatMap { Part(to: $0, saying: notice) }
        let result = try decide(&conversation) { try $0.cancel(job, endedAs: ended.state, why: why, notice: told) }
        try apply(&conversation, db)
        return result
    }

    fileprivate func retry(_ job: JobID, at now: Timestamp, in db: borrowing Connection) throws -> JobID {
        let (found, ended) = try endedJob(job, at: now, db)
        var conversation = found
        if let member = ended.member { try conversation.learnOwnSessions(of: member, db) }
        let new = try decide(&conversation) { try $0.retry(ended) }
        try apply(&conversation, db)
        return new
    }

    private func endedJob(
        _ job: JobID, at now: Timestamp, _ db: borrowing Connection
    ) throws -> (StoredConversation, ConversationMachine.EndedJob) {
        let row = try db.first("SELECT conv FROM jobs WHERE job = $1", job.number) { $0.int64(0) }
        guard let row else { throw ControlRefusal.unknown("job \(job)") }
        let conversation = try conversation(row, at: now, db)
        // Only now is it certain that nobody else ends or retries it.
        guard let found = try storedJob(job, db) else { throw ControlRefusal.unknown("job \(job)") }
        return (conversation, found.job)
    }

    /// A job as far as a retry looks at it, and its conversation; nil where there is none.
    func storedJob(
        _ job: JobID, _ db: borrowing Connection
    ) throws -> (conversation: Int64, job: ConversationMachine.EndedJob)? {
        let senders = Set(try writers(of: job, db).map(\.user))
        return try db.first(
            """
            SELECT j.conv, j.state, (SELECT r.job FROM jobs r WHERE r.replay_of = j.job), j.member
            FROM jobs j WHERE j.job = $1
            """, job.number
        ) { row in
            guard let state = JobState(rawValue: row.text(1)) else {
                throw UnreadableRow(table: "jobs", id: job.description)
            }
            let ended = ConversationMachine.EndedJob(
                job, state, retriedAs: row.optionalInt64(2).map(JobID.init), senders: senders,
                member: row.optionalText(3).map(UserID.init))
            return (conversation: row.int64(0), job: ended)
        }
    }
}

// MARK: Deliveries

extension WriterState {
    fileprivate func replay(
        _ delivery: DeliveryID, at now: Timestamp, in db: borrowing Connection
    ) throws -> [DeliveryID] {
        let row = try db.first("SELECT conv FROM deliveries WHERE delivery = $1", delivery.number) { $0.int64(0) }
        guard let row else { throw ControlRefusal.unknown("delivery \(delivery)") }
        var conversation = try conversation(row, at: now, db)
        guard let known = try summary(of: delivery, db) else { throw ControlRefusal.unknown("delivery \(delivery)") }
        let ended = ConversationMachine.EndedDelivery(
            delivery, known.state, of: known.job, replayedAs: known.replayedAs)
        let failed = try restOfReply(from: delivery, of: known.job, db)
        let holdsKept = try holdsKept(row, db)
        let replays = try decide(&conversation) { try $0.replay(ended, with: failed, holdsKept: holdsKept) }
        try apply(&conversation, db)
        return replays
    }

    /// True if a conversation has answers that go with the next one.
    private func holdsKept(_ conversation: Int64, _ db: borrowing Connection) throws -> Bool {
        try db.first(
            """
            SELECT 1 FROM deliveries d
            WHERE d.conv = $1 AND d.kept AND NOT EXISTS (SELECT 1 FROM deliveries r WHERE r.replay_of = d.delivery)
            LIMIT 1
            """, conversation
        ) { _ in true } ?? false
    }

    /// The delivery, and those behind it of the same reply that failed and were not replayed.
    private func restOfReply(
        from delivery: DeliveryID, of job: JobID?, _ db: borrowing Connection
    ) throws -> [OpenDelivery] {
        guard let job else {
            return try db.all(
                """
                SELECT delivery, class, kind, job, state = 'sending', due_at, attempt, checked FROM deliveries
                WHERE delivery = $1
                """, delivery.number
            ) { OpenDelivery($0) }
        }
        return try db.all(
            """
            SELECT d.delivery, d.class, d.kind, d.job, d.state = 'sending', d.due_at, d.attempt, d.checked
            FROM deliveries d
            WHERE d.job = $1 AND d.delivery >= $2 AND d.state = 'failed'
                AND NOT EXISTS (SELECT 1 FROM deliveries r WHERE r.replay_of = d.delivery)
            ORDER BY d.delivery
            """, job.number, delivery.number
        ) { OpenDelivery($0) }
    }
}
