import PostgreSQL
package import Router
import System
import Text
import WeCom

extension PostgresStore {
    package func jobs(in state: JobState?, matching filter: LedgerFilter) async throws -> Page<JobSummary> {
        try await database.read { db in
            let found =
                if let number = filter.messageNumber {
                    Page(try jobNumbers(ofMessage: number, in: state, filter, db), next: nil)
                } else if state == .failed {
                    try filter.look(floor: { try failedJobsFloor($0, db) }, find: { try failedJobs(filter, $0, db) })
                } else {
                    try filter.look(
                        floor: { try jobsAndRefusalsFloor($0, db) },
                        find: { try jobsAndRefusals(in: state, filter, $0, db) })
                }
            return Page(
                try found.items.compactMap { try summary(of: JobID($0), db) ?? refusalSummary(of: JobID($0), db) },
                next: found.next)
        }
    }

    package func job(_ id: JobID) async throws -> JobDetails? {
        try await database.read { db in
            guard let summary = try summary(of: id, db) ?? refusalSummary(of: id, db) else { return nil }
            return JobDetails(
                summary: summary, messages: try messages(of: id, db), events: try events(of: id, db),
                deliveries: try deliverySummaries(of: id, db), feedback: try feedback(on: id, db))
        }
    }

    package func failedJob(numbered digits: String) async throws -> JobID? {
        var before = Int64.max
        while true {
            let page = try await database.read { [before] db in
                try db.all(
                    """
                    SELECT job FROM jobs WHERE state = 'failed' AND job < $1
                    ORDER BY job DESC LIMIT $2
                    """, before, LedgerFilter.rowsLookedAt
                ) { JobID($0.int64(0)) }
            }
            if let found = page.first(where: { $0.shortNumber.isSame(as: digits) }) { return found }
            guard let last = page.last else { return nil }
            before = last.number
        }
    }

    package func deliveries(
        in selection: DeliverySelection, matching filter: LedgerFilter
    ) async throws -> Page<DeliverySummary> {
        try await database.read { db in
            let found =
                if let number = filter.messageNumber {
                    Page(try deliveryNumbers(ofMessage: number, in: selection, filter, db), next: nil)
                } else if selection == .dead || selection == .one(.failed) {
                    try filter.look(
                        floor: { try failedDeliveriesFloor($0, db) },
                        find: { try failedDeliveries(filter, isDead: selection == .dead, $0, db) })
                } else {
                    try filter.look(
                        floor: { try deliveriesFloor($0, db) },
                        find: { try deliveryNumbers(in: selection, filter, $0, db) })
                }
            return Page(try found.items.compactMap { try summary(of: DeliveryID($0), db) }, next: found.next)
        }
    }
}

// MARK: Jobs

/// The number of the last job that a page looks at; nil if there are fewer.
func jobsFloor(_ span: LedgerFilter.Span, _ db: borrowing Connection) throws -> Int64? {
    try db.first(
        "SELECT job FROM jobs WHERE job < $1 ORDER BY job DESC LIMIT 1 OFFSET $2", span.end,
        LedgerFilter.rowsLookedAt - 1
    ) {
        $0.int64(0)
    }
}

private func jobNumbers(
    in state: JobState?, _ filter: LedgerFilter, _ span: LedgerFilter.Span, _ db: borrowing Connection
) throws -> [Int64] {
    try db.all(
        """
        SELECT j.job FROM jobs j JOIN conversations c ON c.conv = j.conv JOIN apps a ON a.app = c.app
        WHERE j.job >= $1 AND j.job < $2 AND ($3 IS NULL OR j.state = $3) AND ($4 IS NULL OR a.key = $4)
            AND ($5 IS NULL OR substr(a.key, 1, length($5)) = $5) AND ($6 IS NULL OR c.peer = $6)
        ORDER BY j.job DESC LIMIT $7
        """, span.least, span.end, state?.rawValue, filter.appText, filter.corpPrefix, filter.peer, filter.rows
    ) { $0.int64(0) }
}

private func jobsAndRefusalsFloor(_ span: LedgerFilter.Span, _ db: borrowing Connection) throws -> Int64? {
    let refusals = try db.first(
        """
        SELECT refusal FROM refusals WHERE refusal < $1
        ORDER BY refusal DESC LIMIT 1 OFFSET $2
        """, span.end, LedgerFilter.rowsLookedAt - 1
    ) { $0.int64(0) }
    return [try jobsFloor(span, db), refusals].compactMap(\.self).max()
}

/// Refused messages stand among the jobs that were cancelled.
private func jobsAndRefusals(
    in state: JobState?, _ filter: LedgerFilter, _ span: LedgerFilter.Span, _ db: borrowing Connection
) throws -> [Int64] {
    let jobs = try jobNumbers(in: state, filter, span, db)
    guard state == nil || state == .cancelled else { return jobs }
    let refused = try refusals(filter, from: span.least, upTo: span.end, atMost: filter.rows, db)
    return refused.isEmpty ? jobs : Array((jobs + refused).sorted(by: >).prefix(filter.rows))
}

private func failedJobsFloor(_ span: LedgerFilter.Span, _ db: borrowing Connection) throws -> Int64? {
    try db.first(
        """
        SELECT job FROM jobs WHERE state = 'failed' AND job < $1
        ORDER BY job DESC LIMIT 1 OFFSET $2
        """, span.end, LedgerFilter.rowsLookedAt - 1
    ) { $0.int64(0) }
}

private func failedJobs(_ filter: LedgerFilter, _ span: LedgerFilter.Span, _ db: borrowing Connection) throws -> [Int64]
{
    try db.all(
        """
        SELECT j.job FROM jobs j JOIN conversations c ON c.conv = j.conv
            JOIN apps a ON a.app = c.app
        WHERE j.state = 'failed' AND j.job >= $1 AND j.job < $2 AND ($3 IS NULL OR a.key = $3)
            AND ($4 IS NULL OR substr(a.key, 1, length($4)) = $4) AND ($5 IS NULL OR c.peer = $5)
        ORDER BY j.job DESC LIMIT $6
        """, span.least, span.end, filter.appText, filter.corpPrefix, filter.peer, filter.rows
    ) { $0.int64(0) }
}

/// By way of the table that finds repeats, whose key begins with the number: no index of its own that every accept would
/// have to pay for. Retries are found through what they replay.
private func jobNumbers(
    ofMessage number: UInt64, in state: JobState?, _ filter: LedgerFilter, _ db: borrowing Connection
) throws -> [Int64] {
    try db.all(
        """
        WITH RECURSIVE found (job) AS (
            SELECT job FROM dedup WHERE stamp = $1 AND job IS NOT NULL
            UNION SELECT r.job FROM found JOIN jobs r ON r.replay_of = found.job)
        SELECT j.job FROM found JOIN jobs j ON j.job = found.job JOIN conversations c ON c.conv = j.conv
            JOIN apps a ON a.app = c.app
        WHERE j.job >= $2 AND j.job < $3 AND ($4 IS NULL OR j.state = $4) AND ($5 IS NULL OR a.key = $5)
            AND ($6 IS NULL OR substr(a.key, 1, length($6)) = $6) AND ($7 IS NULL OR c.peer = $7)
        ORDER BY j.job DESC LIMIT $8
        """, Int64(truncatingIfNeeded: number), filter.span.least, filter.span.end, state?.rawValue, filter.appText,
        filter.corpPrefix, filter.peer, filter.rows
    ) { $0.int64(0) }
}

// MARK: Deliveries

private func deliveriesFloor(_ span: LedgerFilter.Span, _ db: borrowing Connection) throws -> Int64? {
    try db.first(
        "SELECT delivery FROM deliveries WHERE delivery < $1 ORDER BY delivery DESC LIMIT 1 OFFSET $2", span.end,
        LedgerFilter.rowsLookedAt - 1
    ) { $0.int64(0) }
}

private func deliveryNumbers(
    in selection: DeliverySelection, _ filter: LedgerFilter, _ span: LedgerFilter.Span, _ db: borrowing Connection
) throws -> [Int64] {
    try db.all(
        """
        SELECT d.delivery FROM deliveries d JOIN conversations c ON c.conv = d.conv
            JOIN apps a ON a.app = c.app
        WHERE d.delivery >= $1 AND d.delivery < $2 AND ($3 IS NULL OR d.state = $3) AND ($4 IS NULL OR a.key = $4)
            AND ($5 IS NULL OR substr(a.key, 1, length($5)) = $5) AND ($6 IS NULL OR c.peer = $6)
        ORDER BY d.delivery DESC LIMIT $7
        """, span.least, span.end, selection.state?.rawValue, filter.appText, filter.corpPrefix, filter.peer,
        filter.rows
    ) { $0.int64(0) }
}

private func failedDeliveriesFloor(_ span: LedgerFilter.Span, _ db: borrowing Connection) throws -> Int64? {
    try db.first(
        """
        SELECT delivery FROM deliveries WHERE state = 'failed' AND delivery < $1
        ORDER BY delivery DESC LIMIT 1 OFFSET $2
        """, span.end, LedgerFilter.rowsLookedAt - 1
    ) { $0.int64(0) }
}

private func failedDeliveries(
    _ filter: LedgerFilter, isDead: Bool, _ span: LedgerFilter.Span, _ db: borrowing Connection
) throws -> [Int64] {
    try db.all(
        """
        SELECT d.delivery FROM deliveries d JOIN conversations c ON c.conv = d.conv
            JOIN apps a ON a.app = c.app
        WHERE d.state = 'failed' AND d.delivery >= $1 AND d.delivery < $2 AND ($3 IS NULL OR a.key = $3)
            AND ($4 IS NULL OR substr(a.key, 1, length($4)) = $4) AND ($5 IS NULL OR c.peer = $5)
            AND (NOT $6 OR NOT EXISTS (SELECT 1 FROM deliveries r WHERE r.replay_of = d.delivery))
        ORDER BY d.delivery DESC LIMIT $7
        """, span.least, span.end, filter.appText, filter.corpPrefix, filter.peer, isDead, filter.rows
    ) { $0.int64(0) }
}

private func deliveryNumbers(
    ofMessage number: UInt64, in selection: DeliverySelection, _ filter: LedgerFilter, _ db: borrowing Connection
) throws -> [Int64] {
    try db.all(
        """
        WITH RECURSIVE found (job) AS (
            SELECT job FROM dedup WHERE stamp = $1 AND job IS NOT NULL
            UNION SELECT r.job FROM found JOIN jobs r ON r.replay_of = found.job)
        SELECT d.delivery FROM found JOIN deliveries d ON d.job = found.job
            JOIN conversations c ON c.conv = d.conv JOIN apps a ON a.app = c.app
        WHERE d.delivery >= $2 AND d.delivery < $3 AND ($4 IS NULL OR d.state = $4) AND ($5 IS NULL OR a.key = $5)
            AND ($6 IS NULL OR substr(a.key, 1, length($6)) = $6) AND ($7 IS NULL OR c.peer = $7)
            AND (NOT $8 OR NOT EXISTS (SELECT 1 FROM deliveries r WHERE r.replay_of = d.delivery))
        ORDER BY d.delivery DESC LIMIT $9
        """, Int64(truncatingIfNeeded: number), filter.span.least, filter.span.end, selection.state?.rawValue,
        filter.appText, filter.corpPrefix, filter.peer, selection == .dead, filter.rows
    ) { $0.int64(0) }
}
