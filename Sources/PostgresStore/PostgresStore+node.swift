import PostgreSQL
package import Router
package import System

extension PostgresStore {
    package func renewNode(of owner: String, for length: Duration, at now: Timestamp) async throws -> Bool {
        let until = time(now).advanced(by: length)
        return try await database.repeatably(for: .leases) { db in
            try db.run("UPDATE leases SET until = $2 WHERE name LIKE 'node %' AND owner = $1", owner, until) == 1
        }
    }
}

extension PostgresStore {
    package func note(_ node: NodeRecord, at now: Timestamp) async throws {
        let (seen, started, lead) = (time(now), time(node.startedAt), clockLead.inMilliseconds)
        try await database.repeatably(for: .leases) { db in
            try db.send(
                """
                INSERT INTO nodes (incarnation, name, version, schema, configuration, clock_lead, started_at, seen_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                ON CONFLICT (incarnation) DO UPDATE SET configuration = $5, clock_lead = $6, seen_at = $8
                """, node.incarnation, node.name, node.version, PostgresStore.schema.version, node.configuration, lead,
                started, seen)
        }
    }

    package func forgetNode(_ incarnation: String) async throws {
        try await database.write(for: .leases) { db in
            try db.send("DELETE FROM nodes WHERE incarnation = $1", incarnation)
        }
    }

    package func nodes() async throws -> [NodeRecord] {
        try await database.read { db in
            try NodeRecord.all(db) { self.moment(of: $0) }
        }
    }

    /// Rows of access tokens are kept for so long after a process is forgotten that has not been heard of.
    private static let tokenMemory = Duration.seconds(30 * 24 * 3600)

    package func pruneNodes(silentSince moment: Timestamp) async throws -> Int {
        let moment = time(moment)
        return try await database.write(for: .leases) { db in
            let gone = try db.run("DELETE FROM nodes WHERE seen_at < $1", moment)
            try db.send("DELETE FROM progress WHERE at < $1", moment)
            // Of a secret that nobody has any more. Who comes back to one asks for a token once more than otherwise.
            try db.send(
                """
                DELETE FROM tokens WHERE greatest(expires_at, held_back_until, refreshing_until, 0) < $1
                """, moment.advanced(by: .zero - PostgresStore.tokenMemory))
            // The newest of a connection that lives may not have been needed for long.
            try db.send(
                """
                DELETE FROM commits WHERE slot IN (
                    SELECT slot FROM (
                        SELECT slot, at, row_number() OVER (
                            PARTITION BY regexp_replace(slot, ' [0-9]+$', '') ORDER BY at DESC, slot DESC) AS place
                        FROM commits) AS c
                    WHERE at < clock_timestamp() - interval '1 day'
                        AND (place > 1 OR split_part(slot, ' ', 1) NOT IN (SELECT incarnation FROM nodes))
                    LIMIT 10000)
                """)
            return gone
        }
    }

    package func hold(
        _ name: String, for owner: String, lasting length: Duration, at now: Timestamp
    ) async throws -> Bool {
        let now = time(now)
        return try await database.write(for: .leases) { db in
            try db.run(
                """
                INSERT INTO leases (name, owner, number, until) VALUES ($1, $2, 1, $4)
                ON CONFLICT (name) DO UPDATE SET owner = $2, number = leases.number + (leases.owner <> $2)::int, until = $4
                WHERE leases.owner = $2 OR leases.until < $3
                """, name, owner, now, now.advanced(by: length)) == 1
        }
    }
}

extension NodeRecord {
    /// Those that were written down, with their times as `moment` has them.
    static func all(_ db: borrowing Connection, _ moment: (Timestamp) -> Timestamp) throws -> [NodeRecord] {
        try db.all(
            """
            SELECT name, incarnation, version, schema, configuration, clock_lead, started_at, seen_at FROM nodes
            ORDER BY name, started_at, incarnation LIMIT 1000
            """
        ) {
            NodeRecord(
                $0.text(0), incarnation: $0.text(1), version: $0.text(2), schema: $0.int(3), configuration: $0.text(4),
                clockLead: .milliseconds($0.int64(5)), startedAt: moment($0.timestamp(6)),
                seenAt: moment($0.timestamp(7)))
        }
    }
}

/// The processes that live by the server's clock, with the schema that each knows: those that know the oldest come first.
@Sendable func livingPrograms(_ db: borrowing Connection) throws -> [ServingProgram] {
    try db.all(
        """
        SELECT name, schema FROM nodes WHERE seen_at > (extract(epoch FROM clock_timestamp()) * 1000)::bigint - $1
        ORDER BY schema, name LIMIT 1000
        """, NodeRecord.patience.inMilliseconds
    ) { ServingProgram($0.text(0), knowing: $0.int(1)) }
}

/// The number of a process, which is a part of every identifier that it makes.
struct NodeNumber {
    let number: UInt8

    /// A number rests for so long before it is another's: a process that was cut off may still believe that it has it.
    private static let rest = Duration.seconds(600)

    var name: String { "node \(number)" }

    /// Takes the lowest number that is free for `owner`, or the one that it has; first of all one of those that it was before.
    static func take(
        for owner: String, formerly former: [String], at now: Timestamp, _ db: borrowing Connection
    ) throws -> NodeNumber {
        // One process at a time looks for one.
        try db.send("SELECT pg_advisory_xact_lock(759655378, hashtext(current_schema()))")
        let taken = try db.all(
            "SELECT substr(name, 6)::bigint, owner, until FROM leases WHERE name LIKE 'node %'"
        ) { (number: $0.int(0), owner: $0.text(1), until: $0.timestamp(2)) }
        let busy = Set(taken.filter { $0.until.advanced(by: rest) > now }.map(\.number))
        let own = taken.first { $0.owner == owner || former.contains($0.owner) }?.number
        guard let number = own ?? (0...Int(UInt8.max)).first(where: { !busy.contains($0) }) else {
            throw PostgresError(.again, message: "256 processes share the database already")
        }
        let node = NodeNumber(number: UInt8(number))
        try db.send(
            """
            INSERT INTO leases (name, owner, number, until) VALUES ($1, $2, 1, $3)
            ON CONFLICT (name) DO UPDATE SET owner = $2, number = leases.number + 1, until = $3
            """, node.name, owner, now.advanced(by: DeliveryRules.leaseLength))
        return node
    }
}
