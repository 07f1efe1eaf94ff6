import PostgreSQL
package import Router
import WeCom

extension PostgresStore {
    package func keep(
        _ feedback: JobFeedback, on job: JobID, of endpoint: Endpoint, with peer: Peer?
    ) async throws -> FeedbackEffect {
        let at = time(feedback.at)
        return try await database.write(for: .turns) { db in
            let place = try db.first(
                """
                SELECT a.key, c.peer FROM jobs j JOIN conversations c ON c.conv = j.conv JOIN apps a ON a.app = c.app
                WHERE j.job = $1
                """, job.number
            ) { (endpoint: Endpoint($0.text(0)), peer: Peer($0.text(1))) }
            guard let place, place.endpoint == endpoint, place.peer?.mayBe(peer) ?? false else {
                return .unknownAnswer
            }
            let changed = try db.run(
                """
                INSERT INTO feedback (job, "user", at, verdict, reasons, comment) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (job, "user") DO UPDATE SET at = $3, verdict = $4, reasons = $5, comment = $6
                WHERE feedback.at <= $3
                    AND (feedback.verdict, feedback.reasons, feedback.comment) IS DISTINCT FROM ($4, $5, $6)
                """, job.number, feedback.user?.folded ?? "", at, feedback.verdict.rawValue, feedback.reasonNumbers,
                feedback.comment)
            return changed == 1 ? .kept : .known
        }
    }
}

func feedback(on job: JobID, _ db: borrowing Connection) throws -> [JobFeedback] {
    try db.all(
        """
        SELECT "user", at, verdict, reasons, comment FROM feedback WHERE job = $1 ORDER BY "user" LIMIT $2
        """, job.number, JobDetails.maxRows
    ) { row in
        let feedback = JobFeedback(
            of: row.text(0), at: row.timestamp(1), verdict: row.int64(2), reasons: row.text(3),
            comment: row.optionalText(4))
        guard let feedback else { throw UnreadableRow(table: "feedback", id: job.description) }
        return feedback
    }
}
