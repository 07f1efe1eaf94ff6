import Router
import SQLite
package import System

extension SQLiteStore {
    package func renewNode(of owner: String, for length: Duration, at now: Timestamp) async throws -> Bool {
        try await database.write { db in
            try db.run(
                "UPDATE leases SET until = ?3 WHERE name = ?1 AND owner = ?2", NodeNumber.only.name, owner,
                now.advanced(by: length)) == 1
        }
    }
}

/// The number of a process that has the file to itself: the lowest, whoever had it before is gone.
struct NodeNumber {
    let number: UInt8

    static let only = NodeNumber(number: 0)

    var name: String { "node \(number)" }

    /// Takes the number for `owner`, as the sole owner of the file may.
    func take(for owner: String, at now: Timestamp, _ db: borrowing Connection) throws {
        try db.run(
            """
            INSERT INTO leases (name, owner, number, until) VALUES (?1, ?2, 1, ?3)
            ON CONFLICT DO UPDATE SET owner = ?2, number = number + 1, until = ?3
            """, name, owner, now.advanced(by: ClaimRules.leaseLength))
    }
}
