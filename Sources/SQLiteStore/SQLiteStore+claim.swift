package import Router
import SQLite
package import System
import WeCom

extension SQLiteStore {
    package func claim(for owner: String, within rules: ClaimRules, at now: Timestamp) async throws -> [ClaimedJob] {
        try await database.write { [state, recovery] db in
            try state.withLock { state in
                try state.makeReadyWhatIsDue(at: now, in: db)
                var rules = rules
                var jobs: [ClaimedJob] = []
                while rules.limit > 0, let place = try state.nextPlace(within: rules, in: db) {
                    guard let job = try state.take(place, for: owner, within: rules, recovery, at: now, in: db)
                    else { continue }
                    rules.note(jobOf: job.conversation.endpoint, crashes: job.crashes)
                    jobs.append(job)
                }
                return jobs
            }
        }
    }

    package func renew(_ leases: [Lease], for duration: Duration, at now: Timestamp) async throws -> [Lease] {
        let until = now.advanced(by: duration)
        return try await database.write { db in
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

extension SQLiteStore.WriterState {
    /// Makes ready what is due by now: conversations, and the jobs in them that waited for their next try.
    fileprivate mutating func makeReadyWhatIsDue(at now: Timestamp, in db: borrowing Connection) throws {
        let due = try db.all(
            "SELECT conv FROM queue INDEXED BY queue_due WHERE turn = 2 AND at <= ?1 ORDER BY at LIMIT 200", now
        ) { $0.int64(0) }
        for row in due {
            var conversation = try conversation(row, at: now, db)
            conversation.machine.learn(jobs: try OpenJob.all(of: row, atMost: 1, db))
            conversation.machine.comeDue()
            try apply(&conversation, db)
        }
    }

    fileprivate mutating func nextPlace(within rules: ClaimRules, in db: borrowing Connection) throws -> ReadyPlace? {
        var rotation = queueRotation
        defer { queueRotation = rotation }
        return try rotation.next(in: db) { rules.admits(try appKey($0, in: db)) }
    }

    /// Leases the conversation's first open job. One that cannot be read fails, and its conversation goes on.
    fileprivate mutating func take(
        _ ready: ReadyPlace, for owner: String, within rules: ClaimRules, _ recovery: CrashRecovery, at now: Timestamp,
        in db: borrowing Connection
    ) throws -> ClaimedJob? {
        var conversation = StoredConversation(
            row: ready.conversation, app: ready.app,
            machine: ConversationMachine(
                at: now, identifiers, place: .ready(since: ready.since),
                jobs: try OpenJob.all(of: ready.conversation, atMost: 1, db)))
        let claim = conversation.machine.claim(for: owner, lasting: rules.lease, takesSuspect: rules.takesSuspect)
        try apply(&conversation, db)
        guard case .leased(let job) = claim else { return nil }
        let key = try conversationKey(ready.conversation, app: ready.app, in: db)
        do {
            guard let key else { throw UnreadableRow(table: "conversations", id: "\(ready.conversation)") }
            return ClaimedJob(
                lease: Lease(job: job.id, number: job.lease), conversation: key, epoch: job.epoch,
                member: job.member, attempt: job.attempt, crashes: job.crashes, heldUpSince: job.heldUpSince,
                messages: try messages(of: job.id, in: db))
        } catch let unreadable as UnreadableRow {
            report(unreadable, job.id.description)
            let failure = recovery.end(of: job.id, in: key, for: unreadable)
            _ = try settle(Lease(job: job.id, number: job.lease), as: failure, at: now, in: db)
            return nil
        }
    }

    private func messages(of job: JobID, in db: borrowing Connection) throws -> [AcceptedMessage] {
        try db.all("SELECT body, reply_address FROM messages WHERE job = ?1 ORDER BY n", job.number) { row in
            guard let message = AcceptedMessage(body: row.text(0), replyAddress: row.text(1)) else {
                throw UnreadableRow(table: "messages", id: job.description)
            }
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
        return ConversationKey(endpoint: key, peer: peer)
    }

    func appKey(_ app: Int64, in db: borrowing Connection) throws -> Endpoint? {
        if let key = keys[app] { return key }
        return try db.first("SELECT key FROM apps WHERE app = ?1", app) { $0.text(0) }.flatMap(Endpoint.init)
    }
}
