import JSON
package import Router
import SQLite
package import System
import WeCom

extension SQLiteStore {
    package func claim(for owner: String, within rules: ClaimRules, at now: Timestamp) async throws -> [ClaimedJob] {
        try await database.write { [state, recovery] db in
            try state.withLock { state in
                try promoteDue(in: db, at: now)
                var rules = rules
                var jobs: [ClaimedJob] = []
                while rules.limit > 0, let turn = try state.nextTurn(within: rules, in: db) {
                    guard let job = try state.take(turn, for: owner, within: rules, recovery, at: now, in: db)
                    else { continue }
                    rules.note(job)
                    jobs.append(job)
                }
                return jobs
            }
        }
    }

    package func renew(_ leases: [Lease], until: Timestamp) async throws -> [Lease] {
        try await database.write { db in
            try leases.filter { lease in
                try db.run(
                    "UPDATE jobs SET lease_until = ?3 WHERE job = ?1 AND lease = ?2 AND state = 'running'",
                    lease.job.number, lease.number, until) == 1
            }
        }
    }

    package func cancellations() async throws -> [Cancellation] {
        try await database.read { db in
            try db.all(
                """
                SELECT job, lease, cancel FROM jobs INDEXED BY jobs_cancelled
                WHERE state = 'running' AND cancel IS NOT NULL LIMIT 1000
                """
            ) { Cancellation(lease: Lease(job: JobID($0.int64(0)), number: $0.int64(1)), reason: $0.text(2)) }
        }
    }
}

/// What is due by now becomes ready: conversations, and the jobs in them that waited for their next try.
private func promoteDue(in db: borrowing Connection, at now: Timestamp) throws {
    let due = try db.all(
        "SELECT conv FROM queue INDEXED BY queue_due WHERE turn = 2 AND at <= ?1 ORDER BY at LIMIT 200", now
    ) { $0.int64(0) }
    for conversation in due {
        try db.run("UPDATE queue SET turn = 1 WHERE conv = ?1", conversation)
        let job = try db.first(
            """
            UPDATE jobs INDEXED BY jobs_open SET state = 'ready', due_at = NULL
            WHERE conv = ?1 AND ended_at IS NULL AND state = 'waiting' AND due_at <= ?2
            RETURNING job
            """, conversation, now
        ) { JobID($0.int64(0)) }
        if let job { try note(job, "ready", "its next try is due", at: now, in: db) }
    }
}

extension SQLiteStore.WriterState {
    fileprivate mutating func nextTurn(within rules: ClaimRules, in db: borrowing Connection) throws -> ReadyTurn? {
        var turns = workTurns
        defer { workTurns = turns }
        return try turns.next(in: db) { rules.admits(try appKey($0, in: db)) }
    }

    /// Leases the conversation's first open job. One that cannot be read fails, and its conversation goes on.
    fileprivate mutating func take(
        _ turn: ReadyTurn, for owner: String, within rules: ClaimRules, _ recovery: CrashRecovery, at now: Timestamp,
        in db: borrowing Connection
    ) throws -> ClaimedJob? {
        guard let first = try OpenJob.first(of: turn.conversation, in: db) else {
            // Nothing to run: the row is a leftover, and without it the next message makes a right one.
            try db.run("DELETE FROM queue WHERE conv = ?1", turn.conversation)
            return nil
        }
        if let later = postponement(of: first, within: rules, at: now) {
            try db.run("UPDATE queue SET turn = 2, at = ?2 WHERE conv = ?1", turn.conversation, later)
            return nil
        }
        let leased = try db.first(
            """
            UPDATE jobs SET state = 'running', attempt = attempt + 1, lease = lease + 1, owner = ?2, lease_until = ?3
            WHERE job = ?1 AND state = 'ready' RETURNING lease, attempt, epoch
            """, first.id.number, owner, now.advanced(by: rules.lease)
        ) { (lease: $0.int64(0), attempt: $0.int(1), epoch: $0.int64(2)) }
        try db.run("UPDATE queue SET turn = 3 WHERE conv = ?1", turn.conversation)
        guard let leased else { return nil }
        try note(first.id, "running", nil, at: now, in: db)
        let conversation = try conversationKey(turn.conversation, app: turn.app, in: db)
        do {
            guard let conversation else { throw UnreadableRow(table: "conversations", id: "\(turn.conversation)") }
            return ClaimedJob(
                lease: Lease(job: first.id, number: leased.lease), conversation: conversation, epoch: leased.epoch,
                attempt: leased.attempt, crashes: first.crashes, messages: try messages(of: first.id, in: db))
        } catch let unreadable as UnreadableRow {
            report(unreadable, first.id.description)
            let apology = recovery.apology(of: conversation?.app, to: conversation?.user.map(ReplyAddress.user))
            try end(
                first.id, in: turn.conversation,
                as: Settlement(.failed, reason: unreadable.description, parts: apology), cancelledFor: nil, at: now, db)
            return nil
        }
    }

    /// Until when a job is put off that is not to run now.
    private func postponement(of job: OpenJob, within rules: ClaimRules, at now: Timestamp) -> Timestamp? {
        if job.state == .waiting { return job.due ?? now }
        if job.crashes >= ClaimRules.suspectCrashes, !rules.takesSuspect { return now.advanced(by: .seconds(1)) }
        return nil
    }

    private func messages(of job: JobID, in db: borrowing Connection) throws -> [AcceptedMessage] {
        try db.all("SELECT body, reply_address FROM messages WHERE job = ?1 ORDER BY n", job.number) { row in
            guard
                let address = (try? JSONValue(parsing: Array(row.text(1).utf8), limits: .stored)).flatMap(
                    ReplyAddress.init),
                let body = try? JSONValue(parsing: Array(row.text(0).utf8), limits: .stored),
                let message = AcceptedMessage(json: body, replyAddress: address)
            else { throw UnreadableRow(table: "messages", id: job.description) }
            return message
        }
    }
}

extension SQLiteStore.WriterState {
    /// The conversation as the rest of the program knows it.
    func conversationKey(
        _ conversation: Int64, app: Int64, in db: borrowing Connection
    ) throws -> ConversationKey? {
        let peer = try db.first("SELECT peer FROM conversations WHERE conv = ?1", conversation) { $0.text(0) }
        guard let peer = peer.flatMap({ Peer($0) }), let key = try appKey(app, in: db) else { return nil }
        return ConversationKey(app: key, peer: peer)
    }

    func appKey(_ app: Int64, in db: borrowing Connection) throws -> AppKey? {
        if let key = keys[app] { return key }
        return try db.first("SELECT key FROM apps WHERE app = ?1", app) { $0.text(0) }.flatMap(AppKey.init)
    }
}

/// Adds a line to a job's time line.
func note(_ job: JobID, _ what: String, _ why: String?, at now: Timestamp, in db: borrowing Connection) throws {
    try db.run(
        """
        INSERT INTO events (job, n, at, what, why)
        VALUES (?1, (SELECT coalesce(max(n), 0) + 1 FROM events WHERE job = ?1), ?2, ?3, ?4)
        """, job.number, now, what, why)
}
