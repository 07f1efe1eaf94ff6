import JSON
package import Router
import SQLite
package import System

extension SQLiteStore {
    package func claimDeliveries(within rules: DeliveryRules, at now: Timestamp) async throws -> [Delivery] {
        try await database.write { [state] db in
            try state.withLock { state in
                try promoteDue(in: db, at: now)
                var rules = rules
                var deliveries: [Delivery] = []
                while rules.limit > 0, let turn = try state.nextTurn(within: rules, in: db) {
                    guard let delivery = try state.take(turn, at: now, in: db) else { continue }
                    rules.note(delivery)
                    deliveries.append(delivery)
                }
                return deliveries
            }
        }
    }

    package func markSent(_ delivery: DeliveryID, wecomID: String?, at now: Timestamp) async throws {
        try await database.write { db in
            let ended = try end(delivery, "sent", wecomID: wecomID, reason: nil, at: now, in: db)
            guard let ended else { return }
            if let job = ended.job { try note(job, "sent", nil, at: now, in: db) }
            try passOn(ended.conversation, at: now, in: db)
        }
    }

    package func postpone(
        _ delivery: DeliveryID, until due: Timestamp, reason: String?, at now: Timestamp
    ) async throws {
        try await database.write { db in
            let conversation = try db.first(
                """
                UPDATE deliveries SET state = 'pending', due_at = ?2, reason = coalesce(?3, reason)
                WHERE delivery = ?1 AND state = 'sending' RETURNING conv
                """, delivery.number, due, reason
            ) { $0.int64(0) }
            if let conversation { try passOn(conversation, at: now, in: db) }
        }
    }

    package func markFailed(_ delivery: DeliveryID, reason: String, at now: Timestamp) async throws {
        try await database.write { db in try SQLiteStore.fail(delivery, reason: reason, at: now, in: db) }
    }
}

private func promoteDue(in db: borrowing Connection, at now: Timestamp) throws {
    try db.run(
        """
        UPDATE outbox SET turn = 1 WHERE conv IN (
            SELECT conv FROM outbox INDEXED BY outbox_due WHERE turn = 2 AND at <= ?1 ORDER BY at LIMIT 200)
        """, now)
}

extension SQLiteStore.WriterState {
    fileprivate mutating func nextTurn(within rules: DeliveryRules, in db: borrowing Connection) throws -> ReadyTurn? {
        var turns = deliveryTurns
        defer { deliveryTurns = turns }
        return try turns.next(in: db) { rules.admits(try appKey($0, in: db)) }
    }

    /// Marks the conversation's first open delivery as being sent. One that is due later puts the conversation off;
    /// one that cannot be read fails, and its conversation goes on.
    fileprivate mutating func take(
        _ turn: ReadyTurn, at now: Timestamp, in db: borrowing Connection
    ) throws -> Delivery? {
        let first = try db.first(
            """
            SELECT delivery, due_at, job, body, digest, attempt, checked FROM deliveries INDEXED BY deliveries_open
            WHERE conv = ?1 AND ended_at IS NULL ORDER BY class, delivery LIMIT 1
            """, turn.conversation
        ) { row in
            OpenDelivery(
                id: DeliveryID(row.int64(0)), dueAt: row.optionalTimestamp(1),
                job: row.optionalInt64(2).map(JobID.init),
                body: row.text(3), digest: row.bytes(4), attempt: row.int(5), checked: row.optionalBool(6))
        }
        guard let first else {
            try db.run("DELETE FROM outbox WHERE conv = ?1", turn.conversation)
            return nil
        }
        if let dueAt = first.dueAt, dueAt > now {
            try db.run("UPDATE outbox SET turn = 2, at = ?2 WHERE conv = ?1", turn.conversation, dueAt)
            return nil
        }
        let checks = try first.checked ?? isUnlikeAnyRecent(first, in: turn.conversation, at: now, db)
        try db.run(
            """
            UPDATE deliveries SET state = 'sending', attempt = attempt + 1, tried_at = ?2, due_at = NULL, checked = ?3
            WHERE delivery = ?1
            """, first.id.number, now, checks)
        try db.run("UPDATE outbox SET turn = 3 WHERE conv = ?1", turn.conversation)
        guard let conversation = try conversationKey(turn.conversation, app: turn.app, in: db) else {
            try fail(first.id, UnreadableRow(table: "conversations", id: "\(turn.conversation)"), at: now, in: db)
            return nil
        }
        guard let part = (try? JSONValue(parsing: Array(first.body.utf8))).flatMap(Part.init(json:)) else {
            try fail(first.id, UnreadableRow(table: "deliveries", id: first.id.description), at: now, in: db)
            return nil
        }
        return Delivery(
            id: first.id, conversation: conversation, job: first.job, part: part, attempt: first.attempt + 1,
            checksDuplicates: checks)
    }

    private func fail(
        _ delivery: DeliveryID, _ unreadable: UnreadableRow, at now: Timestamp, in db: borrowing Connection
    ) throws {
        report(unreadable, delivery.description)
        try SQLiteStore.fail(delivery, reason: unreadable.description, at: now, in: db)
    }
}

private struct OpenDelivery {
    let id: DeliveryID
    let dueAt: Timestamp?
    let job: JobID?
    let body: String
    let digest: [UInt8]
    let attempt: Int
    let checked: Bool?
}

/// Whether WeCom's duplicate check may be asked for: it would swallow an honest second "ok".
private func isUnlikeAnyRecent(
    _ delivery: OpenDelivery, in conversation: Int64, at now: Timestamp, _ db: borrowing Connection
) throws -> Bool {
    try db.first(
        """
        SELECT 1 FROM deliveries INDEXED BY deliveries_sent
        WHERE state = 'sent' AND conv = ?1 AND digest = ?2 AND ended_at > ?3 LIMIT 1
        """, conversation, delivery.digest, now.advanced(by: .zero - Delivery.duplicateWindow)
    ) { _ in true } == nil
}

private struct Ended {
    let conversation: Int64
    let job: JobID?
}

private func end(
    _ delivery: DeliveryID, _ state: String, wecomID: String?, reason: String?, at now: Timestamp,
    in db: borrowing Connection
) throws -> Ended? {
    try db.first(
        """
        UPDATE deliveries SET state = ?2, wecom_id = ?3, reason = ?4, ended_at = ?5
        WHERE delivery = ?1 AND state = 'sending' RETURNING conv, job
        """, delivery.number, state, wecomID, reason, now
    ) { Ended(conversation: $0.int64(0), job: $0.optionalInt64(1).map(JobID.init)) }
}

extension SQLiteStore {
    /// Ends a delivery that is being sent, and the rest of its reply with it.
    fileprivate static func fail(
        _ delivery: DeliveryID, reason: String, at now: Timestamp, in db: borrowing Connection
    ) throws {
        let ended = try end(delivery, "failed", wecomID: nil, reason: reason, at: now, in: db)
        guard let ended else { return }
        if let job = ended.job {
            try note(job, "delivery failed", reason, at: now, in: db)
            try failRest(of: job, in: ended.conversation, at: now, in: db)
        }
        try passOn(ended.conversation, at: now, in: db)
    }
}

/// A reply with a piece missing in the middle would mislead: what follows a failed part does not go.
private func failRest(
    of job: JobID, in conversation: Int64, at now: Timestamp, in db: borrowing Connection
) throws {
    try db.run(
        """
        UPDATE deliveries INDEXED BY deliveries_open
        SET state = 'failed', ended_at = ?3, reason = 'an earlier part of the reply failed'
        WHERE conv = ?1 AND ended_at IS NULL AND job = ?2 AND state = 'pending'
        """, conversation, job.number, now)
}

/// The conversation's next delivery gets its turn, now or when it is due; with none left the row goes.
private func passOn(_ conversation: Int64, at now: Timestamp, in db: borrowing Connection) throws {
    let due = try db.first(
        """
        SELECT coalesce(due_at, 0) FROM deliveries INDEXED BY deliveries_open
        WHERE conv = ?1 AND ended_at IS NULL ORDER BY class, delivery LIMIT 1
        """, conversation
    ) { $0.timestamp(0) }
    guard let due else {
        try db.run("DELETE FROM outbox WHERE conv = ?1", conversation)
        return
    }
    try db.run(
        "UPDATE outbox SET turn = ?2, at = ?3 WHERE conv = ?1", conversation, due > now ? 2 : 1, max(due, now))
}
