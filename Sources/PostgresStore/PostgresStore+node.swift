import PostgreSQL
import Router
package import System

extension PostgresStore {
    package func renewNode(of owner: String, for length: Duration, at now: Timestamp) async throws -> Bool {
        let until = time(now).advanced(by: length)
        return try await database.write(for: .leases) { db in
            try db.run("UPDATE leases SET until = $2 WHERE name LIKE 'node %' AND owner = $1", owner, until) == 1
        }
    }
}

/// The number of a process, which is a part of every identifier that it makes.
struct NodeNumber {
    let number: UInt8

    /// A number rests for so long before it is another's: a process that was cut off may still believe that it has it.
    private static let rest = Duration.seconds(600)

    var name: String { "node \(number)" }

    /// Takes the lowest number that is free for `owner`, or the one that it has.
    static func take(for owner: String, at now: Timestamp, _ db: borrowing Connection) throws -> NodeNumber {
        // One process at a time looks for one.
        try db.send("SELECT pg_advisory_xact_lock(759655378, hashtext(current_schema()))")
        let taken = try db.all(
            "SELECT substr(name, 6)::bigint, owner, until FROM leases WHERE name LIKE 'node %'"
        ) { (number: $0.int(0), owner: $0.text(1), until: $0.timestamp(2)) }
        let busy = Set(taken.filter { $0.until.advanced(by: rest) > now }.map(\.number))
        let own = taken.first { $0.owner == owner }?.number
        guard let number = own ?? (0...Int(UInt8.max)).first(where: { !busy.contains($0) }) else {
            throw PostgresError(.again, message: "256 processes share the database already")
        }
        let node = NodeNumber(number: UInt8(number))
        try db.send(
            """
            INSERT INTO leases (name, owner, number, until) VALUES ($1, $2, 1, $3)
            ON CONFLICT (name) DO UPDATE SET owner = $2, number = leases.number + 1, until = $3
            """, node.name, owner, now.advanced(by: ClaimRules.leaseLength))
        return node
    }
}
