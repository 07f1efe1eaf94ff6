import Foundation
import Lifecycle
import PostgreSQL
import PostgresStore
import PostgresTesting
import Router
import SQLiteStore
import SeededTesting
import StoreTesting
import System
import Testing

@Suite("A store that is copied", .enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(3)))
struct StoreCopyTests {
    private static let count = 13

    private struct Broken: Error {}

    /// Fails when rows are added for the so-many-th time.
    private final class Breaking: StoreTables {
        private let tables: any StoreTables
        private let left: Lock<Int>

        init(_ tables: any StoreTables, after count: Int) {
            self.tables = tables
            left = Lock(count)
        }

        func rows(of table: TableShape, behind key: [ColumnValue]?, atMost limit: Int) async throws -> [[ColumnValue]] {
            try await tables.rows(of: table, behind: key, atMost: limit)
        }
        func lastRow(of table: TableShape) async throws -> [ColumnValue]? { try await tables.lastRow(of: table) }
        func add(_ rows: [[ColumnValue]], to table: TableShape) async throws {
            let isLast = left.withLock { left in
                left -= 1
                return left == 0
            }
            if isLast { throw Broken() }
            try await tables.add(rows, to: table)
        }
        func holdForReading() async throws { try await tables.holdForReading() }
        func letGo() async throws { try await tables.letGo() }
        func beginCopy(from source: String) async throws { try await tables.beginCopy(from: source) }
        func endCopy() async throws { try await tables.endCopy() }
        func close() async { await tables.close() }
    }

    /// Rows as they might be, with texts of every kind. What the schema holds them to is in `fixed`.
    private func rows(of table: TableShape, _ random: inout SeededNumbers) -> [[ColumnValue]] {
        let fixed: [String: ColumnValue] = [
            "queue.turn": .integer(1), "outbox.turn": .integer(1), "outbox.owner": .null, "outbox.lease_until": .null,
            "jobs.state": .text("ready"), "jobs.owner": .null, "jobs.lease_until": .null, "jobs.due_at": .null,
            "jobs.cancel": .null, "jobs.ended_at": .null, "jobs.replay_of": .null, "deliveries.class": .integer(1),
            "deliveries.kind": .text("message"), "deliveries.state": .text("pending"),
            "deliveries.attempt": .integer(0),
            "deliveries.checked": .null, "deliveries.ended_at": .null, "deliveries.replay_of": .null,
            "deliveries.kept": .integer(0), "questions.style": .text("card"), "questions.state": .text("open"),
            "questions.answer": .null, "questions.answered_by": .null, "questions.ended_at": .null,
            "call_tokens.scope": .integer(0), "feedback.verdict": .integer(1), "streams.card_shown": .integer(1),
        ]
        let texts = ["", "你好", "a\u{0}b", "🙂 e\u{301}", "'; DROP TABLE jobs; --", "\r\n\t\\", "ß ﬁ"]
        return (1...Self.count).map { number in
            table.columns.enumerated().map { place, column in
                // A key is an id, and has no NUL: PostgreSQL would have another in its place, and in another order.
                let texts = place < table.keys ? texts.filter { !$0.utf8.contains(0) } : texts
                if let value = fixed["\(table.name).\(column.name)"] { return value }
                return switch column.kind {
                case .integer: .integer(Int64(number))
                case .boolean: .integer(Int64.random(in: 0...1, using: &random))
                case .text: .text("\(texts.randomElement(using: &random) ?? "")\(number)")
                case .bytes: .bytes([UInt8(number >> 8), UInt8(number & 255), 0, 255])
                }
            }
        }
    }

    private func withFile(_ body: (String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "store-copy-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    private func servers() throws -> Servers {
        let server = try PostgresServer.shared
        return try Servers(server.url(schema: server.makeSchema()))
    }

    private func filled(_ path: String, _ random: inout SeededNumbers) async throws -> SQLiteTables {
        let tables = try SQLiteTables(at: path)
        for table in TableShape.ofStore { try await tables.add(rows(of: table, &random), to: table) }
        return tables
    }

    @Test("holds the same in every table, in a database and in a file again")
    func both() async throws {
        var random = SeededNumbers()
        try await withFile { folder in
            let file = try await filled(folder + "/a.db", &random)
            let database = try PostgresTables(at: servers())
            let there = StoreCopy(from: file, named: "a", to: database, page: 5)
            let carried = try await there.run { _, _ in }
            try await there.finish()
            #expect(carried.count == TableShape.ofStore.count && carried.allSatisfy { $0.rows == Self.count })
            let other = try SQLiteTables(at: folder + "/b.db")
            let back = StoreCopy(from: database, named: "b", to: other, page: 5)
            #expect(try await back.run { _, _ in } == carried)
            try await back.finish()
            for tables: any StoreTables in [file, database, other] { await tables.close() }
        }
    }

    @Test(
        "that was broken off anywhere goes on, and until its end nobody serves what is there",
        arguments: [1, 2, 5, 30, 68])
    func broken(after count: Int) async throws {
        var random = SeededNumbers()
        try await withFile { folder in
            let servers = try servers()
            let file = try await filled(folder + "/a.db", &random)
            let database = try PostgresTables(at: servers)
            await #expect(throws: Broken.self) {
                _ = try await StoreCopy(from: file, named: "a", to: Breaking(database, after: count), page: 5).run {
                    _, _ in
                }
            }
            await #expect(throws: StoreCopyRefusal.isFilled(from: "a")) {
                _ = try await PostgresStore(at: servers, serving: [], owner: "a server")
            }
            await #expect(throws: StoreCopyRefusal.isFilled(from: "a")) {
                try await database.beginCopy(from: "another file")
            }
            let copy = StoreCopy(from: file, named: "a", to: database, page: 5)
            #expect(try await copy.run { _, _ in }.allSatisfy { $0.rows == Self.count })
            try await copy.finish()
            await database.close()
            await file.close()
            let store = try await PostgresStore(at: servers, serving: [], owner: "a server")
            await store.close()
        }
    }

    @Test("has to be at rest, and what is filled has to be empty")
    func refused() async throws {
        try await withFile { folder in
            let servers = try servers()
            let store = try await PostgresStore(at: servers, serving: [appA], owner: "a server", clock: .server)
            try await store.note(
                NodeRecord("north", incarnation: "a server", version: "1", startedAt: .steady), at: .steady)
            let (database, file) = (try PostgresTables(at: servers), try SQLiteTables(at: folder + "/a.db"))
            await #expect(throws: StoreCopyRefusal.isServed(by: "north")) { try await database.holdForReading() }
            await #expect(throws: StoreCopyRefusal.isServed(by: "north")) { try await database.beginCopy(from: "a") }
            try await store.forgetNode("a server")
            await store.close()
            await #expect(throws: StoreCopyRefusal.isNotEmpty("apps")) { try await database.beginCopy(from: "a") }
            try await database.holdForReading()
            await #expect(throws: StoreCopyRefusal.isRead) {
                _ = try await PostgresStore(at: servers, serving: [], owner: "a server")
            }
            try await database.letGo()
            try await file.beginCopy(from: "b")
            await file.close()
            await #expect(throws: StoreCopyRefusal.isFilled(from: "b")) {
                _ = try await SQLiteStore(at: folder + "/a.db", serving: [])
            }
            await database.close()
        }
    }

    @Test("that differs afterwards is no copy")
    func differs() async throws {
        var random = SeededNumbers()
        try await withFile { folder in
            let file = try await filled(folder + "/a.db", &random)
            let database = try PostgresTables(at: servers())
            try await database.beginCopy(from: "a")
            // As somebody would who writes into what is half there.
            try await database.add([[.integer(Int64(Self.count)), .text("nobody's")]], to: TableShape.ofStore[0])
            await #expect(throws: StoreCopyRefusal.differs(table: "apps")) {
                _ = try await StoreCopy(from: file, named: "a", to: database, page: 5).run { _, _ in }
            }
            await database.close()
            await file.close()
        }
    }

    @Test("is described as both schemas have it: no table and no column is forgotten")
    func shapes() async throws {
        let server = try PostgresServer.shared
        let schema = try server.makeSchema()
        let store = try await PostgresStore(at: Servers(server.url(schema: schema)), serving: [], owner: "a server")
        await store.close()
        let described = TableShape.ofStore.flatMap { table in table.columns.map { "\(table.name).\($0.name)" } }
            .sorted()
        // What processes hold for themselves, and files, which go their own way.
        let others: Set = [
            "attachments", "blob_pieces", "blobs", "commits", "leases", "nodes", "progress", "schema_version", "tokens",
            "workspaces", "queue.home", "queue.home_until",
            "bots.orders", "bots.state", "bots.why", "bots.since", "bots.failures", "bots.obeyed",
            "bots.told_by",
        ]
        let there = try server.run(
            "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = '\(schema)'")
        let shared = there.filter { !others.contains($0) && !others.contains(String($0.prefix { $0 != "." })) }
        #expect(shared.sorted() == described)
        try await withFile { folder in
            let file = try SQLiteTables(at: folder + "/a.db")
            for table in TableShape.ofStore {
                #expect(try await file.rows(of: table, behind: nil, atMost: 1).isEmpty)
            }
            await file.close()
        }
    }
}
