import JSON
package import Router
import SQLite
package import System
import WeCom

extension SQLiteStore {
    /// Leases are freed by the next start, since this process is the file's only server; the time is for people to read.
    private static let leaseLength = Duration.seconds(3600)

    package func claim(_ limit: Int, for owner: String, at now: Timestamp) async throws -> [ClaimedJob] {
        try await database.write { [state] db in
            try state.withLock { state in
                try promoteDue(in: db, at: now)
                var jobs: [ClaimedJob] = []
                while jobs.count < limit, let turn = try state.nextTurn(in: db) {
                    let until = now.advanced(by: SQLiteStore.leaseLength)
                    if let job = try state.take(turn, for: owner, until: until, at: now, in: db) { jobs.append(job) }
                }
                return jobs
            }
        }
    }
}

/// A conversation whose turn it is.
private struct ReadyTurn {
    let conversation: Int64
    let app: Int64
}

private func promoteDue(in db: borrowing Connection, at now: Timestamp) throws {
    try db.run(
        """
        UPDATE queue SET turn = 1 WHERE conv IN (
            SELECT conv FROM queue INDEXED BY queue_due WHERE turn = 2 AND at <= ?1 ORDER BY at LIMIT 200)
        """, now)
}

extension SQLiteStore.WriterState {
    /// The next app's longest waiting conversation; after the last app comes the first.
    fileprivate mutating func nextTurn(in db: borrowing Connection) throws -> ReadyTurn? {
        for cursor in claimCursor == 0 ? [0] : [claimCursor, 0] {
            let found = try db.first(
                "SELECT conv, app FROM queue INDEXED BY queue_ready WHERE turn = 1 AND app > ?1 ORDER BY app, at LIMIT 1",
                cursor
            ) { ReadyTurn(conversation: $0.int64(0), app: $0.int64(1)) }
            if let found {
                claimCursor = found.app
                return found
            }
        }
        claimCursor = 0
        return nil
    }

    /// Leases the conversation's first open job.
    fileprivate mutating func take(
        _ turn: ReadyTurn, for owner: String, until: Timestamp, at now: Timestamp, in db: borrowing Connection
    ) throws -> ClaimedJob? {
        let leased = try db.first(
            """
            UPDATE jobs SET state = 'running', attempt = attempt + 1, lease = lease + 1, owner = ?2, lease_until = ?3
            WHERE job = (
                SELECT job FROM jobs INDEXED BY jobs_open
                WHERE conv = ?1 AND state IN ('ready', 'running', 'waiting') ORDER BY job LIMIT 1)
            AND state = 'ready'
            RETURNING job, lease, attempt, epoch
            """, turn.conversation, owner, until
        ) { (job: JobID($0.int64(0)), lease: $0.int64(1), attempt: $0.int(2), epoch: $0.int64(3)) }
        guard let leased, let conversation = try conversationKey(of: turn, in: db) else {
            // Nothing to run: the row is a leftover, and without it the next message makes a right one.
            try db.run("DELETE FROM queue WHERE conv = ?1", turn.conversation)
            return nil
        }
        try db.run("UPDATE queue SET turn = 3 WHERE conv = ?1", turn.conversation)
        try note(leased.job, "running", nil, at: now, in: db)
        return ClaimedJob(
            lease: Lease(job: leased.job, number: leased.lease), conversation: conversation, epoch: leased.epoch,
            attempt: leased.attempt, messages: try messages(of: leased.job, in: db))
    }

    private func conversationKey(of turn: ReadyTurn, in db: borrowing Connection) throws -> ConversationKey? {
        try conversationKey(turn.conversation, app: turn.app, in: db)
    }

    private func messages(of job: JobID, in db: borrowing Connection) throws -> [AcceptedMessage] {
        try db.all("SELECT body, reply_address FROM messages WHERE job = ?1 ORDER BY n", job.number) { row in
            guard let address = ReplyAddress(json: try JSONValue(parsing: Array(row.text(1).utf8))),
                let message = AcceptedMessage(json: try JSONValue(parsing: Array(row.text(0).utf8)), replyAddress: address)
            else { throw UnreadableRow(table: "messages", id: job.description) }
            return message
        }
    }
}

extension SQLiteStore.WriterState {
    /// The conversation as the rest of the program knows it.
    func conversationKey(
        _ conversation: Int64, app: Int64, in db: borrowing Connection
    ) throws -> ConversationKey? {
        let peer = try db.first("SELECT peer FROM conversations WHERE conv = ?1", conversation) { $0.text(0) }
        guard let peer, peer.hasPrefix("user:"), let key = try appKey(app, in: db) else { return nil }
        return ConversationKey(app: key, user: UserID(String(peer.dropFirst(5))))
    }

    private func appKey(_ app: Int64, in db: borrowing Connection) throws -> AppKey? {
        if let key = keys[app] { return key }
        return try db.first("SELECT key FROM apps WHERE app = ?1", app) { $0.text(0) }.flatMap(AppKey.init)
    }
}

/// A row that this version cannot read: written by another, or damaged.
struct UnreadableRow: Error, CustomStringConvertible {
    let table: String
    let id: String
    var description: String { "the store's row \(id) in \(table) cannot be read: another version wrote it, or it is damaged" }
}

/// Adds a line to a job's time line.
func note(_ job: JobID, _ what: String, _ why: String?, at now: Timestamp, in db: borrowing Connection) throws {
    try db.run(
        """
        INSERT INTO events (job, n, at, what, why)
        VALUES (?1, (SELECT coalesce(max(n), 0) + 1 FROM events WHERE job = ?1), ?2, ?3, ?4)
        """, job.number, now, what, why)
}
