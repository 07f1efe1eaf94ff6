import JSON
package import Router
import SQLite
package import System
package import WeCom

extension SQLiteStore {
    package func claimDeliveries(within rules: DeliveryRules, at now: Timestamp) async throws -> [Delivery] {
        try await database.write { [state] db in
            try state.withLock { state in
                try promoteDue(in: db, at: now)
                var rules = rules
                var deliveries: [Delivery] = []
                while rules.limit > 0, let turn = try state.nextTurn(within: rules, in: db) {
                    guard let delivery = try state.take(turn, within: rules, at: now, in: db) else { continue }
                    rules.note(delivery)
                    deliveries.append(delivery)
                }
                return deliveries
            }
        }
    }

    package func markSent(_ delivery: DeliveryID, _ receipt: SendReceipt, at now: Timestamp) async throws {
        try await database.write { [state] db in
            let ended = try endDelivery(delivery, "sent", receipt, reason: receipt.unreached, at: now, in: db)
            guard let ended else { return }
            if receipt.responseCode != nil, let job = ended.job {
                try state.withLock { try $0.showEnding(ofQuestionIn: delivery, job, at: now, db) }
            }
            if ended.isMessage { try noteRecent(delivery, at: now, in: db) }
            if let job = ended.job, ended.kind == .final || ended.kind == .control, ended.isMessage {
                try note(job, "sent", receipt.unreached, at: now, in: db)
            }
            try passOn(ended.conversation, at: now, in: db)
        }
    }

    package func recentSends(since moment: Timestamp) async throws -> [AppKey: [Timestamp]] {
        let rows = try await database.read { db in
            try db.all(
                """
                SELECT a.key, s.at FROM recent_sends s CROSS JOIN conversations c ON c.conv = s.conv
                    CROSS JOIN apps a ON a.app = c.app
                WHERE s.at > ?1 LIMIT 1000000
                """, moment
            ) { (app: AppKey($0.text(0)), at: $0.timestamp(1)) }
        }
        return rows.reduce(into: [:]) { sends, row in
            if let app = row.app { sends[app, default: []].append(row.at) }
        }
    }

    package func keepMedia(_ media: MediaID, of delivery: DeliveryID, at now: Timestamp) async throws {
        try await database.write { db in
            _ = try db.run(
                "UPDATE deliveries SET media_id = ?2, media_at = ?3 WHERE delivery = ?1 AND state = 'sending'",
                delivery.number, media.text, now)
        }
    }

    package func postpone(
        _ delivery: DeliveryID, until due: Timestamp, reason: String?, at now: Timestamp
    ) async throws {
        try await database.write { [state] db in
            if try isOvertaken(delivery, in: db) {
                return try state.withLock { try $0.fail(delivery, reason: "overtaken", at: now, in: db) }
            }
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
        try await database.write { [state] db in
            try state.withLock { try $0.fail(delivery, reason: reason, at: now, in: db) }
        }
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

    /// Marks the conversation's first open delivery as being sent. One that is due later, or would be too much for one
    /// person, puts the conversation off; one that cannot be read fails, and its conversation goes on.
    fileprivate mutating func take(
        _ turn: ReadyTurn, within rules: DeliveryRules, at now: Timestamp, in db: borrowing Connection
    ) throws -> Delivery? {
        guard let first = try OpenDelivery.first(of: turn.conversation, in: db) else {
            try db.run("DELETE FROM outbox WHERE conv = ?1", turn.conversation)
            return nil
        }
        let conversation = try conversationKey(turn.conversation, app: turn.app, in: db)
        let recent = try first.isMessage ? RecentSends(like: first, in: turn.conversation, at: now, db) : nil
        if let later = try postponement(of: first, after: recent, turn, conversation, within: rules, at: now, in: db) {
            try db.run("UPDATE outbox SET turn = 2, at = ?2 WHERE conv = ?1", turn.conversation, later)
            return nil
        }
        let checks = first.checked ?? recent?.allowDuplicateCheck ?? false
        try db.run(
            """
            UPDATE deliveries SET state = 'sending', attempt = attempt + 1, tried_at = ?2, due_at = NULL, checked = ?3
            WHERE delivery = ?1
            """, first.id.number, now, checks)
        try db.run("UPDATE outbox SET turn = 3 WHERE conv = ?1", turn.conversation)
        if first.isSign, try isOvertaken(first.id, in: db) {
            try SQLiteStore.drop(first.id, reason: "overtaken", at: now, in: db)
            return nil
        }
        guard let conversation else {
            try fail(first.id, UnreadableRow(table: "conversations", id: "\(turn.conversation)"), at: now, in: db)
            return nil
        }
        guard let part = Part(storedAs: first.body) else {
            try fail(first.id, UnreadableRow(table: "deliveries", id: first.id.description), at: now, in: db)
            return nil
        }
        var delivery = Delivery(
            id: first.id, conversation: conversation, job: first.job, part: part, attempt: first.attempt + 1,
            checksDuplicates: checks)
        if case .recall(let target) = part.body {
            guard let recalled = try wecomID(of: target, in: db) else {
                try SQLiteStore.drop(first.id, reason: "there is nothing to take back", at: now, in: db)
                return nil
            }
            delivery.recalled = recalled
        }
        if let media = first.media, now.since(media.at) < Delivery.mediaLifetime { delivery.media = media.id }
        return delivery
    }

    /// Until when a delivery is put off that is not to go now.
    private func postponement(
        of delivery: OpenDelivery, after recent: RecentSends?, _ turn: ReadyTurn, _ conversation: ConversationKey?,
        within rules: DeliveryRules, at now: Timestamp, in db: borrowing Connection
    ) throws -> Timestamp? {
        if let dueAt = delivery.dueAt, dueAt > now { return dueAt }
        guard let recent, let conversation, conversation.user != nil,
            let limits = rules.memberLimits[conversation.app]
        else { return nil }
        for limit in limits.out where recent.mayReach(limit.count) {
            // The send that has to be so long ago for one more to be allowed.
            let earlier = try db.first(
                "SELECT at FROM recent_sends WHERE conv = ?1 AND at > ?2 ORDER BY at DESC LIMIT 1 OFFSET ?3",
                turn.conversation, now.advanced(by: .zero - limit.period), limit.count - 1
            ) { $0.timestamp(0) }
            if let earlier { return earlier.advanced(by: limit.period) }
        }
        return nil
    }

    private func wecomID(of delivery: DeliveryID, in db: borrowing Connection) throws -> String? {
        try db.first("SELECT wecom_id FROM deliveries WHERE delivery = ?1 AND state = 'sent'", delivery.number) {
            $0.optionalText(0)
        }.flatMap(\.self)
    }

    private mutating func fail(
        _ delivery: DeliveryID, _ unreadable: UnreadableRow, at now: Timestamp, in db: borrowing Connection
    ) throws {
        report(unreadable, delivery.description)
        try fail(delivery, reason: unreadable.description, at: now, in: db)
    }
}

private struct OpenDelivery {
    let id: DeliveryID
    let dueAt: Timestamp?
    let job: JobID?
    /// Neither a recall nor a change to a card.
    let isMessage: Bool
    /// Of life, from a turn.
    let isSign: Bool
    let body: String
    let digest: [UInt8]
    let attempt: Int
    let checked: Bool?
    let media: (id: MediaID, at: Timestamp)?

    static func first(of conversation: Int64, in db: borrowing Connection) throws -> OpenDelivery? {
        try db.first(
            """
            SELECT delivery, due_at, job, kind = 'message', body, digest, attempt, checked, media_id, media_at,
                class
            FROM deliveries INDEXED BY deliveries_open
            WHERE conv = ?1 AND ended_at IS NULL ORDER BY class, delivery LIMIT 1
            """, conversation
        ) { row in
            let media: (MediaID, Timestamp)? =
                if let id = row.optionalText(8), let at = row.optionalTimestamp(9) { (MediaID(id), at) } else { nil }
            return OpenDelivery(
                id: DeliveryID(row.int64(0)), dueAt: row.optionalTimestamp(1),
                job: row.optionalInt64(2).map(JobID.init), isMessage: row.int(3) == 1,
                isSign: row.int64(10) == Delivery.Class.progress.rawValue, body: row.text(4),
                digest: row.bytes(5), attempt: row.int(6), checked: row.optionalBool(7), media: media)
        }
    }
}

/// What went to a conversation within the window of WeCom's duplicate check, beside what is to go now.
private struct RecentSends {
    /// At most `lookedAt`.
    private let count: Int
    private let holdTheSame: Bool

    private static let lookedAt = 4000

    init(
        like delivery: OpenDelivery, in conversation: Int64, at now: Timestamp, _ db: borrowing Connection
    ) throws {
        let found = try db.first(
            """
            SELECT count(*), coalesce(max(digest = ?3), 0) FROM (
                SELECT digest FROM recent_sends WHERE conv = ?1 AND at > ?2 ORDER BY at DESC LIMIT ?4)
            """, conversation, now.advanced(by: .zero - Delivery.duplicateWindow), delivery.digest,
            RecentSends.lookedAt
        ) { (count: $0.int(0), holdTheSame: $0.int(1) == 1) }
        count = found?.count ?? 0
        holdTheSame = found?.holdTheSame ?? false
    }

    /// Whether there may be so many: with fewer, no limit needs a look.
    func mayReach(_ limit: Int) -> Bool { limit <= count || count == RecentSends.lookedAt }

    /// It would swallow an honest second "ok". With more sent than is looked through, nobody can say.
    var allowDuplicateCheck: Bool { !holdTheSame && count < RecentSends.lookedAt }
}

/// Whether a sign of life would come after what it announces.
private func isOvertaken(_ delivery: DeliveryID, in db: borrowing Connection) throws -> Bool {
    try db.first(
        """
        SELECT 1 FROM deliveries d CROSS JOIN jobs j ON j.job = d.job
        WHERE d.delivery = ?1 AND d.class = 2 AND j.ended_at IS NOT NULL
        """, delivery.number
    ) { _ in true } ?? false
}

private func noteRecent(_ delivery: DeliveryID, at now: Timestamp, in db: borrowing Connection) throws {
    try db.run(
        """
        INSERT INTO recent_sends (conv, at, delivery, digest)
        SELECT conv, ?2, delivery, digest FROM deliveries WHERE delivery = ?1
        """, delivery.number, now)
}

private struct Ended {
    let conversation: Int64
    let job: JobID?
    let kind: Delivery.Class?
    let isMessage: Bool
}

private func endDelivery(
    _ delivery: DeliveryID, _ state: String, _ receipt: SendReceipt = SendReceipt(), reason: String?,
    at now: Timestamp, in db: borrowing Connection
) throws -> Ended? {
    try db.first(
        """
        UPDATE deliveries SET state = ?2, wecom_id = ?3, response_code = ?4, reason = ?5, ended_at = ?6
        WHERE delivery = ?1 AND state = 'sending' RETURNING conv, job, class, kind = 'message'
        """, delivery.number, state, receipt.wecomID, receipt.responseCode, reason, now
    ) { row in
        Ended(
            conversation: row.int64(0), job: row.optionalInt64(1).map(JobID.init),
            kind: Delivery.Class(rawValue: row.int64(2)), isMessage: row.int(3) == 1)
    }
}

extension SQLiteStore {
    fileprivate static func drop(
        _ delivery: DeliveryID, reason: String, at now: Timestamp, in db: borrowing Connection
    ) throws {
        guard let ended = try endDelivery(delivery, "dropped", reason: reason, at: now, in: db) else { return }
        try passOn(ended.conversation, at: now, in: db)
    }
}

extension SQLiteStore.WriterState {
    /// Ends a delivery that is being sent, and the rest of its reply with it. Nobody misses a sign of life, a recall of
    /// one, or that a card shows how its question ended: those are dropped. A question that cannot be shown as a card is put
    /// in words.
    fileprivate mutating func fail(
        _ delivery: DeliveryID, reason: String, at now: Timestamp, in db: borrowing Connection
    ) throws {
        let isMissed = try db.first(
            """
            SELECT class < 2 AND kind <> 'recall' AND (kind <> 'card_update' OR job IS NULL)
            FROM deliveries WHERE delivery = ?1
            """, delivery.number
        ) { $0.int(0) == 1 }
        let state = isMissed == false ? "dropped" : "failed"
        guard let ended = try endDelivery(delivery, state, reason: reason, at: now, in: db) else { return }
        if let job = ended.job, isMissed == true {
            try note(job, "delivery failed", reason, at: now, in: db)
            if ended.kind == .final { try failRest(of: job, in: ended.conversation, at: now, in: db) }
            if ended.kind == .control { try askInWords(insteadOf: delivery, job, at: now, db) }
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
        WHERE conv = ?1 AND class = 1 AND ended_at IS NULL AND job = ?2 AND state = 'pending' AND kind = 'message'
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
