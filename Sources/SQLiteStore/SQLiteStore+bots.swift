package import Router
import SQLite
package import System
package import WeCom

extension SQLiteStore {
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
        try await database.write { db in
            for (bot, record) in records {
                try db.run(
                    """
                    INSERT INTO bots (bot, last_connected_at, last_disconnected_at, last_callback_at, last_heartbeat_at,
                        last_error, last_error_at, reconnects)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                    ON CONFLICT DO UPDATE SET last_connected_at = ?2, last_disconnected_at = ?3, last_callback_at = ?4,
                        last_heartbeat_at = ?5, last_error = ?6, last_error_at = ?7, reconnects = ?8
                    """, bot.text, record.lastConnected, record.lastDisconnected, record.lastCallback,
                    record.lastHeartbeat, record.lastError, record.lastErrorAt, record.reconnects)
            }
        }
    }

    package func noteDisconnected(_ bot: BotID, since moment: Timestamp?) async throws {
        try await database.write { db in
            _ = try db.run(
                """
                INSERT INTO bots (bot, disconnected_at) VALUES (?1, ?2)
                ON CONFLICT DO UPDATE SET disconnected_at = ?2
                """, bot.text, moment)
        }
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
