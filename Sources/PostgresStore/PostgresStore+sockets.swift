import PostgreSQL
package import Router
package import System
package import WeCom

extension PostgresStore: SocketStore {
    package func sockets(of bots: [BotID]) async throws -> [BotID: SharedSocket] {
        let ids = bots.map(\.text)
        let rows = try await database.repeatably(for: .reading) { [self] db in
            try db.all(
                """
                SELECT u.bot, l.owner, n.name, l.until, b.disconnected_at, coalesce(b.orders, 0),
                    CASE WHEN b.state = 'ready' AND b.told_by IS DISTINCT FROM l.owner THEN 'connecting' ELSE b.state END,
                    b.why, b.since, b.failures, b.obeyed
                FROM unnest($1) AS u (bot) LEFT JOIN leases l ON l.name = 'bot ' || u.bot
                    LEFT JOIN nodes n ON n.incarnation = l.owner LEFT JOIN bots b ON b.bot = u.bot
                """, planned: .anew, Column(ids)
            ) { row in
                var record = SharedSocket()
                if let owner = row.optionalText(1) {
                    record.owner = .init(owner, named: row.optionalText(2), until: moment(of: row.timestamp(3)))
                }
                record.disconnectedSince = row.optionalTimestamp(4)
                record.orders = row.int(5)
                if let state = row.optionalText(6), let since = row.optionalTimestamp(8) {
                    record.standing = SocketStanding(
                        state, because: row.optionalText(7) ?? "", since: moment(of: since), failures: row.int(9),
                        obeyed: row.int(10))
                }
                return (bot: BotID(row.text(0)), record: record)
            }
        }
        return Dictionary(rows.map { ($0.bot, $0.record) }) { first, _ in first }
    }

    package func holdSockets(
        of bots: [BotID], for owner: String, lasting length: Duration, at now: Timestamp
    ) async throws -> [BotID: Int64] {
        let (ids, now) = (bots.map(\.text), time(now))
        let held = try await database.repeatably(for: .leases) { db in
            // In one order, in which others take theirs too.
            try db.all(
                """
                INSERT INTO leases (name, owner, number, until)
                SELECT 'bot ' || u.bot, $2, 1, $4 FROM unnest($1) AS u (bot) ORDER BY u.bot
                ON CONFLICT (name) DO UPDATE SET owner = $2, number = leases.number + (leases.owner <> $2)::int, until = $4
                WHERE leases.owner = $2 OR leases.until <= $3
                RETURNING substr(name, 5), number
                """, planned: .anew, Column(ids), owner, now, now.advanced(by: length)
            ) { (bot: BotID($0.text(0)), number: $0.int64(1)) }
        }
        return Dictionary(held.map { ($0.bot, $0.number) }) { first, _ in first }
    }

    package func freeSockets(of bots: [BotID], for owner: String, at now: Timestamp) async throws {
        let (names, now) = (bots.map { "bot \($0.text)" }, time(now))
        try await database.write(for: .leases) { db in
            try db.send(
                """
                UPDATE leases SET until = $3 WHERE name IN (
                    SELECT name FROM leases WHERE name = ANY ($1) AND owner = $2 ORDER BY name FOR UPDATE)
                """, planned: .anew, Column(names), owner, now)
        }
        give(.bots)
    }

    package func note(_ standings: [BotID: SocketStanding], of owner: String, at now: Timestamp) async throws {
        let (bots, known) = (standings.keys.map(\.text), Array(standings.values))
        let since = known.map { time($0.since) }
        try await database.write(for: .turns) { db in
            try db.send(
                """
                INSERT INTO bots (bot, state, why, since, failures, obeyed, told_by)
                SELECT u.*, $7 FROM unnest($1, $2, $3, $4, $5, $6) AS u (bot, state, why, since, failures, obeyed)
                    JOIN leases l ON l.name = 'bot ' || u.bot AND l.owner = $7
                ORDER BY u.bot
                ON CONFLICT (bot) DO UPDATE SET state = excluded.state, why = excluded.why, since = excluded.since,
                    failures = excluded.failures, obeyed = excluded.obeyed, told_by = excluded.told_by
                """, planned: .anew, Column(bots), Column(known.map(\.state)), Column(known.map(\.why)), Column(since),
                Column(known.map(\.failures)), Column(known.map(\.obeyed)), owner)
        }
    }
}
