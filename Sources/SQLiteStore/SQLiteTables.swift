import Router
import SQLite
package import System

/// The rows of a store in a file, which this process has to itself.
package final class SQLiteTables: StoreTables {
    private let database: Database

    /// Opens the file, makes it if there is none, and brings its schema up to date; nothing else in it is changed. Blocks.
    package init(at path: String) throws {
        database = try Database(at: path, schema: SQLiteStore.schema)
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
        try await database.write { db in try db.add(rows, to: table) }
    }

    /// Whoever has the file's lock has it alone. What is half filled is no source.
    package func holdForReading() async throws {
        try await database.read { db in
            if let source = try fillingSource(db) { throw StoreCopyRefusal.isFilled(from: source) }
        }
    }

    package func letGo() async throws {}

    package func beginCopy(from source: String) async throws {
        try await database.write { db in
            switch try fillingSource(db) {
            case source: return
            case let other?: throw StoreCopyRefusal.isFilled(from: other)
            case nil: break
            }
            for table in TableShape.ofStore where try db.lastRow(of: table) != nil {
                throw StoreCopyRefusal.isNotEmpty(table.name.description)
            }
            try db.run(
                "INSERT INTO leases (name, owner, number, until) VALUES (?1, ?2, 1, ?3)", CopyLease.name, source,
                Int64.max)
        }
    }

    package func endCopy() async throws {
        _ = try await database.write { db in try db.run("DELETE FROM leases WHERE name = ?1", CopyLease.name) }
    }

    package func close() async { await database.close() }
}

/// The store that this one is being filled from; nil for a whole one.
func fillingSource(_ db: borrowing Connection) throws -> String? {
    try db.first("SELECT owner FROM leases WHERE name = ?1", CopyLease.name) { $0.text(0) }
}
