package import Router
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

extension SQLiteStore {
    // One process has the file: who it is need not be on disk.

    package func note(_ node: NodeRecord, at now: Timestamp) async throws {
        var node = node
        (node.schema, node.seenAt) = (SQLiteStore.schema.version, now)
        self.node.withLock { [node] in $0 = node }
    }

    package func forgetNode(_ incarnation: String) async throws {
        node.withLock { if $0?.incarnation == incarnation { $0 = nil } }
    }

    package func nodes() async throws -> [NodeRecord] { node.withLock { $0 }.map { [$0] } ?? [] }

    package func pruneNodes(silentSince moment: Timestamp) async throws -> Int {
        node.withLock { node in
            guard let seen = node?.seenAt, seen < moment else { return 0 }
            node = nil
            return 1
        }
    }

    package func hold(
        _ name: String, for owner: String, lasting length: Duration, at now: Timestamp
    ) async throws -> Bool {
        try await database.write { db in
            try db.run(
                """
                INSERT INTO leases (name, owner, number, until) VALUES (?1, ?2, 1, ?4)
                ON CONFLICT DO UPDATE SET owner = ?2, number = number + (owner <> ?2), until = ?4
                WHERE owner = ?2 OR until < ?3
                """, name, owner, now, now.advanced(by: length)) == 1
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
            """, name, owner, now.advanced(by: DeliveryRules.leaseLength))
    }
}
