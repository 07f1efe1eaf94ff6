import Foundation
import SQLite
import Testing

@Suite("A schema", .timeLimit(.minutes(5))) struct SQLiteSchemaTests {
    private let first = Migration(version: 1, sql: "CREATE TABLE a(n INTEGER) STRICT; INSERT INTO a VALUES (1);")
    private let second = Migration(version: 2, sql: Array("ALTER TABLE a ADD COLUMN t TEXT DEFAULT 'new';".utf8))
    private let broken = Migration(version: 3, sql: "CREATE TABLE b(n); INSERT INTO nowhere VALUES (1);")

    private func schema(_ migrations: Migration...) -> Schema { Schema(applicationID: 77, migrations: migrations) }

    private func open(_ path: String, _ schema: Schema) async throws {
        await (try Database(at: path, schema: schema)).close()
    }

    private func headers(_ path: String) throws -> [Int?] {
        let connection = try Connection(to: path, .readOnly)
        return [
            try connection.first("PRAGMA application_id") { $0.int(0) },
            try connection.first("PRAGMA user_version") { $0.int(0) },
        ]
    }

    @Test("a new file gets all steps and our mark")
    func fresh() async throws {
        try await withDatabaseDirectory { directory in
            let path = directory + "/a.db"
            try await open(path, schema(first, second))
            #expect(try headers(path) == [77, 2])
            let connection = try Connection(to: path, .readOnly)
            #expect(try connection.first("SELECT t FROM a") { $0.text(0) } == "new")
        }
    }

    @Test("an older file gets what it lacks and keeps what it has")
    func upgrade() async throws {
        try await withDatabaseDirectory { directory in
            let path = directory + "/a.db"
            try await open(path, schema(first))
            for _ in 0..<2 { try await open(path, schema(first, second)) }
            #expect(try headers(path) == [77, 2])
            let connection = try Connection(to: path, .readOnly)
            #expect(try connection.all("SELECT t FROM a") { $0.text(0) } == ["new"])
        }
    }

    @Test("a step that fails undoes all steps of that start")
    func allOrNothing() async throws {
        try await withDatabaseDirectory { directory in
            let path = directory + "/a.db"
            try await open(path, schema(first))
            let error = #expect(throws: SchemaError.self) {
                try Database(at: path, schema: schema(first, second, broken))
            }
            #expect(error.map { "\($0)" }?.contains("version 3") == true)
            #expect(try headers(path) == [77, 1])
            let connection = try Connection(to: path, .readOnly)
            #expect(try connection.first("SELECT count(*) FROM pragma_table_info('a')") { $0.int(0) } == 1)
        }
    }

    @Test("a file of a newer program is refused with both versions")
    func newer() async throws {
        try await withDatabaseDirectory { directory in
            let path = directory + "/a.db"
            try await open(path, schema(first, second))
            let error = #expect(throws: SchemaError.self) { try Database(at: path, schema: schema(first)) }
            #expect(error == .newer(path: path, version: 2, known: 1))
            #expect(error?.description.contains("version 2 and this program knows 1") == true)
        }
    }

    @Test("another program's file is refused and left as it was", arguments: [0, 5])
    func foreign(applicationID: Int) async throws {
        try await withDatabaseDirectory { directory in
            let path = directory + "/theirs.db"
            do {
                let theirs = try Connection(to: path, .create)
                try theirs.execute("CREATE TABLE theirs(n); PRAGMA application_id = \(applicationID)")
            }
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            let error = #expect(throws: SchemaError.self) { try Database(at: path, schema: schema(first)) }
            #expect(error == .foreign(path: path, applicationID: Int32(applicationID)))
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["theirs.db"])
        }
    }

    @Test("a file that is no database is refused and left as it was", arguments: [1, 50, 511, 512, 4096, 100_000])
    func garbage(size: Int) async throws {
        try await withDatabaseDirectory { directory in
            let path = directory + "/garbage.db"
            let content = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) })
            try content.write(to: URL(fileURLWithPath: path))
            #expect(throws: SchemaError.self) { try Database(at: path, schema: schema(first)) }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
        }
    }

    @Test("what is left of a database is refused and left as it was", arguments: [1, 16, 60, 99, 100, 512, 1000, 4096])
    func truncated(size: Int) async throws {
        try await withDatabaseDirectory { directory in
            let path = directory + "/a.db"
            try await open(path, schema(first))
            let content = try Data(contentsOf: URL(fileURLWithPath: path)).prefix(size)
            try content.write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: SchemaError.self) { try Database(at: path, schema: schema(first)) }
            guard case .damaged? = error else { return #expect(error == nil, "refused, but not as damaged") }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
        }
    }

    @Test("an empty file is a new one")
    func empty() async throws {
        try await withDatabaseDirectory { directory in
            let path = directory + "/a.db"
            try Data().write(to: URL(fileURLWithPath: path))
            try await open(path, schema(first))
            #expect(try headers(path) == [77, 1])
        }
    }

    @Test("a directory that is not there is an error that names the file")
    func noDirectory() async throws {
        try await withDatabaseDirectory { directory in
            let path = directory + "/missing/a.db"
            let error = #expect(throws: SQLiteError.self) { try Database(at: path, schema: schema(first)) }
            #expect(error?.kind == .cannotOpen)
            #expect(error?.message.contains(path) == true)
        }
    }
}
