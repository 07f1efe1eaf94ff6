import PostgreSQL
package import Router
package import System

extension PostgresStore: WatchedStore {
    package func hints(at now: Timestamp) async throws -> Set<StoreHint> {
        let now = time(now)
        return try await database.repeatably(for: .turns) { [state] db in
            // Each by its index, of which it takes the first entry.
            try db.first(
                """
                SELECT (SELECT app FROM queue WHERE turn = 1 AND home IS NULL ORDER BY app, at, conv LIMIT 1) IS NOT NULL
                        OR (SELECT home_until FROM queue WHERE turn = 1 AND home IS NOT NULL
                            ORDER BY home_until LIMIT 1) IS NOT NULL
                        OR (SELECT at FROM queue WHERE turn = 2 AND at <= $1 ORDER BY at LIMIT 1) IS NOT NULL,
                    (SELECT app FROM outbox WHERE turn = 1 ORDER BY app, at, conv LIMIT 1) IS NOT NULL
                        OR (SELECT at FROM outbox WHERE turn = 2 AND at <= $1 ORDER BY at LIMIT 1) IS NOT NULL,
                    (SELECT job FROM jobs WHERE cancel IS NOT NULL AND owner = $2 ORDER BY job LIMIT 1) IS NOT NULL
                """, now, state.owner
            ) { row in
                var hints: Set<StoreHint> = []
                if row.bool(0) { hints.insert(.jobs) }
                if row.bool(1) { hints.insert(.deliveries) }
                if row.bool(2) { hints.insert(.turns) }
                return hints
            } ?? []
        }
    }
}
