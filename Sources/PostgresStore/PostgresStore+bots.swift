import PostgreSQL
package import Router
package import System
package import WeCom

extension PostgresStore {
    package func botRecords() async throws -> [BotID: BotRecord] {
        let rows = try await database.read { db in
            try db.all(
                """
                SELECT bot, disconnected_at, last_connected_at, last_disconnected_at, last_callback_at, last_heartbeat_at,
                    last_error, last_error_at, reconnects
                FROM bots LIMIT 100000
                """
            ) { (bot: BotID($0.text(0)), record: BotRecord($0)) }
        }
        return Dictionary(rows.map { ($0.bot, $0.record) }) { first, _ in first }
    }

    package func keep(_ records: [BotID: BotRecord]) async throws {
        let (bots, known) = (records.keys.map(\.text), Array(records.values))
        try await database.write(for: .turns) { db in
            // In one order, in which others write theirs too. What another process knows may be newer.
            try db.send(
                """
                INSERT INTO bots AS b (bot, last_connected_at, last_disconnected_at, last_callback_at, last_heartbeat_at,
                    last_error, last_error_at, reconnects)
                SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS u (bot) ORDER BY u.bot
                ON CONFLICT (bot) DO UPDATE SET
                    last_connected_at = greatest(b.last_connected_at, excluded.last_connected_at),
                    last_disconnected_at = greatest(b.last_disconnected_at, excluded.last_disconnected_at),
                    last_callback_at = greatest(b.last_callback_at, excluded.last_callback_at),
                    last_heartbeat_at = greatest(b.last_heartbeat_at, excluded.last_heartbeat_at),
                    last_error = CASE WHEN excluded.last_error_at >= coalesce(b.last_error_at, 0)
                        THEN excluded.last_error ELSE b.last_error END,
                    last_error_at = greatest(b.last_error_at, excluded.last_error_at),
                    reconnects = greatest(b.reconnects, excluded.reconnects)
                """, planned: .anew, Column(bots), Column(known.map(\.lastConnected)),
                Column(known.map(\.lastDisconnected)), Column(known.map(\.lastCallback)),
                Column(known.map(\.lastHeartbeat)), Column(known.map(\.lastError)), Column(known.map(\.lastErrorAt)),
                Column(known.map(\.reconnects)))
        }
    }

    package func noteDisconnected(_ bot: BotID, since moment: Timestamp?) async throws {
        try await database.write(for: .turns) { db in
            try db.send(
                """
                INSERT INTO bots (bot, disconnected_at, orders) VALUES ($1, $2, 1)
                ON CONFLICT (bot) DO UPDATE SET disconnected_at = $2, orders = bots.orders + 1
                """, bot.text, moment)
        }
        give(.bots)
    }
}

extension BotRecord {
    /// Reads what stands behind the bot's id.
    fileprivate init(_ row: borrowing Row) {
        self.init()
        disconnectedSince = row.optionalTimestamp(1)
        lastConnected = row.optionalTimestamp(2)
        lastDisconnected = row.optionalTimestamp(3)
        lastCallback = row.optionalTimestamp(4)
        lastHeartbeat = row.optionalTimestamp(5)
        lastError = row.optionalText(6)
        lastErrorAt = row.optionalTimestamp(7)
        reconnects = row.int(8)
    }
}
