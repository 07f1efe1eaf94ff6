import JSON
import PostgreSQL
package import Router
package import System
import WeCom

extension PostgresStore {
    package func claimDeliveries(
        for owner: String, within rules: DeliveryRules, at now: Timestamp
    ) async throws -> [Delivery] {
        let now = time(now)
        return try await database.write(for: .sending) { [state] db in
            try state.claimDeliveries(for: owner, within: rules, at: now, in: db)
        }
    }

    package func markSent(_ lease: DeliveryLease, _ receipt: SendReceipt, at now: Timestamp) async throws -> Bool {
        let item = SentDelivery(lease: lease, receipt: receipt, now: time(now))
        return try await database.write(item, with: marking, for: .sending)
    }

    package func recentSends(since moment: Timestamp) async throws -> [Endpoint: [Timestamp]] {
        let rows = try await database.readOnce { db in
            try db.all(
                """
                SELECT a.key, s.at FROM recent_sends s JOIN conversations c ON c.conv = s.conv
                    JOIN apps a ON a.app = c.app
                WHERE s.at > $1 LIMIT 1000000
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
        let now = time(now)
        return try await database.write(for: .sending, about: .delivery(lease.delivery)) { db in
            try db.run(
                """
                UPDATE deliveries SET media_id = $3, media_at = $4, media_kind = $5
                WHERE delivery = $1 AND attempt = $2 AND state = 'sending'
                """, lease.delivery.number, lease.number, media.id.text, now, media.kind?.rawValue) == 1
        }
    }

    package func postpone(
        _ lease: DeliveryLease, until due: Timestamp, reason: String?, at now: Timestamp
    ) async throws -> Bool {
        let (now, due) = (time(now), time(due))
        return try await database.write(for: .sending, about: .delivery(lease.delivery)) { [state] db in
            guard var conversation = try state.conversation(sending: lease, at: now, db) else { return false }
            let isOvertaken = try jobHasEnded(of: lease.delivery, in: db)
            state.decide(&conversation) {
                $0.postpone(lease, until: due, reason: reason, signIsOvertaken: isOvertaken)
            }
            try state.apply(&conversation, db)
            return true
        }
    }

    package func hurry(_ endpoint: Endpoint, at now: Timestamp) async throws -> Int {
        let now = time(now)
        return try await database.write(for: .sending) { [state] db in
            let waiting = try db.all(
                """
                SELECT o.conv, o.app, o.turn, o.at FROM outbox o
                WHERE o.turn = 2 AND o.app = (SELECT app FROM apps WHERE key = $1)
                ORDER BY o.at LIMIT 1000 FOR UPDATE OF o SKIP LOCKED
                """, endpoint.description
            ) {
                StoredConversation(
                    row: $0.int64(0), app: $0.int64(1),
                    machine: ConversationMachine(at: now, .none, outbox: Place($0, from: 2)))
            }
            var count = 0
            for var conversation in waiting {
                conversation.machine.learn(deliveries: try OpenDelivery.all(of: conversation.row, db))
                if conversation.machine.hurry() { count += 1 }
                try state.apply(&conversation, db)
            }
            return count
        }
    }

    package func markFailed(
        _ lease: DeliveryLease, reason: String, as failure: DeliveryFailure, at now: Timestamp
    ) async throws -> Bool {
        let now = time(now)
        return try await database.write(for: .sending, about: .delivery(lease.delivery)) { [state] db in
            try state.fail(lease, reason: reason, as: failure, at: now, in: db)
        }
    }

    package func renewSendings(of owner: String, for length: Duration, at now: Timestamp) async throws {
        let until = time(now).advanced(by: length)
        try await database.repeatably(for: .leases) { db in
            // What somebody has locked is being marked at this moment.
            try db.send(
                """
                UPDATE outbox SET lease_until = $2 WHERE conv IN (
                    SELECT conv FROM outbox WHERE turn = 3 AND owner = $1 ORDER BY conv FOR UPDATE SKIP LOCKED)
                """, owner, until)
        }
    }

    package func rescueSendings(except owner: String, at now: Timestamp) async throws -> Int {
        let now = time(now)
        let isNeeded = try await database.repeatably(for: .sending) { db in
            try db.first(
                "SELECT 1 FROM outbox WHERE turn = 3 AND lease_until < $1 AND owner <> $2 LIMIT 1", now, owner
            ) { _ in true } ?? false
        }
        guard isNeeded else { return 0 }
        return try await database.write(for: .sending) { [state] db in
            let rows = try db.all(
                """
                SELECT conv FROM outbox WHERE turn = 3 AND lease_until < $1 AND owner <> $2
                ORDER BY conv LIMIT 200 FOR UPDATE SKIP LOCKED
                """, now, owner
            ) { $0.int64(0) }
            for row in rows { try state.takeBackSendings(of: row, reason: "its courier is gone", at: now, db) }
            return rows.count
        }
    }
}

/// A delivery that WeCom took, on its way into the store.
struct SentDelivery: Sendable {
    let lease: DeliveryLease
    let receipt: SendReceipt
    let now: Timestamp
}

extension WriterState {
    /// Marks deliveries, as many as have gathered: false for one that a later try has outbid.
    func mark(_ items: [SentDelivery], in db: borrowing Connection) throws -> [Bool] {
        try lock(items.map { .delivery($0.lease.delivery) }, db)
        var sending = try conversations(sending: items.map(\.lease), at: items.map(\.now), db)
        let rows = PendingRows()
        let marked = try items.map { item in
            guard var conversation = sending.removeValue(forKey: item.lease) else { return false }
            if item.receipt.responseCode != nil { try conversation.learnQuestions(shownBy: item.lease, db) }
            decide(&conversation) { $0.noteSent(item.lease, item.receipt) }
            try apply(&conversation, to: rows, db)
            return true
        }
        try rows.write(db)
        return marked
    }
}

// MARK: Taking one

extension WriterState {
    fileprivate func claimDeliveries(
        for owner: String, within rules: DeliveryRules, at now: Timestamp, in db: borrowing Connection
    ) throws -> [Delivery] {
        try makeReadyWhatIsDue(at: now, in: db)
        var rules = rules
        var deliveries: [Delivery] = []
        while rules.limit > 0 {
            let places = try nextPlaces(in: .outbox, atMost: rules.limit, db) { rules.admits(try appKey($0, in: db)) }
            if places.isEmpty { break }
            let pending = PendingRows()
            for stored in try firstDeliveries(at: places, now, db)
            where rules.admits(try appKey(stored.place.app, in: db)) {
                move(.outbox, to: stored.place.app)
                guard let delivery = try take(stored, for: owner, within: rules, at: now, pending, in: db) else {
                    continue
                }
                rules.note(delivery)
                deliveries.append(delivery)
            }
            try pending.write(db)
        }
        return deliveries
    }

    private func makeReadyWhatIsDue(at now: Timestamp, in db: borrowing Connection) throws {
        let due = try db.all(
            """
            SELECT o.conv, o.app, o.turn, o.at FROM outbox o
            WHERE o.turn = 2 AND o.at <= $1 ORDER BY o.at LIMIT 200 FOR UPDATE SKIP LOCKED
            """, now
        ) {
            StoredConversation(
                row: $0.int64(0), app: $0.int64(1),
                machine: ConversationMachine(at: now, .none, outbox: Place($0, from: 2)))
        }
        for var conversation in due {
            conversation.machine.outboxComesDue()
            try apply(&conversation, db)
        }
    }

    /// Places with the first open delivery of each, as it is now that they are locked, and what was sent lately.
    private func firstDeliveries(
        at places: [ReadyPlace], _ now: Timestamp, _ db: borrowing Connection
    ) throws -> [StoredDelivery] {
        try db.all(
            """
            SELECT d.delivery, d.class, d.kind, d.job, d.state = 'sending', d.due_at, d.attempt, d.checked, d.body, d.digest,
                d.media_id, d.media_at, d.media_kind, c.peer, coalesce(r.count, 0), coalesce(r.same, false), i.n
            FROM unnest($1) WITH ORDINALITY AS i (conv, n) JOIN conversations c ON c.conv = i.conv LEFT JOIN LATERAL (
                SELECT * FROM deliveries WHERE conv = i.conv AND ended_at IS NULL
                ORDER BY conv, class, delivery LIMIT 1) AS d ON true LEFT JOIN LATERAL (
                SELECT count(*) AS count, bool_or(digest = d.digest) AS same FROM (
                    SELECT digest FROM recent_sends WHERE conv = i.conv AND at > $2
                    ORDER BY conv DESC, at DESC LIMIT $3) AS lately) AS r ON d.kind = 'message'
            ORDER BY i.n
            """, planned: .anew, Column(places.map(\.conversation)),
            now.advanced(by: .zero - Delivery.duplicateWindow), RecentSends.lookedAt
        ) { StoredDelivery($0, at: places[$0.int(16) - 1]) }
    }

    /// Marks the conversation's first open delivery as being sent, unless that has to wait or to go. One that cannot be read
    /// fails, and its conversation goes on.
    private func take(
        _ stored: StoredDelivery, for owner: String, within rules: DeliveryRules, at now: Timestamp,
        _ rows: PendingRows, in db: borrowing Connection
    ) throws -> Delivery? {
        let ready = stored.place
        let isSign = stored.open?.kind == .progress
        // A sign may be dropped, and the next takes its place.
        let next = isSign ? try OpenDelivery.all(of: ready.conversation, but: stored.open?.id, atMost: 1, db) : []
        var conversation = StoredConversation(
            row: ready.conversation, app: ready.app,
            machine: ConversationMachine(
                at: now, .none, outbox: .ready(since: ready.since), deliveries: (stored.open.map { [$0] } ?? []) + next)
        )
        let key = try appKey(ready.app, in: db).flatMap { endpoint in
            Peer(stored.peer).map { ConversationKey(endpoint: endpoint, peer: $0) }
        }
        let departure = try conversation.machine.send(
            for: owner, lasting: rules.lease, after: stored.open?.body == .message ? stored.recent : nil,
            within: rules.rates(in: key),
            signIsOvertaken: isSign ? try stored.open.map { try jobHasEnded(of: $0.id, in: db) } ?? false : false
        ) { rate in
            try db.first(
                """
                SELECT at FROM recent_sends WHERE conv = $1 AND at > $2 ORDER BY conv DESC, at DESC LIMIT 1 OFFSET $3
                """, ready.conversation, now.advanced(by: .zero - rate.period), rate.count - 1
            ) { $0.timestamp(0) }
        }
        try apply(&conversation, to: rows, db)
        guard case .goes(let open) = departure else { return nil }
        return try delivery(stored, open, of: key, ready.conversation, at: now, rows, in: db)
    }

    private func delivery(
        _ stored: StoredDelivery, _ open: OpenDelivery, of key: ConversationKey?, _ conversation: Int64,
        at now: Timestamp, _ rows: PendingRows, in db: borrowing Connection
    ) throws -> Delivery? {
        guard let key else {
            try rows.write(db)
            try fail(open.lease, UnreadableRow(table: "conversations", id: "\(conversation)"), at: now, in: db)
            return nil
        }
        guard let part = Part(storedAs: stored.body) else {
            try rows.write(db)
            try fail(open.lease, UnreadableRow(table: "deliveries", id: open.id.description), at: now, in: db)
            return nil
        }
        var delivery = Delivery(open, of: key, part, uploaded: stored.media, at: now)
        if case .recall(let target) = part.body {
            guard let recalled = try wecomID(of: target, in: db) else {
                try rows.write(db)
                try dropRecall(open.lease, at: now, in: db)
                return nil
            }
            delivery.recalled = recalled
        }
        return delivery
    }

    private func wecomID(of delivery: DeliveryID, in db: borrowing Connection) throws -> String? {
        try db.first("SELECT wecom_id FROM deliveries WHERE delivery = $1 AND state = 'sent'", delivery.number) {
            $0.optionalText(0)
        }.flatMap(\.self)
    }

    private func fail(
        _ lease: DeliveryLease, _ unreadable: UnreadableRow, at now: Timestamp, in db: borrowing Connection
    ) throws {
        report(unreadable, lease.delivery.description)
        _ = try fail(lease, reason: unreadable.description, at: now, in: db)
    }

    private func dropRecall(
        _ lease: DeliveryLease, at now: Timestamp, in db: borrowing Connection
    ) throws {
        guard var conversation = try conversation(sending: lease, at: now, db) else { return }
        decide(&conversation) { $0.dropRecall(lease) }
        try apply(&conversation, db)
    }

    fileprivate func fail(
        _ lease: DeliveryLease, reason: String, as failure: DeliveryFailure = .ofReply, at now: Timestamp,
        in db: borrowing Connection
    ) throws -> Bool {
        guard var conversation = try conversation(sending: lease, at: now, db) else { return false }
        // What follows it in its reply may fail with it.
        conversation.machine.learn(deliveries: try OpenDelivery.all(of: conversation.row, db))
        try conversation.learnQuestions(shownBy: lease, db)
        decide(&conversation) { $0.fail(lease, reason: reason, as: failure) }
        try apply(&conversation, db)
        return true
    }

    /// Takes back what a conversation's courier was sending that is gone.
    func takeBackSendings(
        of row: Int64, reason: String, at now: Timestamp, _ db: borrowing Connection
    ) throws {
        var conversation = try lockedConversation(row, at: now, db)
        conversation.machine.learn(deliveries: try OpenDelivery.all(of: row, db))
        decide(&conversation) { $0.takeBackSendings(reason: reason) }
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
            FROM deliveries
            WHERE conv = $1 AND ended_at IS NULL AND delivery <> $2 ORDER BY conv, class, delivery LIMIT $3
            """, conversation, other?.number ?? 0, limit
        ) { OpenDelivery($0) }
    }
}

/// The delivery that goes next, with what it holds, and what was sent lately to the same conversation.
private struct StoredDelivery {
    let place: ReadyPlace
    let open: OpenDelivery?
    let body: String
    let media: (file: UploadedMedia, at: Timestamp)?
    let peer: String
    let recent: RecentSends

    init(_ row: borrowing Row, at place: ReadyPlace) {
        self.place = place
        open = row.isNull(0) ? nil : OpenDelivery(row)
        body = row.text(8)
        media =
            if let id = row.optionalText(10), let at = row.optionalTimestamp(11) {
                (UploadedMedia(MediaID(id), as: row.optionalText(12).flatMap { UploadKind(rawValue: $0) }), at)
            } else { nil }
        peer = row.text(13)
        recent = RecentSends(count: row.int(14), holdTheSame: row.bool(15))
    }
}

extension WriterState {
    /// The conversation of a delivery that is being sent under this lease, with its outbox place, that delivery and the next of
    /// the others.
    fileprivate func conversation(
        sending lease: DeliveryLease, at now: Timestamp, _ db: borrowing Connection
    ) throws -> StoredConversation? {
        try conversations(sending: [lease], at: [now], db)[lease]
    }

    fileprivate func conversations(
        sending leases: [DeliveryLease], at times: [Timestamp], _ db: borrowing Connection
    ) throws -> [DeliveryLease: StoredConversation] {
        let found = try db.all(
            """
            SELECT d.delivery, d.class, d.kind, d.job, true, d.due_at, d.attempt, d.checked, n.delivery, n.class, n.kind,
                n.job, n.state = 'sending', n.due_at, n.attempt, n.checked, d.conv, c.app, o.turn, o.at, i.n
            FROM unnest($1, $2) WITH ORDINALITY AS i (delivery, attempt, n)
                JOIN deliveries d ON d.delivery = i.delivery AND d.attempt = i.attempt
                JOIN conversations c ON c.conv = d.conv LEFT JOIN outbox o ON o.conv = d.conv LEFT JOIN LATERAL (
                    SELECT * FROM deliveries WHERE conv = d.conv AND ended_at IS NULL AND delivery <> d.delivery
                    ORDER BY conv, class, delivery LIMIT 1) AS n ON true
            WHERE d.state = 'sending'
            """, planned: .anew, Column(leases.map(\.delivery.number)), Column(leases.map(\.number))
        ) { row in
            let next = row.isNull(8) ? [] : [OpenDelivery(row, from: 8)]
            let machine = ConversationMachine(
                at: times[row.int(20) - 1], .none, outbox: Place(row, from: 18), deliveries: [OpenDelivery(row)] + next)
            return (
                leases[row.int(20) - 1],
                StoredConversation(row: row.int64(16), app: row.int64(17), machine: machine)
            )
        }
        return Dictionary(found) { first, _ in first }
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
        SELECT 1 FROM deliveries d JOIN jobs j ON j.job = d.job
        WHERE d.delivery = $1 AND d.class = 2 AND j.ended_at IS NOT NULL
        """, delivery.number
    ) { _ in true } ?? false
}
