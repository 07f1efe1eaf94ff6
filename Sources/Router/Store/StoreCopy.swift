import Crypto
import System
import Text

/// Carries all rows of a store to an empty one of another engine, table by table in the order of their keys, and holds what came to what
/// was there. One that was broken off goes on where it was.
package struct StoreCopy: Sendable {
    package let source: any StoreTables
    package let target: any StoreTables
    /// The name of the source: a copy that was begun from it goes on from it alone.
    private let name: String

    /// The number of rows that are carried at once: with the longest of messages some megabytes.
    private let page: Int

    package init(from source: any StoreTables, named name: String, to target: any StoreTables, page: Int = 500) {
        (self.source, self.name, self.target, self.page) = (source, name, target, page)
    }

    /// The rows of one table, and their digest.
    package struct Carried: Sendable, Equatable {
        package let table: String
        package let rows: Int
        package let digest: String
    }

    /// Carries everything. `told` hears the table and its rows so far, whenever there are more.
    package func run(told: @Sendable (String, Int) async -> Void) async throws -> [Carried] {
        try await source.holdForReading()
        try await target.beginCopy(from: name)
        for table in TableShape.ofStore { try await carry(table, told) }
        var carried: [Carried] = []
        for table in TableShape.ofStore {
            let (there, here) = (try await digest(of: table, in: source), try await digest(of: table, in: target))
            guard there == here else { throw StoreCopyRefusal.differs(table: table.name.description) }
            carried.append(here)
        }
        return carried
    }

    /// Lets the target be served.
    package func finish() async throws {
        try await target.endCopy()
        try await source.letGo()
    }

    private func carry(_ table: TableShape, _ told: @Sendable (String, Int) async -> Void) async throws {
        var key = try await target.lastRow(of: table).map { Array($0.prefix(table.keys)) }
        var count = 0
        while true {
            try Task.checkCancellation()
            try await source.holdForReading()
            let rows = try await source.rows(of: table, behind: key, atMost: page)
            guard let last = rows.last else { return }
            try await target.add(rows, to: table)
            key = Array(last.prefix(table.keys))
            count += rows.count
            await told(table.name.description, count)
        }
    }

    private func digest(of table: TableShape, in tables: any StoreTables) async throws -> Carried {
        var digest = Digest(.sha256)
        var (key, count) = ([ColumnValue]?.none, 0)
        while true {
            try Task.checkCancellation()
            let rows = try await tables.rows(of: table, behind: key, atMost: page)
            guard let last = rows.last else { break }
            for row in rows { digest.update(row.flatMap(\.canonical)) }
            key = Array(last.prefix(table.keys))
            count += rows.count
        }
        return Carried(table: table.name.description, rows: count, digest: digest.finish().hexText)
    }
}

extension ColumnValue {
    /// The value with its kind and its length before it, so that no two rows have the same bytes. PostgreSQL's texts hold no NUL: there
    /// the sign for what cannot be shown stands in its place.
    fileprivate var canonical: [UInt8] {
        switch self {
        case .null: [0]
        case .integer(let number): [1] + withBytes(of: number)
        case .text(let text): counted(2, text.utf8.flatMap { $0 == 0 ? Array("\u{FFFD}".utf8) : [$0] })
        case .bytes(let bytes): counted(3, bytes)
        }
    }

    private func counted(_ kind: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [kind] + withBytes(of: Int64(bytes.count)) + bytes
    }

    private func withBytes(of number: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
}
