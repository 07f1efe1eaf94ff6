package import Router
import SQLite
package import System

extension SQLiteStore {
    package func untouchedJobs(
        behind first: JobID, upTo last: JobID, atMost limit: Int
    ) async throws -> [UntouchedJob] {
        try await database.read { db in
            try db.all(
                """
                SELECT j.job, a.key FROM jobs j CROSS JOIN conversations c ON c.conv = j.conv
                    CROSS JOIN apps a ON a.app = c.app
                WHERE j.job > ?1 AND j.job <= ?2 AND j.state = 'ready' AND j.lease = 0 ORDER BY j.job LIMIT ?3
                """, first.number, last.number, limit
            ) { row in Endpoint(row.text(1)).map { UntouchedJob(JobID(row.int64(0)), to: $0) } }.compactMap(\.self)
        }
    }

    package func messagesWithFiles(
        sentSince moment: Timestamp, atMost limit: Int
    ) async throws -> [(message: AcceptedMessage, endpoint: Endpoint)] {
        try await database.read { db in
            // A body that cannot be read fails its job, and nothing here.
            try db.all(
                """
                SELECT a.key, m.body, m.reply_address
                FROM (SELECT job, conv FROM jobs INDEXED BY jobs_open WHERE ended_at IS NULL LIMIT ?2) j
                    CROSS JOIN messages m ON m.job = j.job
                    CROSS JOIN conversations c ON c.conv = j.conv CROSS JOIN apps a ON a.app = c.app
                WHERE CASE WHEN json_valid(m.body) THEN
                    json_extract(m.body, '$.sent_at') >= ?1 AND json_type(m.body, '$.media') = 'array' END
                LIMIT ?3
                """, moment, SQLiteStore.mostOpenJobsLookedAt, limit
            ) { row in
                guard let endpoint = Endpoint(row.text(0)),
                    let message = AcceptedMessage(body: row.text(1), replyAddress: row.text(2))
                else { return nil }
                return (message: message, endpoint: endpoint)
            }.compactMap(\.self)
        }
    }

    private static let mostOpenJobsLookedAt = 20_000

    package func acknowledge(
        _ job: JobID, at now: Timestamp, saying words: @escaping @Sendable (_ ahead: Int) -> String
    ) async throws -> Bool {
        try await database.write { [state] db in
            try state.withLock { state in try state.acknowledge(job, at: now, saying: words, db) }
        }
    }

    package func acknowledge(_ part: Part, for lease: Lease, at now: Timestamp) async throws -> Bool {
        try await database.write { [state] db in
            try state.withLock { state in
                guard var conversation = try state.conversation(heldBy: lease, at: now, db) else { return false }
                conversation.machine.learn(signs: try SignOfLife.all(of: lease.job, db))
                guard conversation.machine.acknowledge(lease.job, part) else { return false }
                try state.apply(&conversation, db)
                return true
            }
        }
    }
}

extension SQLiteStore.WriterState {
    fileprivate mutating func acknowledge(
        _ job: JobID, at now: Timestamp, saying words: (Int) -> String, _ db: borrowing Connection
    ) throws -> Bool {
        let row = try db.first(
            "SELECT conv FROM jobs WHERE job = ?1 AND state = 'ready' AND lease = 0", job.number
        ) { $0.int64(0) }
        guard let row, let address = try replyAddress(of: job, db) else { return false }
        var conversation = try conversation(row, at: now, db)
        conversation.machine.learn(signs: try SignOfLife.all(of: job, db))
        let ahead = try OpenJob.all(of: row, atMost: Submission.maxWaiting + 1, db).count { $0.id < job }
        guard let part = Part(to: address, saying: words(ahead)), conversation.machine.acknowledge(job, part)
        else { return false }
        try apply(&conversation, db)
        return true
    }
}
