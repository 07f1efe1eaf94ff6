import PostgreSQL
import Router
package import System

extension PostgresStore {
    package func rescue(except owner: String, at now: Timestamp) async throws -> Int {
        let now = time(now)
        let isNeeded = try await database.repeatably(for: .turns) { db in
            try Orphan.areExpired(by: now, notOf: owner, db)
        }
        guard isNeeded else { return 0 }
        return try await database.write(for: .turns) { [state] db in
            let orphans = try Orphan.expired(by: now, notOf: owner, db)
            for orphan in orphans { try state.take(back: orphan, at: now, db) }
            return orphans.count
        }
    }
}

/// A running job whose worker is gone.
struct Orphan {
    let lease: Lease

    private init(_ row: borrowing Row) { lease = Lease(job: JobID(row.int64(0)), number: row.int64(1)) }

    /// Some of those that run under these owners, for a start: they are this process's own, of before.
    static func all(of dead: [String], _ db: borrowing Connection) throws -> [Orphan] {
        try db.all(
            """
            SELECT j.job, j.lease FROM queue q CROSS JOIN LATERAL (
                SELECT job, lease, state, owner, lease_until FROM jobs WHERE conv = q.conv AND ended_at IS NULL
                ORDER BY conv, job LIMIT 1) AS j
            WHERE q.turn = 3 AND j.state = 'running' AND j.owner = ANY ($1)
            ORDER BY j.lease_until, j.job LIMIT 200 FOR UPDATE OF q SKIP LOCKED
            """, Column(dead)
        ) { Orphan($0) }
    }

    /// True if there may be some of others; locks nothing.
    static func areExpired(by now: Timestamp, notOf owner: String, _ db: borrowing Connection) throws -> Bool {
        try db.first(
            """
            SELECT 1 FROM queue q CROSS JOIN LATERAL (
                SELECT state, owner, lease_until FROM jobs WHERE conv = q.conv AND ended_at IS NULL
                ORDER BY conv, job LIMIT 1) AS j
            WHERE q.turn = 3 AND j.state = 'running' AND j.lease_until < $1 AND j.owner <> $2 LIMIT 1
            """, now, owner
        ) { _ in true } ?? false
    }

    /// The first open job of a conversation is the one that runs, if any does; its place says that before.
    ///
    /// Looks once more at each when it is locked: one that was renewed meanwhile is somebody's who lives.
    static func expired(by now: Timestamp, notOf owner: String, _ db: borrowing Connection) throws -> [Orphan] {
        let found = try db.all(
            """
            SELECT j.job FROM queue q CROSS JOIN LATERAL (
                SELECT job, state, owner, lease_until FROM jobs WHERE conv = q.conv AND ended_at IS NULL
                ORDER BY conv, job LIMIT 1) AS j
            WHERE q.turn = 3 AND j.state = 'running' AND j.lease_until < $1 AND j.owner <> $2
            ORDER BY j.lease_until, j.job LIMIT 200 FOR UPDATE OF q SKIP LOCKED
            """, now, owner
        ) { $0.int64(0) }
        if found.isEmpty { return [] }
        let expired = try db.all(
            """
            SELECT job, lease FROM jobs WHERE job = ANY ($2) AND state = 'running' AND lease_until < $1
            ORDER BY job FOR UPDATE SKIP LOCKED
            """, planned: .anew, now, Column(found)
        ) { Orphan($0) }
        let places = Dictionary(uniqueKeysWithValues: found.enumerated().map { ($1, $0) })
        return expired.sorted { places[$0.lease.job.number, default: 0] < places[$1.lease.job.number, default: 0] }
    }
}

extension WriterState {
    /// Settles a job whose worker went away, as its app wants it.
    func take(
        back orphan: Orphan, at now: Timestamp, _ db: borrowing Connection
    ) throws {
        try db.send(
            "SELECT 1 FROM outbox WHERE conv = (SELECT conv FROM jobs WHERE job = $1) FOR UPDATE",
            orphan.lease.job.number)
        guard case (var conversation, let job)? = try conversation(running: orphan.lease, at: now, db) else { return }
        try conversation.learnEnd(of: job, db)
        let app = try appKey(conversation.app, in: db)
        let conduct = recovery.conduct(of: app, to: try replyAddress(of: job.id, db), for: job.id)
        decide(&conversation) { $0.takeBack(job, conduct) }
        try apply(&conversation, db)
    }
}

/// The address of the message that came last; nil for one that cannot be read.
func replyAddress(of job: JobID, _ db: borrowing Connection) throws -> ReplyAddress? {
    let text = try db.first("SELECT reply_address FROM messages WHERE job = $1 ORDER BY n DESC LIMIT 1", job.number) {
        $0.text(0)
    }
    return text.flatMap { ReplyAddress(storedAs: $0) }
}
