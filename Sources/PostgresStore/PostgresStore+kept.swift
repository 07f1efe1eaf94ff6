import PostgreSQL
package import Router

extension PostgresStore {
    package func kept(for conversation: ConversationKey) async throws -> [KeptAnswer] {
        let rows = try await database.readOnce { db in
            try db.all(
                """
                SELECT d.delivery, d.job, d.body
                FROM apps a JOIN conversations c ON c.app = a.app AND c.peer = $2 JOIN deliveries d ON d.conv = c.conv AND d.kept
                WHERE a.key = $1 AND NOT EXISTS (SELECT 1 FROM deliveries r WHERE r.replay_of = d.delivery)
                ORDER BY d.delivery LIMIT $3
                """, conversation.endpoint.description, conversation.peer.description, KeptAnswer.most
            ) { row in
                (delivery: DeliveryID(row.int64(0)), job: row.optionalInt64(1).map(JobID.init), body: row.text(2))
            }
        }
        return rows.compactMap { row in
            guard let job = row.job, let part = Part(storedAs: row.body) else { return nil }
            return KeptAnswer(row.delivery, of: job, part.body)
        }
    }
}
