package import Router
import SQLite
import System

extension SQLiteStore {
    package func tallies(by grouping: JobGrouping, matching filter: LedgerFilter) async throws -> Page<JobTally> {
        try await database.read { db in
            let asked = filter.span
            let (span, floor) = asked.down(to: try jobsFloor(asked, db))
            return Page(try counted(by: grouping, filter, span, db), next: floor)
        }
    }
}

/// The rows are found by their numbers, as those of a list are, and no more of them than a page of one looks at: what is grouped
/// is in memory by then.
private func counted(
    by grouping: JobGrouping, _ filter: LedgerFilter, _ span: LedgerFilter.Span, _ db: borrowing Connection
) throws -> [JobTally] {
    try db.all(
        """
        SELECT CASE ?7 WHEN 'agent' THEN agent WHEN 'day' THEN quarter WHEN 'outcome' THEN state ELSE app END,
            CASE ?7 WHEN 'user' THEN peer END, count(*), sum(state = 'done'), sum(state = 'failed'),
            sum(state = 'cancelled'), sum(attempt), coalesce(sum(took), 0), coalesce(max(took), 0)
        FROM (
            SELECT a.key AS app, c.peer, j.agent, j.state, j.attempt,
                CASE j.state WHEN 'done' THEN max(0, j.ended_at - ((j.job >> 21) + ?6)) END AS took,
                ((j.job >> 21) + ?6) / 900000 AS quarter
            FROM jobs j CROSS JOIN conversations c ON c.conv = j.conv CROSS JOIN apps a ON a.app = c.app
            WHERE j.job >= ?1 AND j.job < ?2 AND (?3 IS NULL OR a.key = ?3)
                AND (?4 IS NULL OR substr(a.key, 1, length(?4)) = ?4) AND (?5 IS NULL OR c.peer = ?5))
        GROUP BY 1, 2
        """, span.least, span.end, filter.appText, filter.corpPrefix, filter.peer,
        IdentifierSource.time(of: 0).milliseconds, grouping.rawValue
    ) { row in JobTally(grouping.group(row), JobTally.Counts(row)) }
}

extension JobGrouping {
    fileprivate func group(_ row: borrowing Row) -> JobTally.Group {
        switch self {
        case .app: .init(endpoint: Endpoint(row.text(0)))
        case .user: .init(endpoint: Endpoint(row.text(0)), peer: row.text(1))
        case .agent: .init(agent: row.optionalText(0))
        case .day: .init(quarter: Timestamp(milliseconds: row.int64(0) * 900_000))
        case .outcome: .init(state: JobState(rawValue: row.text(0)))
        }
    }
}

extension JobTally.Counts {
    fileprivate init(_ row: borrowing Row) {
        self.init()
        jobs = row.int(2)
        done = row.int(3)
        failed = row.int(4)
        cancelled = row.int(5)
        attempts = row.int(6)
        answerTime = .milliseconds(row.int64(7))
        longestAnswerTime = .milliseconds(row.int64(8))
    }
}
