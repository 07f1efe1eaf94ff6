import JSON
import PostgreSQL
package import Router
package import System

extension PostgresStore {
    package func post(_ message: OutgoingMessage, at now: Timestamp) async throws -> Posted {
        let now = time(now)
        return try await health.watching(nil) {
            try await database.write(for: .accepting) { [state] db in
                try state.post(message, at: now, in: db)
            }
        }
    }

    package func delivery(_ id: DeliveryID) async throws -> DeliverySummary? {
        try await database.read { db in try summary(of: id, db) }
    }
}

extension WriterState {
    fileprivate func post(
        _ message: OutgoingMessage, at now: Timestamp, in db: borrowing Connection
    ) throws -> Posted {
        if let key = message.key, let earlier = try earlier(key, at: now, in: db) {
            guard earlier.body == message.digest else { throw KeyIsTaken() }
            return Posted(delivery: earlier.delivery, isRepeat: true)
        }
        var conversation = try conversation(message.conversation, at: now, db)
        let delivery = decide(&conversation) { $0.send(message.part) }
        try apply(&conversation, db)
        if let key = message.key {
            try db.send(
                """
                INSERT INTO requests (key, body, delivery, at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (key) DO UPDATE SET body = $2, delivery = $3, at = $4
                """, key.digest, message.digest, delivery.number, now)
        }
        return Posted(delivery: delivery, isRepeat: false)
    }

    private func earlier(
        _ key: IdempotencyKey, at now: Timestamp, in db: borrowing Connection
    ) throws -> (body: [UInt8], delivery: DeliveryID)? {
        try db.first(
            "SELECT body, delivery FROM requests WHERE key = $1 AND at > $2", key.digest,
            now.advanced(by: .zero - IdempotencyKey.lifetime)
        ) { (body: $0.bytes(0), delivery: DeliveryID($0.int64(1))) }
    }
}
