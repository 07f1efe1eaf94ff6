import JSON
import PostgreSQL
package import Router
package import System
package import WeCom

extension PostgresStore {
    /// A server that was the primary once answers reads as if it still were, and commits nothing: so whoever is not found is looked for
    /// once more in a transaction that is committed.
    package func stream(_ id: String) async throws -> StoredStream? {
        if let known = try await database.read({ [self] in try stream(id, $0) }) { return known }
        return try await database.write(for: .turns) { [self] in try stream(id, $0) }
    }

    private func stream(_ id: String, _ db: borrowing Connection) throws -> StoredStream? {
        try db.first(
            """
            SELECT s.job, s.opened_at, s.said, s.text, s.pictures, CASE WHEN NOT s.card_shown THEN s.card END,
                (s.job IS NULL OR j.ended_at IS NOT NULL) AND NOT EXISTS (
                    SELECT 1 FROM deliveries d
                    WHERE d.conv = s.conv AND d.ended_at IS NULL AND (s.job IS NULL OR d.job = s.job)), p.shown,
                (SELECT a.key FROM conversations c JOIN apps a ON a.app = c.app WHERE c.conv = s.conv),
                CASE WHEN s.text IS NULL AND j.ended_at IS NOT NULL THEN j.state END,
                CASE WHEN s.text IS NULL AND j.ended_at IS NOT NULL
                    THEN (SELECT reply_address FROM messages m WHERE m.job = s.job ORDER BY n DESC LIMIT 1) END,
                s.untaken IS NOT NULL
            FROM streams s LEFT JOIN jobs j ON j.job = s.job
                LEFT JOIN progress p ON p.job = j.job AND p.lease = j.lease AND j.state = 'running'
            WHERE s.id = $1
            """, id
        ) { row in
            StoredStream(
                of: row.optionalText(8).flatMap { Endpoint($0) }, job: row.optionalInt64(0).map(JobID.init),
                openedAt: moment(of: row.timestamp(1)), said: row.optionalText(2), soFar: row.optionalText(7),
                text: row.optionalText(3), pictures: [KeptPicture](storedAs: row.optionalText(4)),
                isOver: row.bool(6),
                ending: StoredStream.Ending(of: id, job: row.optionalText(9), at: row.optionalText(10)),
                isUntaken: row.bool(11),
                card: row.optionalText(5).flatMap(TemplateCard.init(storedAs:)))
        }
    }

    package func openStreams(
        of endpoint: Endpoint, openedAfter start: Timestamp, before end: Timestamp
    ) async throws -> [OpenStream] {
        let (start, end) = (time(start), time(end))
        return try await database.read { db in
            let found = try db.all(
                """
                SELECT s.id, s.job FROM (
                        SELECT id, conv, job, text, opened_at FROM streams
                        WHERE opened_at > $2 AND opened_at < $3 ORDER BY opened_at DESC LIMIT 10000) s
                    JOIN conversations c ON c.conv = s.conv JOIN apps a ON a.app = c.app JOIN jobs j ON j.job = s.job
                WHERE s.text IS NULL AND a.key = $1 AND (j.ended_at IS NULL OR EXISTS (
                    SELECT 1 FROM deliveries d WHERE d.conv = s.conv AND d.ended_at IS NULL AND d.job = s.job))
                ORDER BY s.opened_at DESC LIMIT 200
                """, endpoint.description, start, end
            ) { (id: $0.text(0), job: JobID($0.int64(1))) }
            return try found.compactMap { stream in
                let addresses = try db.all(
                    "SELECT reply_address FROM messages WHERE job = $1 ORDER BY n LIMIT 1000", stream.job.number
                ) { ReplyAddress(storedAs: $0.text(0)) }
                return OpenStream(stream.id, of: stream.job, among: addresses)
            }
        }
    }

    package func say(_ text: String, in stream: String) async throws -> Bool {
        try await database.write(for: .turns) { db in
            let before = try db.first("SELECT said FROM streams WHERE id = $1 AND text IS NULL FOR UPDATE", stream) {
                $0.optionalText(0)
            }
            guard let before else { return false }
            guard let all = StoredStream.said(before, and: text) else { return true }
            return try db.run("UPDATE streams SET said = $2 WHERE id = $1", stream, all) == 1
        }
    }

    package func seal(
        _ stream: String, with text: String, by delivery: DeliveryID?, openedAfter moment: Timestamp
    ) async throws -> Bool {
        let moment = time(moment)
        return try await database.write(for: .turns) { db in
            try db.run(
                """
                UPDATE streams SET text = $2, untaken = CASE WHEN text IS NULL THEN $4::bigint ELSE untaken END
                WHERE id = $1 AND (text = $2 OR text IS NULL AND opened_at > $3)
                """, stream, text, moment, delivery?.number) == 1
        }
    }

    package func noteTaken(_ stream: String) async throws {
        try await database.write(for: .turns) { db in
            _ = try db.run("UPDATE streams SET untaken = NULL WHERE id = $1 AND untaken IS NOT NULL", stream)
        }
    }

    package func giveUntaken(openedBefore moment: Timestamp, at now: Timestamp) async throws -> Int {
        let (moment, now) = (time(moment), time(now))
        let untaken = try await database.repeatably(for: .reading) { db in
            try db.all(
                """
                SELECT id FROM streams WHERE untaken IS NOT NULL AND untaken <> response_used AND opened_at < $1
                ORDER BY opened_at LIMIT 100
                """, moment
            ) { $0.text(0) }
        }
        guard !untaken.isEmpty else { return 0 }
        return try await database.write(for: .turns) { [state] db in
            try untaken.count { try state.giveAnew(endOf: $0, at: now, in: db) }
        }
    }

    package func put(
        _ card: TemplateCard, below stream: String, openedAfter moment: Timestamp
    ) async throws -> Bool {
        let moment = time(moment)
        return try await database.write(for: .turns) { db in
            try db.run(
                """
                UPDATE streams SET card = $2
                WHERE id = $1 AND text IS NULL AND opened_at > $3 AND (NOT card_shown OR card = $2)
                """, stream, card.json.text, moment) == 1
        }
    }

    package func takeCard(below stream: String) async throws -> Bool {
        try await database.write(for: .turns) { db in
            try db.run(
                "UPDATE streams SET card_shown = true WHERE id = $1 AND card IS NOT NULL AND NOT card_shown", stream)
                == 1
        }
    }

    package func show(
        _ picture: KeptPicture, in stream: String, openedAfter moment: Timestamp
    ) async throws -> PictureOutcome {
        let moment = time(moment)
        return try await database.write(for: .turns) { db in
            let before = try db.first(
                "SELECT pictures FROM streams WHERE id = $1 AND text IS NULL AND opened_at > $2 FOR UPDATE", stream,
                moment
            ) { $0.optionalText(0) }
            guard let before else { return .over }
            guard let all = [KeptPicture](storedAs: before).adding(picture) else { return .full }
            try db.send("UPDATE streams SET pictures = $2 WHERE id = $1", stream, all.json.text)
            return .shown
        }
    }

    package func useResponse(of stream: String, by delivery: DeliveryID) async throws -> ResponseUse {
        try await database.write(for: .turns) { db in
            let user = try db.first("SELECT response_used FROM streams WHERE id = $1 FOR UPDATE", stream) {
                $0.int64(0)
            }
            let use = ResponseUse(takenBy: user, for: delivery)
            guard use == .begun else { return use }
            try db.send("UPDATE streams SET response_used = $2 WHERE id = $1", stream, delivery.number)
            return use
        }
    }

    package func giveBackResponse(of stream: String) async throws {
        try await database.write(for: .turns) { db in
            _ = try db.run("UPDATE streams SET response_used = 0 WHERE id = $1", stream)
        }
    }

    package func countShown(in key: ConversationKey, at now: Timestamp) async throws {
        let now = time(now)
        try await database.write(for: .turns) { [state] db in
            let conversation = try state.conversation(key, at: now, db)
            try db.send(
                "INSERT INTO recent_sends (conv, at, delivery, digest) VALUES ($1, $2, $3, $4)", conversation.row, now,
                state.nextNumber(at: now), [UInt8]())
        }
    }

    package func pruneStreams(
        openedBefore moment: Timestamp, behind mark: Timestamp?
    ) async throws -> PrunedPage<Timestamp> {
        let page = try await database.read { db in
            try db.all(
                """
                SELECT opened_at FROM streams WHERE opened_at >= $1 AND opened_at < $2
                ORDER BY opened_at LIMIT 1000
                """, mark ?? Timestamp(milliseconds: 0), moment
            ) { $0.timestamp(0) }
        }
        guard let last = page.last else { return PrunedPage(pruned: 0, next: nil) }
        let pruned = try await database.write(for: .turns) { db in
            try db.run(
                "DELETE FROM streams WHERE opened_at >= $1 AND opened_at <= $2", mark ?? Timestamp(milliseconds: 0),
                last)
        }
        return PrunedPage(pruned: pruned, next: page.count < 1000 ? nil : last)
    }
}

extension WriterState {
    /// Sends the answer anew that has ended a stream. One that is still on its way there is left to its courier. False where
    /// there is none to send.
    fileprivate func giveAnew(
        endOf stream: String, at now: Timestamp, in db: borrowing Connection
    ) throws -> Bool {
        let sent = try db.first(
            """
            SELECT d.delivery, d.class, d.kind, d.job, false, d.due_at, d.attempt, d.checked, d.conv
            FROM streams s JOIN deliveries d ON d.delivery = s.untaken WHERE s.id = $1 AND d.state = 'sent' FOR UPDATE OF s
            """, stream
        ) { (delivery: OpenDelivery($0), conversation: $0.int64(8)) }
        guard let sent else { return false }
        _ = try db.run("UPDATE streams SET untaken = NULL WHERE id = $1", stream)
        var conversation = try conversation(sent.conversation, at: now, db)
        decide(&conversation) { $0.giveAnew(sent.delivery) }
        try apply(&conversation, db)
        return true
    }

    /// Opens the stream of a message.
    func open(
        _ stream: String, in conversation: StoredConversation, for effect: Effect, at now: Timestamp,
        _ db: borrowing Connection
    ) throws {
        let beginning = StoredStream.Beginning(for: effect, retrying: conversation.retry)
        try db.send(
            "INSERT INTO streams (id, conv, job, opened_at, text) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            stream, conversation.row, beginning.job?.number, now, beginning.text)
    }
}

/// True unless the address has a stream below which no card can be shown any more: it has had one, or has ended.
func canShowCard(at address: ReplyAddress, at now: Timestamp, _ db: borrowing Connection) throws -> Bool {
    guard let stream = address.stream else { return true }
    return try db.first(
        "SELECT 1 FROM streams WHERE id = $1 AND text IS NULL AND NOT card_shown AND opened_at > $2", stream,
        now.advanced(by: .zero - StoredStream.life)
    ) { _ in true } ?? false
}
