import PostgreSQL
package import Router
package import System

extension PostgresStore {
    package func untouchedJobs(
        behind first: JobID, upTo last: JobID, atMost limit: Int
    ) async throws -> [UntouchedJob] {
        try await database.repeatably(for: .reading) { db in
            try db.all(
                """
                SELECT j.job, a.key FROM jobs j JOIN conversations c ON c.conv = j.conv
                    JOIN apps a ON a.app = c.app
                WHERE j.job > $1 AND j.job <= $2 AND j.state = 'ready' AND j.lease = 0 ORDER BY j.job LIMIT $3
                """, first.number, last.number, limit
            ) { row in Endpoint(row.text(1)).map { UntouchedJob(JobID(row.int64(0)), to: $0) } }.compactMap(\.self)
        }
    }

    package func messagesWithFiles(
        sentSince moment: Timestamp, atMost limit: Int
    ) async throws -> [(message: AcceptedMessage, endpoint: Endpoint)] {
        try await database.readOnce { db in
            // A text tells most that have none; the rest is read here, since the server's functions do not take every JSON.
            try db.all(
                """
                SELECT a.key, m.body, m.reply_address
                FROM (SELECT job, conv FROM jobs WHERE ended_at IS NULL ORDER BY conv, job LIMIT $1) j
                    JOIN messages m ON m.job = j.job JOIN conversations c ON c.conv = j.conv JOIN apps a ON a.app = c.app
                WHERE strpos(m.body, '"media":[') > 0 LIMIT $2
                """, PostgresStore.mostOpenJobsLookedAt, limit
            ) { row in
                guard let endpoint = Endpoint(row.text(0)),
                    let message = AcceptedMessage(body: row.text(1), replyAddress: row.text(2)),
                    !message.media.isEmpty, message.sentAt >= moment
                else { return nil }
                return (message: message, endpoint: endpoint)
            }.compactMap(\.self)
        }
    }

    private static let mostOpenJobsLookedAt = 20_000

    package func acknowledge(
        _ job: JobID, at now: Timestamp, saying words: @escaping @Sendable (_ ahead: Int) -> String
    ) async throws -> Bool {
        let now = time(now)
        return try await database.write(for: .turns) { [state] db in
            try state.acknowledge(job, at: now, saying: words, db)
        }
    }

    package func acknowledge(_ part: Part, for lease: Lease, at now: Timestamp) async throws -> Bool {
        let now = time(now)
        return try await database.write(for: .turns, about: .job(lease.job)) { [state] db in
            guard var conversation = try state.conversation(heldBy: lease, at: now, db) else { return false }
            conversation.machine.learn(signs: try SignOfLife.all(of: lease.job, db))
            guard state.decide(&conversation, { $0.acknowledge(lease.job, part) }) else { return false }
            try state.apply(&conversation, db)
            return true
        }
    }
}

extension WriterState {
    fileprivate func acknowledge(
        _ job: JobID, at now: Timestamp, saying words: (Int) -> String, _ db: borrowing Connection
    ) throws -> Bool {
        let row = try db.first(
            "SELECT conv FROM jobs WHERE job = $1 AND state = 'ready' AND lease = 0", job.number
        ) { $0.int64(0) }
        guard let row, let address = try replyAddress(of: job, db) else { return false }
        var conversation = try conversation(row, at: now, db)
        conversation.machine.learn(signs: try SignOfLife.all(of: job, db))
        let ahead = try OpenJob.all(of: row, atMost: Submission.maxWaiting + 1, db).count { $0.id < job }
        guard let part = Part(to: address, saying: words(ahead)),
            decide(&conversation, { $0.acknowledge(job, part) })
        else {
            try apply(&conversation, db)
            return false
        }
        try apply(&conversation, db)
        return true
    }
}
