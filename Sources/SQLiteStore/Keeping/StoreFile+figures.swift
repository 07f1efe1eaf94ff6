import Router
import SQLite
package import System

/// The sizes of a store.
package struct StoreFigures: Sendable {
    package struct Table: Sendable {
        package let name: String
        package let rows: Int
        /// With its indexes; nil where this SQLite cannot tell.
        package let bytes: Int?
    }

    package internal(set) var tables: [Table] = []
    package internal(set) var schema = 0
    package internal(set) var fileBytes = 0
    /// The part of them that is free within the file.
    package internal(set) var freeBytes = 0
    /// The write-ahead log.
    package internal(set) var logBytes = 0
    /// The time of the oldest job.
    package internal(set) var oldest: Timestamp?
    package internal(set) var openJobs = 0
    package internal(set) var openDeliveries = 0
}

extension StoreFile {
    /// Counts what is in the store; it may be in use meanwhile. Takes as long as reading all of it.
    package func figures() throws -> StoreFigures {
        let db = try open(.readOnly)
        try db.run("BEGIN")
        defer { _ = try? db.run("ROLLBACK") }
        let page = try db.first("PRAGMA page_size") { $0.int(0) } ?? 0
        var figures = StoreFigures()
        figures.schema = try db.first("PRAGMA user_version") { $0.int(0) } ?? 0
        figures.fileBytes = try page * (db.first("PRAGMA page_count") { $0.int(0) } ?? 0)
        figures.freeBytes = try page * (db.first("PRAGMA freelist_count") { $0.int(0) } ?? 0)
        figures.logBytes = fileSize(path + "-wal") ?? 0
        let sizes = try? sizes(db)
        for table in TableShape.ofStore {
            let name = table.name.description
            figures.tables.append(.init(name: name, rows: try db.count(of: table), bytes: sizes?[name]))
        }
        figures.oldest =
            try db.first("SELECT min(job) FROM jobs") { row in
                row.isNull(0) ? nil : IdentifierSource.time(of: row.int64(0))
            } ?? nil
        figures.openJobs = try db.first("SELECT count(*) FROM jobs WHERE ended_at IS NULL") { $0.int(0) } ?? 0
        figures.openDeliveries =
            try db.first("SELECT count(*) FROM deliveries WHERE ended_at IS NULL") { $0.int(0) } ?? 0
        return figures
    }

    /// The bytes of each table with its indexes.
    private func sizes(_ db: borrowing Connection) throws -> [String: Int] {
        let rows = try db.all(
            """
            SELECT coalesce(s.tbl_name, d.name), sum(d.pgsize) FROM dbstat d LEFT JOIN sqlite_schema s ON s.name = d.name
            WHERE d.aggregate = TRUE GROUP BY 1
            """
        ) { ($0.text(0), $0.int(1)) }
        return Dictionary(rows, uniquingKeysWith: +)
    }
}
