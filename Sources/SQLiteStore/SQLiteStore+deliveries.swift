import JSON
package import Router
import SQLite
package import System
import WeCom

extension SQLiteStore {
    package func claimDeliveries(
        for owner: String, within rules: DeliveryRules, at now: Timestamp
    ) async throws -> [Delivery] {
        try await database.write { [state] db in
            try state.withLock { state in
                try state.makeReadyWhatIsDue(at: now, in: db)
                var rules = rules
                var deliveries: [Delivery] = []
                while rules.limit > 0, let place = try state.nextPlace(within: rules, in: db) {
                    guard let delivery = try state.take(place, for: owner, within: rules, at: now, in: db)
                    else { continue }
                    rules.note(delivery)
                    deliveries.append(delivery)
                }
                return deliveries
            }
        }
    }

    package func markSent(_ lease: DeliveryLease, _ receipt: SendReceipt, at now: Timestamp) async throws -> Bool {
        try await database.write { [state] db in
            try state.withLock { state in
                guard var conversation = try state.conversation(sending: lease, at: now, db) else { return false }
                if receipt.responseCode != nil { try conversation.learnQuestions(shownBy: lease, db) }
                conversation.machine.noteSent(lease, receipt)
                try state.apply(&conversation, db)
                return true
            }
        }
    }

    package func recentSends(since moment: Timestamp) async throws -> [Endpoint: [Timestamp]] {
        let rows = try await database.read { db in
            try db.all(
                """
                SELECT a.key, s.at FROM recent_sends s CROSS JOIN conversations c ON c.conv = s.conv
                    CROSS JOIN apps a ON a.app = c.app
                WHERE s.at > ?1 LIMIT 1000000
                """, moment
            ) { (app: Endpoint($0.text(0)), at: $0.timestamp(1)) }
        }
        return rows.reduce(into: [:]) { sends, row in
            if let app = row.app { sends[app, default: []].append(row.at) }
        }
    }

    package func keepMedia(
        _ media: UploadedMedia, for lease: DeliveryLease, at now: Timestamp
    ) async throws -> Bool {
        try await database.write { db in
            try db.run(
                """
                UPDATE deliveries SET media_id = ?3, media_at = ?4, media_kind = ?5
                WHERE delivery = ?1 AND attempt = ?2 AND state = 'sending'
                """, lease.delivery.number, lease.number, media.id.text, now, media.kind?.rawValue) == 1
        }
    }

    package func postpone(
        _ lease: DeliveryLease, until due: Timestamp, reason: String?, at now: Timestamp
    ) async throws -> Bool {
        try await database.write { [state] db in
            try state.withLock { state in
                guard var conversation = try state.conversation(sending: lease, at: now, db) else { return false }
                conversation.machine.postpone(
                    lease, until: due, reason: reason, signIsOvertaken: try jobHasEnded(of: lease.delivery, in: db))
                try state.apply(&conversation, db)
                return true
            }
        }
    }

    package func hurry(_ endpoint: Endpoint, at now: Timestamp) async throws -> Int {
        try await database.write { [state] db in
            try state.withLock { state in
                let rows = try db.all(
                    """
                    SELECT o.conv FROM outbox o INDEXED BY outbox_due
                    WHERE o.turn = 2 AND o.app = (SELECT app FROM apps WHERE key = ?1) ORDER BY o.at LIMIT 1000
                    """, endpoint.description
                ) { $0.int64(0) }
                var count = 0
                for row in rows {
                    var conversation = try state.conversation(row, at: now, db)
                    conversation.machine.learn(deliveries: try OpenDelivery.all(of: row, db))
                    if conversation.machine.hurry() { count += 1 }
                    try state.apply(&conversation, db)
                }
                return count
            }
        }
    }

    package func markFailed(
        _ lease: DeliveryLease, reason: String, as failure: DeliveryFailure, at now: Timestamp
    ) async throws -> Bool {
        try await database.write { [state] db in
            try state.withLock { try $0.fail(lease, reason: reason, as: failure, at: now, in: db) }
        }
    }

    package func renewSendings(of owner: String, for length: Duration, at now: Timestamp) async throws {
        try await database.write { db in
            _ = try db.run(
                "UPDATE outbox INDEXED BY outbox_taken SET lease_until = ?2 WHERE turn = 3 AND owner = ?1", owner,
                now.advanced(by: length))
        }
    }

    package func rescueSendings(except owner: String, at now: Timestamp) async throws -> Int {
        try await database.write { [state] db in
            try state.withLock { state in
                let rows = try db.all(
                    """
                    SELECT conv FROM outbox INDEXED BY outbox_taken
                    WHERE turn = 3 AND lease_until < ?1 AND owner <> ?2 LIMIT 200
                    """, now, owner
                ) { $0.int64(0) }
                for row in rows { try state.takeBackSendings(of: row, reason: "its courier is gone", at: now, db) }
                return rows.count
            }
        }
    }
}

// MARK: Taking one

extension SQLiteStore.WriterState {
    fileprivate mutating func makeReadyWhatIsDue(at now: Timestamp, in db: borrowing Connection) throws {
        let due = try db.all(
            "SELECT conv FROM outbox INDEXED BY outbox_due WHERE turn = 2 AND at <= ?1 ORDER BY at LIMIT 200", now
        ) { $0.int64(0) }
        for row in due {
            var conversation = try conversation(row, at: now, db)
            conversation.machine.outboxComesDue()
            try apply(&conversation, db)
        }
    }

    fileprivate mutating func nextPlace(within rules: DeliveryRules, in db: borrowing Connection) throws -> ReadyPlace?
    {
        var rotation = outboxRotation
        defer { outboxRotation = rotation }
        return try rotation.next(in: db) { rules.admits(try appKey($0, in: db)) }
    }

    /// Marks the conversation's first open delivery as being sent, unless that has to wait or to go. One that cannot be read
    /// fails, and its conversation goes on.
    fileprivate mutating func take(
        _ ready: ReadyPlace, for owner: String, within rules: DeliveryRules, at now: Timestamp,
        in db: borrowing Connection
    ) throws -> Delivery? {
        let first = try StoredDelivery.first(of: ready.conversation, in: db)
        let isSign = first?.open.kind == .progress
        // A sign may be dropped, and the next takes its place.
        let next = isSign ? try OpenDelivery.all(of: ready.conversation, but: first?.open.id, atMost: 1, db) : []
        var conversation = StoredConversation(
            row: ready.conversation, app: ready.app,
            machine: ConversationMachine(
                at: now, identifiers, outbox: .ready(since: ready.since),
                deliveries: (first.map { [$0.open] } ?? []) + next))
        let key = try conversationKey(ready.conversation, app: ready.app, in: db)
        let recent = try first.flatMap { first in
            first.open.body == .message
                ? try RecentSends(like: first.digest, in: ready.conversation, at: now, db) : nil
        }
        let departure = try conversation.machine.send(
            for: owner, lasting: rules.lease, after: recent,
            within: rules.rates(in: key),
            signIsOvertaken: isSign ? try first.map { try jobHasEnded(of: $0.open.id, in: db) } ?? false : false
        ) { rate in
            try db.first(
                "SELECT at FROM recent_sends WHERE conv = ?1 AND at > ?2 ORDER BY at DESC LIMIT 1 OFFSET ?3",
                ready.conversation, now.advanced(by: .zero - rate.period), rate.count - 1
            ) { $0.timestamp(0) }
        }
        try apply(&conversation, db)
        guard case .goes(let open) = departure, let first else { return nil }
        return try delivery(first, open, of: key, ready.conversation, at: now, in: db)
    }

    private mutating func delivery(
        _ stored: StoredDelivery, _ open: OpenDelivery, of key: ConversationKey?, _ conversation: Int64,
        at now: Timestamp, in db: borrowing Connection
    ) throws -> Delivery? {
        guard let key else {
            try fail(open.lease, UnreadableRow(table: "conversations", id: "\(conversation)"), at: now, in: db)
            return nil
        }
        guard let part = Part(storedAs: stored.body) else {
            try fail(open.lease, UnreadableRow(table: "deliveries", id: open.id.description), at: now, in: db)
            return nil
        }
        var delivery = Delivery(open, of: key, part, uploaded: stored.media, at: now)
        if case .recall(let target) = part.body {
            guard let recalled = try wecomID(of: target, in: db) else {
                try dropRecall(open.lease, at: now, in: db)
                return nil
            }
            delivery.recalled = recalled
        }
        return delivery
    }

    private func wecomID(of delivery: DeliveryID, in db: borrowing Connection) throws -> String? {
        try db.first("SELECT wecom_id FROM deliveries WHERE delivery = ?1 AND state = 'sent'", delivery.number) {
            $0.optionalText(0)
        }.flatMap(\.self)
    }

    private mutating func fail(
        _ lease: DeliveryLease, _ unreadable: UnreadableRow, at now: Timestamp, in db: borrowing Connection
    ) throws {
        report(unreadable, lease.delivery.description)
        _ = try fail(lease, reason: unreadable.description, at: now, in: db)
    }

    private mutating func dropRecall(
        _ lease: DeliveryLease, at now: Timestamp, in db: borrowing Connection
    ) throws {
        guard var conversation = try conversation(sending: lease, at: now, db) else { return }
        conversation.machine.dropRecall(lease)
        try apply(&conversation, db)
    }

    fileprivate mutating func fail(
        _ lease: DeliveryLease, reason: String, as failure: DeliveryFailure = .ofReply, at now: Timestamp,
        in db: borrowing Connection
    ) throws -> Bool {
        guard var conversation = try conversation(sending: lease, at: now, db) else { return false }
        // What follows it in its reply may fail with it.
        conversation.machine.learn(deliveries: try OpenDelivery.all(of: conversation.row, db))
        try conversation.learnQuestions(shownBy: lease, db)
        conversation.machine.fail(lease, reason: reason, as: failure)
        try apply(&conversation, db)
        return true
    }

    /// Takes back what a conversation's courier was sending that is gone.
    mutating func takeBackSendings(
        of row: Int64, reason: String, at now: Timestamp, _ db: borrowing Connection
    ) throws {
        var conversation = try conversation(row, at: now, db)
        conversation.machine.learn(deliveries: try OpenDelivery.all(of: row, db))
        conversation.machine.takeBackSendings(reason: reason)
        try apply(&conversation, db)
    }
}

// MARK: Rows

extension OpenDelivery {
    /// Reads eight columns: delivery, class, kind, job, whether it is under way, due_at, attempt, checked.
    init(_ row: borrowing Row, from column: Int = 0) {
        self.init(
            DeliveryID(row.int64(column)), Delivery.Class(rawValue: row.int64(column + 1)) ?? .final,
            Part.Kind(rawValue: row.text(column + 2)) ?? .message, job: row.optionalInt64(column + 3).map(JobID.init),
            isUnderWay: row.bool(column + 4), due: row.optionalTimestamp(column + 5), attempt: row.int(column + 6),
            checksDuplicates: row.optionalBool(column + 7))
    }

    /// The open deliveries of a conversation in the order in which they go.
    static func all(
        of conversation: Int64, but other: DeliveryID? = nil, atMost limit: Int = 1000, _ db: borrowing Connection
    ) throws -> [OpenDelivery] {
        try db.all(
            """
            SELECT delivery, class, kind, job, state = 'sending', due_at, attempt, checked
            FROM deliveries INDEXED BY deliveries_open
            WHERE conv = ?1 AND ended_at IS NULL AND delivery <> ?2 ORDER BY class, delivery LIMIT ?3
            """, conversation, other?.number ?? 0, limit
        ) { OpenDelivery($0) }
    }
}

/// The delivery that goes next, with what it holds.
private struct StoredDelivery {
    let open: OpenDelivery
    let body: String
    let digest: [UInt8]
    let media: (file: UploadedMedia, at: Timestamp)?

    static func first(of conversation: Int64, in db: borrowing Connection) throws -> StoredDelivery? {
        try db.first(
            """
            SELECT delivery, class, kind, job, state = 'sending', due_at, attempt, checked, body, digest, media_id, media_at,
                media_kind
            FROM deliveries INDEXED BY deliveries_open
            WHERE conv = ?1 AND ended_at IS NULL ORDER BY class, delivery LIMIT 1
            """, conversation
        ) { row in
            let media: (UploadedMedia, Timestamp)? =
                if let id = row.optionalText(10), let at = row.optionalTimestamp(11) {
                    (UploadedMedia(MediaID(id), as: row.optionalText(12).flatMap { UploadKind(rawValue: $0) }), at)
                } else { nil }
            return StoredDelivery(open: OpenDelivery(row), body: row.text(8), digest: row.bytes(9), media: media)
        }
    }
}

extension RecentSends {
    fileprivate init(
        like digest: [UInt8], in conversation: Int64, at now: Timestamp, _ db: borrowing Connection
    ) throws {
        let found = try db.first(
            """
            SELECT count(*), coalesce(max(digest = ?3), 0) FROM (
                SELECT digest FROM recent_sends WHERE conv = ?1 AND at > ?2 ORDER BY at DESC LIMIT ?4)
            """, conversation, now.advanced(by: .zero - Delivery.duplicateWindow), digest, RecentSends.lookedAt
        ) { RecentSends(count: $0.int(0), holdTheSame: $0.bool(1)) }
        self = found ?? RecentSends(count: 0, holdTheSame: false)
    }
}

extension SQLiteStore.WriterState {
    /// The conversation of a delivery that is being sent under this lease, with its outbox place, that delivery and the next of
    /// the others.
    fileprivate func conversation(
        sending lease: DeliveryLease, at now: Timestamp, _ db: borrowing Connection
    ) throws -> StoredConversation? {
        let found = try db.first(
            """
            SELECT d.delivery, d.class, d.kind, d.job, 1, d.due_at, d.attempt, d.checked, d.conv, c.app, o.turn, o.at
            FROM deliveries d CROSS JOIN conversations c ON c.conv = d.conv LEFT JOIN outbox o ON o.conv = d.conv
            WHERE d.delivery = ?1 AND d.attempt = ?2 AND d.state = 'sending'
            """, lease.delivery.number, lease.number
        ) { row in
            StoredConversation(
                row: row.int64(8), app: row.int64(9),
                machine: ConversationMachine(
                    at: now, identifiers, outbox: Place(row, from: 10), deliveries: [OpenDelivery(row)]))
        }
        guard var found else { return nil }
        let next = try OpenDelivery.all(of: found.row, but: lease.delivery, atMost: 1, db)
        found.machine.learn(deliveries: found.machine.deliveries + next)
        return found
    }
}

extension StoredConversation {
    /// Learns the questions of a delivery's job, if that is known to ask any.
    fileprivate mutating func learnQuestions(
        shownBy lease: DeliveryLease, _ db: borrowing Connection
    ) throws {
        // Also one that has ended before this process began.
        guard let job = machine.deliveries.first(where: { $0.lease == lease })?.job else { return }
        machine.learn(questions: try KnownQuestion.all(of: job, db))
    }
}

/// True if the job of a sign of life has ended, so that the sign would come after what it announces.
private func jobHasEnded(of delivery: DeliveryID, in db: borrowing Connection) throws -> Bool {
    try db.first(
        """
        SELECT 1 FROM deliveries d CROSS JOIN jobs j ON j.job = d.job
        WHERE d.delivery = ?1 AND d.class = 2 AND j.ended_at IS NOT NULL
        """, delivery.number
    ) { _ in true } ?? false
}
