package import PostgreSQL
package import Router
package import System

/// The rows of a store in a database that nobody serves.
package final class PostgresTables: StoreTables {
    private let database: Database

    /// Files on their way out, which lie here in pieces; a store in a file has them beside it.
    package static let blobs = TableShape("blobs", keys: 1, .text("blob"), .integer("size"), .integer("used_at"))
    package static let pieces = TableShape("blob_pieces", keys: 2, .text("blob"), .integer("n"), .bytes("bytes"))

    /// Opens the database and brings its schema up to date; nothing else in it is changed. Throws where no server can be reached. Blocks.
    package init(at servers: Servers) throws {
        var options = DatabaseOptions()
        options.channel = nil
        options.connections = [:]
        options.owner = "copy \(Process.id)"
        database = try Database(at: servers, schema: PostgresStore.schema, options: options)
        if let failure = database.openingFailure { throw failure }
    }

    package func rows(
        of table: TableShape, behind key: [ColumnValue]?, atMost limit: Int
    ) async throws -> [[ColumnValue]] {
        try await database.read { db in try db.rows(of: table, behind: key, atMost: limit) }
    }

    package func lastRow(of table: TableShape) async throws -> [ColumnValue]? {
        try await database.read { db in try db.lastRow(of: table) }
    }

    package func add(_ rows: [[ColumnValue]], to table: TableShape) async throws {
        try await database.write(for: .turns) { db in try db.add(rows, to: table) }
    }

    package func holdForReading() async throws {
        try await database.write(for: .leases) { db in
            try refuseToShare(db)
            switch try copy(db) {
            case .filledFrom(let source): throw StoreCopyRefusal.isFilled(from: source)
            case .read, nil: break
            }
            try db.send(
                """
                INSERT INTO leases (name, owner, number, until)
                VALUES ($1, '', 0, (extract(epoch FROM clock_timestamp()) * 1000)::bigint + $2)
                ON CONFLICT (name) DO UPDATE SET until = excluded.until
                """, CopyLease.name, CopyLease.length.inMilliseconds)
            // Rows that were only there to be locked.
            try db.send("DELETE FROM queue WHERE turn = 0")
        }
    }

    package func letGo() async throws {
        try await database.write(for: .leases) { db in
            try db.send("DELETE FROM leases WHERE name = $1 AND number = 0", CopyLease.name)
        }
    }

    package func beginCopy(from source: String) async throws {
        try await database.write(for: .turns) { db in
            try refuseToShare(db)
            switch try copy(db) {
            case .filledFrom(source): return
            case .filledFrom(let other): throw StoreCopyRefusal.isFilled(from: other)
            case .read: throw StoreCopyRefusal.isRead
            case nil: break
            }
            for table in TableShape.ofStore + [PostgresTables.blobs] where try db.lastRow(of: table) != nil {
                throw StoreCopyRefusal.isNotEmpty(table.name.description)
            }
            try db.send(
                """
                INSERT INTO leases (name, owner, number, until) VALUES ($1, $2, 1, $3)
                ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, number = 1, until = excluded.until
                """, CopyLease.name, source, Int64.max)
        }
    }

    package func endCopy() async throws {
        try await database.write(for: .turns) { db in
            // What is counted up goes on behind what is there.
            try db.send(
                "SELECT setval(pg_get_serial_sequence('apps', 'app'), (SELECT coalesce(max(app), 0) + 1 FROM apps), false)"
            )
            try db.send(
                "SELECT setval(pg_get_serial_sequence('conversations', 'conv'), (SELECT coalesce(max(conv), 0) + 1 FROM conversations), false)"
            )
            try db.send(
                "SELECT setval(pg_get_serial_sequence('sessions', 'session'), (SELECT coalesce(max(session), 0) + 1 FROM sessions), false)"
            )
            try db.send(
                "SELECT setval(pg_get_serial_sequence('calls', 'arrival'), (SELECT coalesce(max(arrival), 0) + 1 FROM calls), false)"
            )
            try db.send(
                """
                SELECT setval('refusal_slots',
                    coalesce((SELECT (slot + 1) % 100000 FROM refusals ORDER BY refusal DESC LIMIT 1), 0), false)
                """)
            try db.send("DELETE FROM leases WHERE name = $1", CopyLease.name)
        }
    }

    package func close() async { await database.close() }

    /// The database's name, for people.
    package func name() async throws -> String {
        try await database.read { db in try db.first("SELECT current_database()") { $0.text(0) } ?? "" }
    }
}

extension PostgresTables {
    /// The size of a file that is there with all its pieces.
    package func size(of blob: BlobID) async throws -> Int? {
        try await database.read { db in
            try db.first("SELECT size FROM blobs WHERE blob = $1 AND size IS NOT NULL", blob.text) { $0.int(0) }
        }
    }

    /// True for the copy of a working directory: of use to processes over this store alone.
    package func isWorkspace(_ blob: BlobID) async throws -> Bool {
        try await database.read { db in
            try db.first("SELECT 1 FROM workspaces WHERE blob = $1", blob.text) { _ in true } ?? false
        }
    }

    /// Makes room for a file of which pieces may have come before.
    package func clear(_ blob: BlobID) async throws {
        try await database.write(for: .turns) { db in
            try db.send("DELETE FROM blob_pieces WHERE blob = $1", blob.text)
            try db.send("DELETE FROM blobs WHERE blob = $1", blob.text)
        }
    }
}

/// The part that a store has in a copy that has not ended.
enum UnendedCopy: Equatable {
    case read
    case filledFrom(String)
}

func copy(_ db: borrowing Connection) throws -> UnendedCopy? {
    try db.first(
        """
        SELECT owner, number FROM leases WHERE name = $1 AND until > (extract(epoch FROM clock_timestamp()) * 1000)::bigint
        """, CopyLease.name
    ) { $0.int(1) == 0 ? .read : .filledFrom($0.text(0)) }
}

/// Throws if a process is there that serves the store.
private func refuseToShare(_ db: borrowing Connection) throws {
    if let living = try livingPrograms(db).first { throw StoreCopyRefusal.isServed(by: living.name) }
}
