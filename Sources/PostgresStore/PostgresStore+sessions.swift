import JSON
import PostgreSQL
package import Router
package import System
import WeCom

extension PostgresStore {
    package func session(of conversation: ConversationKey, epoch: Int64, agent: String) async throws -> Session? {
        try await database.readOnce { db in
            try db.first(
                """
                SELECT s.state, s.job, s.turns, s.started_at, s.used_at
                FROM apps a JOIN conversations c ON c.app = a.app AND c.peer = $2
                    JOIN sessions s ON s.conv = c.conv AND s.agent = $3 AND s.epoch = $4
                WHERE a.key = $1
                """, conversation.endpoint.description, conversation.peer.description, agent, epoch
            ) { row in
                guard let state = JSONValue(storedAs: row.text(0)) else {
                    throw UnreadableRow(table: "sessions", id: "of \(conversation)")
                }
                return Session(
                    state: state, job: JobID(row.int64(1)), turns: row.int(2), startedAt: row.timestamp(3),
                    usedAt: row.timestamp(4))
            }
        }
    }

    package func keep(_ update: SessionUpdate, for lease: Lease, at now: Timestamp) async throws -> Bool {
        let now = time(now)
        return try await database.write(for: .turns, about: .job(lease.job)) { db in
            let held = try db.first(
                "SELECT conv, epoch FROM jobs WHERE job = $1 AND lease = $2 AND state = 'running'", lease.job.number,
                lease.number
            ) { (conversation: $0.int64(0), epoch: $0.int64(1)) }
            guard let held else { return false }
            try write(update, of: lease.job, in: held.conversation, held.epoch, turns: 0, at: now, db)
            return true
        }
    }

    package func beginEpoch(of conversation: ConversationKey, at now: Timestamp) async throws -> Bool {
        let now = time(now)
        return try await database.write(for: .turns) { [state] db in
            guard var known = try state.knownConversation(conversation, at: now, db) else { return false }
            try known.learnOwnSessions(of: nil, db)
            _ = known.machine.beginEpoch()
            try state.apply(&known, db)
            return true
        }
    }

    package func sessions(matching filter: LedgerFilter) async throws -> Page<SessionSummary> {
        try await database.read { db in
            let limit = max(1, min(filter.limit, LedgerFilter.maxLimit))
            let rows = try db.all(
                """
                SELECT s.session, a.key, c.peer, s.agent, s.epoch,
                    CASE WHEN s.member IS NULL THEN s.epoch = c.epoch ELSE s.epoch = m.epoch AND s.epoch > c.epoch END,
                    s.turns, s.started_at, s.used_at, s.job, octet_length(s.state), s.member
                FROM sessions s JOIN conversations c ON c.conv = s.conv JOIN apps a ON a.app = c.app
                    LEFT JOIN members m ON m.conv = s.conv AND m.member = s.member
                WHERE s.session < $1 AND ($2 IS NULL OR a.key = $2)
                    AND ($3 IS NULL OR substr(a.key, 1, length($3)) = $3) AND ($4 IS NULL OR c.peer = $4 OR s.member = $7)
                    AND ($5 IS NULL OR s.used_at >= $5)
                ORDER BY s.session DESC LIMIT $6
                """, filter.before ?? .max, filter.endpoint?.description, filter.corp.map { "\($0)/" },
                filter.peer, filter.since, limit, filter.user?.folded
            ) { row in
                (session: row.int64(0), summary: Endpoint(row.text(1)).map { SessionSummary(row, of: $0) })
            }
            return Page(
                rows.compactMap(\.summary), next: rows.count == limit ? rows.last.map(\.session) : nil)
        }
    }
}

extension SessionSummary {
    fileprivate init(_ row: borrowing Row, of endpoint: Endpoint) {
        self.init(
            endpoint: endpoint, peer: row.text(2), member: row.optionalText(11).map(UserID.init), agent: row.text(3),
            epoch: row.int64(4), isCurrent: row.bool(5),
            turns: row.int(6), startedAt: row.timestamp(7), usedAt: row.timestamp(8), lastJob: JobID(row.int64(9)),
            bytes: row.int(10))
    }
}

/// Writes what an agent remembers from now on, in the epoch of the turn that says so.
func write(
    _ update: SessionUpdate, of job: JobID, in conversation: Int64, _ epoch: Int64, turns: Int, at now: Timestamp,
    _ db: borrowing Connection
) throws {
    if let state = update.state {
        try db.send(
            """
            INSERT INTO sessions (conv, agent, epoch, state, job, turns, started_at, used_at, member)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $7, (SELECT member FROM jobs WHERE job = $5))
            ON CONFLICT (conv, agent, epoch) DO UPDATE SET state = $4, job = $5, used_at = $7,
                turns = CASE WHEN $8 THEN $6 ELSE sessions.turns + $6 END,
                started_at = CASE WHEN $8 THEN $7 ELSE sessions.started_at END
            """, conversation, update.agent, epoch, state.text, job.number, turns, now, update.isFresh)
    } else {
        try db.send(
            """
            UPDATE sessions SET job = $4, used_at = $6, turns = turns + $5
            WHERE conv = $1 AND agent = $2 AND epoch = $3
            """, conversation, update.agent, epoch, job.number, turns, now)
    }
}
