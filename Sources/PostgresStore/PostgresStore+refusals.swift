import PostgreSQL
package import Router
package import System

// Messages that were refused: who wrote when, and why there is no answer. What they said is not kept.

extension WriterState {
    func keepRefusal(
        as refusal: JobID, in conversation: Int64, _ kind: Notice.Kind, _ db: borrowing Connection
    ) throws {
        try db.send(
            """
            INSERT INTO refusals (refusal, conv, why) VALUES ($1, $2, $3)
            ON CONFLICT (slot) DO UPDATE SET refusal = excluded.refusal, conv = excluded.conv, why = excluded.why
            """, refusal.number, conversation, kind.rawValue)
    }
}

extension PostgresStore {
    package func pruneRefusals(before moment: Timestamp, behind mark: JobID?) async throws -> PrunedPage<JobID> {
        let page = try await database.read { db in
            try db.all(
                """
                SELECT refusal FROM refusals WHERE refusal > $1 AND refusal < $2
                ORDER BY refusal LIMIT 1000
                """, mark?.number ?? 0, IdentifierSource.least(at: moment)
            ) { JobID($0.int64(0)) }
        }
        guard let last = page.last else { return PrunedPage(pruned: 0, next: nil) }
        let pruned = try await database.write(for: .turns) { db in
            try db.run(
                "DELETE FROM refusals WHERE refusal > $1 AND refusal <= $2", mark?.number ?? 0, last.number)
        }
        return PrunedPage(pruned: pruned, next: page.count < 1000 ? nil : last)
    }
}

/// The refusals among a page's numbers, newest first.
func refusals(
    _ filter: LedgerFilter, from least: Int64, upTo end: Int64, atMost limit: Int, _ db: borrowing Connection
) throws -> [Int64] {
    try db.all(
        """
        SELECT r.refusal FROM refusals r JOIN conversations c ON c.conv = r.conv
            JOIN apps a ON a.app = c.app
        WHERE r.refusal >= $1 AND r.refusal < $2 AND ($3 IS NULL OR a.key = $3)
            AND ($4 IS NULL OR substr(a.key, 1, length($4)) = $4) AND ($5 IS NULL OR c.peer = $5)
        ORDER BY r.refusal DESC LIMIT $6
        """, least, end, filter.appText, filter.corpPrefix, filter.peer, limit
    ) { $0.int64(0) }
}

/// A refusal as a job that was cancelled before it was one.
func refusalSummary(of job: JobID, _ db: borrowing Connection) throws -> JobSummary? {
    try db.first(
        """
        SELECT a.key, c.peer, r.why FROM refusals r
            JOIN conversations c ON c.conv = r.conv JOIN apps a ON a.app = c.app
        WHERE r.refusal = $1
        """, job.number
    ) { row in
        guard let endpoint = Endpoint(row.text(0)) else { throw UnreadableRow(table: "refusals", id: "\(job)") }
        return JobSummary(
            id: job, endpoint: endpoint, peer: row.text(1), state: .cancelled, attempt: 0,
            reason: Notice.Kind(rawValue: row.int64(2))?.refusal ?? "refused", dueAt: nil,
            endedAt: IdentifierSource.time(of: job.number), cancellation: nil, replayOf: nil, retriedAs: nil, text: "",
            parts: PartCount(all: 0, sent: 0, failed: 0, reason: nil), isRefused: true)
    }
}
