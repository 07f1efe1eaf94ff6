import Router
import SQLite
import System

// Rows as people are shown them, one number at a time.

func summary(of job: JobID, _ db: borrowing Connection) throws -> JobSummary? {
    let parts = try partCount(of: job, db)
    return try db.first(
        """
        SELECT a.key, c.peer, j.state, j.attempt, j.reason, j.due_at, j.ended_at, j.cancel, j.replay_of,
            (SELECT r.job FROM jobs r INDEXED BY jobs_replays WHERE r.replay_of = j.job),
            (SELECT m.body FROM messages m WHERE m.job = j.job ORDER BY m.n LIMIT 1)
        FROM jobs j CROSS JOIN conversations c ON c.conv = j.conv CROSS JOIN apps a ON a.app = c.app WHERE j.job = ?1
        """, job.number
    ) { row in
        guard let endpoint = Endpoint(row.text(0)), let state = JobState(rawValue: row.text(2)) else {
            throw UnreadableRow(table: "jobs", id: job.description)
        }
        return JobSummary(
            id: job, endpoint: endpoint, peer: row.text(1), state: state, attempt: row.int(3),
            reason: row.optionalText(4),
            dueAt: row.optionalTimestamp(5), endedAt: row.optionalTimestamp(6), cancellation: row.optionalText(7),
            replayOf: row.optionalInt64(8).map(JobID.init), retriedAs: row.optionalInt64(9).map(JobID.init),
            text: AcceptedMessage.text(ofBody: row.text(10)).excerpt, parts: parts)
    }
}

private func partCount(of job: JobID, _ db: borrowing Connection) throws -> PartCount {
    let counts = try db.first(
        """
        SELECT count(*), coalesce(sum(d.state = 'sent'), 0), coalesce(sum(d.state = 'failed'), 0)
        FROM deliveries d INDEXED BY deliveries_job
        WHERE d.job = ?1 AND NOT EXISTS (SELECT 1 FROM deliveries r WHERE r.replay_of = d.delivery)
        """, job.number
    ) { (all: $0.int(0), sent: $0.int(1), failed: $0.int(2)) }
    guard let counts, counts.all > counts.sent else {
        return PartCount(all: counts?.all ?? 0, sent: counts?.sent ?? 0, failed: 0, reason: nil)
    }
    let reason = try db.first(
        """
        SELECT d.reason FROM deliveries d INDEXED BY deliveries_job
        WHERE d.job = ?1 AND d.state <> 'sent' AND NOT EXISTS (SELECT 1 FROM deliveries r WHERE r.replay_of = d.delivery)
        ORDER BY d.delivery LIMIT 1
        """, job.number
    ) { $0.optionalText(0) }
    return PartCount(all: counts.all, sent: counts.sent, failed: counts.failed, reason: reason.flatMap(\.self))
}

func messages(of job: JobID, _ db: borrowing Connection) throws -> [AcceptedMessage] {
    try db.all(
        "SELECT body, reply_address FROM messages WHERE job = ?1 ORDER BY n LIMIT ?2", job.number, JobDetails.maxRows
    ) { row in
        guard let message = AcceptedMessage(body: row.text(0), replyAddress: row.text(1)) else {
            throw UnreadableRow(table: "messages", id: job.description)
        }
        return message
    }
}

func events(of job: JobID, _ db: borrowing Connection) throws -> [JobEvent] {
    try db.all(
        "SELECT at, what, why, who FROM events WHERE job = ?1 ORDER BY n DESC LIMIT ?2", job.number, JobDetails.maxRows
    ) { JobEvent(at: $0.timestamp(0), what: $0.text(1), why: $0.optionalText(2), who: $0.optionalText(3)) }
    .reversed()
}

func deliverySummaries(of job: JobID, _ db: borrowing Connection) throws -> [DeliverySummary] {
    try db.all(
        "SELECT delivery FROM deliveries INDEXED BY deliveries_job WHERE job = ?1 ORDER BY delivery LIMIT ?2",
        job.number, JobDetails.maxRows
    ) { DeliveryID($0.int64(0)) }
    .compactMap { try summary(of: $0, db) }
}

func summary(of delivery: DeliveryID, _ db: borrowing Connection) throws -> DeliverySummary? {
    try db.first(
        """
        SELECT a.key, c.peer, d.job, d.state, d.attempt, d.reason, d.tried_at, d.due_at, d.ended_at, d.wecom_id,
            d.replay_of, (SELECT r.delivery FROM deliveries r INDEXED BY deliveries_replays WHERE r.replay_of = d.delivery),
            d.body, d.response_code
        FROM deliveries d CROSS JOIN conversations c ON c.conv = d.conv CROSS JOIN apps a ON a.app = c.app
        WHERE d.delivery = ?1
        """, delivery.number
    ) { row in
        guard let endpoint = Endpoint(row.text(0)), let state = DeliveryState(rawValue: row.text(3)) else {
            throw UnreadableRow(table: "deliveries", id: delivery.description)
        }
        return DeliverySummary(
            id: delivery, endpoint: endpoint, peer: row.text(1), job: row.optionalInt64(2).map(JobID.init),
            state: state,
            attempt: row.int(4), reason: row.optionalText(5), triedAt: row.optionalTimestamp(6),
            dueAt: row.optionalTimestamp(7), endedAt: row.optionalTimestamp(8), wecomID: row.optionalText(9),
            responseCode: row.optionalText(13),
            replayOf: row.optionalInt64(10).map(DeliveryID.init),
            replayedAs: row.optionalInt64(11).map(DeliveryID.init),
            text: (Part(storedAs: row.text(12))?.excerpt ?? "").excerpt)
    }
}
