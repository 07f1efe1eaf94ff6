import PostgreSQL
import System

/// A conversation that may be taken, from `queue` or from `outbox`, and is locked.
struct ReadyPlace {
    let conversation: Int64
    let app: Int64
    let since: Timestamp
}

extension WriterState {
    /// Places that may be taken, at most `limit`, locked: the apps behind the one that was served last come first, one place of
    /// each, and of an app's the one that waits longest. Apps that `admits` refuses are passed over, and so is what somebody else
    /// has locked.
    func nextPlaces(
        in table: PlaceTable, atMost limit: Int, _ db: borrowing Connection, where admits: (_ app: Int64) throws -> Bool
    ) throws -> [ReadyPlace] {
        let start = cursor(in: table)
        var (last, hasWrapped) = (start, start == 0)
        while true {
            let found = try table.readyApps(behind: last, db)
            let apps = hasWrapped && start > 0 ? found.filter { $0 <= start } : found
            let places = try table.lock(try apps.filter(admits).prefix(limit), atMost: limit, db)
            if !places.isEmpty { return places }
            if let end = apps.last, found.count == PlaceTable.appsLookedAt {
                last = end
            } else if hasWrapped {
                return []
            } else {
                (last, hasWrapped) = (0, true)
            }
        }
    }
}

extension PlaceTable {
    /// The number of apps that are looked at in one go.
    fileprivate static let appsLookedAt = 64

    /// The next apps with a place that is ready, found by leaps over the index.
    fileprivate func readyApps(behind app: Int64, _ db: borrowing Connection) throws -> [Int64] {
        switch self {
        case .queue:
            try db.all(
                """
                WITH RECURSIVE ready (app) AS (
                    (SELECT app FROM queue WHERE turn = 1 AND home IS NULL AND app > $1 ORDER BY app, at LIMIT 1)
                    UNION ALL SELECT (
                        SELECT q.app FROM queue q WHERE q.turn = 1 AND q.home IS NULL AND q.app > ready.app
                        ORDER BY q.app, q.at LIMIT 1)
                    FROM ready WHERE ready.app IS NOT NULL)
                SELECT app FROM ready WHERE app IS NOT NULL LIMIT 64
                """, app
            ) { $0.int64(0) }
        case .left(let home):
            try db.all(
                """
                WITH RECURSIVE ready (app) AS (
                    (SELECT app FROM queue WHERE turn = 1 AND home = $2 AND app > $1 ORDER BY home, app, at LIMIT 1)
                    UNION ALL SELECT (
                        SELECT q.app FROM queue q WHERE q.turn = 1 AND q.home = $2 AND q.app > ready.app
                        ORDER BY q.home, q.app, q.at LIMIT 1)
                    FROM ready WHERE ready.app IS NOT NULL)
                SELECT app FROM ready WHERE app IS NOT NULL LIMIT 64
                """, app, home
            ) { $0.int64(0) }
        case .outbox:
            try db.all(
                """
                WITH RECURSIVE ready (app) AS (
                    (SELECT app FROM outbox WHERE turn = 1 AND app > $1 ORDER BY app, at LIMIT 1)
                    UNION ALL SELECT (
                        SELECT o.app FROM outbox o WHERE o.turn = 1 AND o.app > ready.app ORDER BY o.app, o.at LIMIT 1)
                    FROM ready WHERE ready.app IS NOT NULL)
                SELECT app FROM ready WHERE app IS NOT NULL LIMIT 64
                """, app
            ) { $0.int64(0) }
        }
    }

    /// Locks places of these apps: one of each before a second of any.
    fileprivate func lock(
        _ apps: some Collection<Int64>, atMost limit: Int, _ db: borrowing Connection
    ) throws -> [ReadyPlace] {
        if apps.isEmpty { return [] }
        let (column, quota) = (Column(Array(apps)), (limit + apps.count - 1) / apps.count)
        func place(_ row: borrowing Row) -> ReadyPlace {
            ReadyPlace(conversation: row.int64(0), app: row.int64(1), since: row.timestamp(2))
        }
        let places =
            switch self {
            case .queue:
                try db.all(
                    """
                    SELECT p.conv, p.app, p.at FROM unnest($1) WITH ORDINALITY AS a (app, n) CROSS JOIN LATERAL (
                        SELECT conv, app, at FROM queue WHERE turn = 1 AND home IS NULL AND app = a.app
                        ORDER BY app, at, conv LIMIT $2 FOR UPDATE SKIP LOCKED) AS p
                    ORDER BY a.n, p.at, p.conv
                    """, planned: .anew, column, quota, read: place)
            case .left(let home):
                try db.all(
                    """
                    SELECT p.conv, p.app, p.at FROM unnest($1) WITH ORDINALITY AS a (app, n) CROSS JOIN LATERAL (
                        SELECT conv, app, at FROM queue WHERE turn = 1 AND home = $3 AND app = a.app
                        ORDER BY home, app, at, conv LIMIT $2 FOR UPDATE SKIP LOCKED) AS p
                    ORDER BY a.n, p.at, p.conv
                    """, planned: .anew, column, quota, home, read: place)
            case .outbox:
                try db.all(
                    """
                    SELECT p.conv, p.app, p.at FROM unnest($1) WITH ORDINALITY AS a (app, n) CROSS JOIN LATERAL (
                        SELECT conv, app, at FROM outbox WHERE turn = 1 AND app = a.app
                        ORDER BY app, at, conv LIMIT $2 FOR UPDATE SKIP LOCKED) AS p
                    ORDER BY a.n, p.at, p.conv
                    """, planned: .anew, column, quota, read: place)
            }
        return inTurns(places)
    }

    /// The first of each app, then the second of each.
    private func inTurns(_ places: [ReadyPlace]) -> [ReadyPlace] {
        var ranks: [Int64: Int] = [:]
        let ranked = places.map { place in
            defer { ranks[place.app, default: 0] += 1 }
            return (rank: ranks[place.app, default: 0], place)
        }
        let ordered = ranked.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
        return ordered.map(\.element.1)
    }
}
