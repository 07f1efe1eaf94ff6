import JSON
import PostgreSQL
package import Router
package import System

extension PostgresStore {
    package func settle(_ lease: Lease, as settlement: Settlement, at now: Timestamp) async throws -> Bool {
        let item = EndedTurn(lease: lease, settlement: settlement, now: time(now))
        return try await database.write(item, with: settling, for: .turns)
    }
}

/// A turn that is over, on its way into the store.
struct EndedTurn: Sendable {
    let lease: Lease
    let settlement: Settlement
    let now: Timestamp
}

extension WriterState {
    /// Ends turns, as many as have gathered: false for one whose lease another has outbid.
    func settle(_ items: [EndedTurn], in db: borrowing Connection) throws -> [Bool] {
        try lock(items.map { .job($0.lease.job) }, db)
        var running = try runningJobs(under: items.map(\.lease), at: items.map(\.now), db)
        let rows = PendingRows()
        let settled = try items.map { item in
            guard var known = running.removeValue(forKey: item.lease) else { return false }
            try known.learnEnd(db)
            if let notice = item.settlement.notice { try known.conversation.learnHeard(notice.kind, db) }
            decide(&known.conversation) { $0.settle(known.job, as: item.settlement) }
            try apply(&known.conversation, to: rows, db)
            return true
        }
        try rows.write(db)
        return settled
    }

    /// The same of one.
    func settle(
        _ lease: Lease, as settlement: Settlement, at now: Timestamp, in db: borrowing Connection
    ) throws -> Bool {
        try settle([EndedTurn(lease: lease, settlement: settlement, now: now)], in: db) == [true]
    }

    /// The jobs that run under these leases, each with its conversation and what its end looks at.
    private func runningJobs(
        under leases: [Lease], at times: [Timestamp], _ db: borrowing Connection
    ) throws -> [Lease: RunningJob] {
        let found = try db.all(
            """
            SELECT q.turn, q.at, o.turn, o.at, c.epoch, c.last_job, c.peer LIKE 'chat:%', c.conv, c.app, j.job, j.state, j.due_at,
                j.attempt, j.lease, j.crashes, j.epoch, j.cancel, j.held_up_since, j.member, n.job, n.state, n.due_at, n.attempt, n.lease,
                n.crashes, n.epoch, n.cancel, n.held_up_since, n.member,
                EXISTS (SELECT 1 FROM deliveries s WHERE s.job = j.job AND s.class = 2),
                EXISTS (SELECT 1 FROM questions u WHERE u.job = j.job), i.n, CASE WHEN o.conv IS NOT NULL
                    THEN (SELECT max(delivery) FROM deliveries d WHERE d.conv = j.conv AND d.ended_at IS NULL) END
            FROM unnest($1, $2) WITH ORDINALITY AS i (job, lease, n) JOIN jobs j ON j.job = i.job AND j.lease = i.lease
                JOIN conversations c ON c.conv = j.conv LEFT JOIN queue q ON q.conv = j.conv
                LEFT JOIN outbox o ON o.conv = j.conv LEFT JOIN LATERAL (
                    SELECT * FROM jobs WHERE conv = j.conv AND ended_at IS NULL AND job > j.job
                    ORDER BY conv, job LIMIT 1) AS n ON true
            WHERE j.state = 'running'
            """, planned: .anew, Column(leases.map(\.job.number)), Column(leases.map(\.number))
        ) { RunningJob($0, at: times[$0.int(31) - 1]) }
        return Dictionary(found.map { ($0.lease, $0) }) { first, _ in first }
    }
}

/// A job that runs, with what its end looks at.
private struct RunningJob {
    var conversation: StoredConversation
    let job: OpenJob
    private let next: OpenJob?
    private let hasSigns: Bool
    private let hasQuestions: Bool

    init(_ row: borrowing Row, at now: Timestamp) {
        job = OpenJob(row, from: 9)
        next = row.isNull(19) ? nil : OpenJob(row, from: 19)
        conversation = StoredConversation(
            row: row.int64(7), app: row.int64(8), machine: ConversationMachine(row, at: now, jobs: [job]),
            newest: row.optionalInt64(32) ?? 0)
        hasSigns = row.bool(29)
        hasQuestions = row.bool(30)
    }

    var lease: Lease { Lease(job: job.id, number: job.lease) }

    /// Learns what there is, and looks for it only where there is any.
    mutating func learnEnd(_ db: borrowing Connection) throws {
        let behind =
            job.cancel == Cancellation.superseded
            ? try OpenJob.all(of: conversation.row, behind: job.id, db) : next.map { [$0] } ?? []
        conversation.machine.learn(jobs: [job] + behind)
        if hasSigns { conversation.machine.learn(signs: try SignOfLife.all(of: job.id, db)) }
        if hasQuestions { conversation.machine.learn(questions: try KnownQuestion.all(of: job.id, db)) }
    }
}
