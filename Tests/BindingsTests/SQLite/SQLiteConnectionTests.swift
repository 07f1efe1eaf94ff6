import SQLite
import System
import Testing

@Suite("A connection", .timeLimit(.minutes(5))) struct SQLiteConnectionTests {
    private func withConnection(_ body: (borrowing Connection) throws -> Void) async throws {
        try await withDatabaseDirectory { directory in
            let connection = try Connection(to: directory + "/values.db", .create)
            try connection.execute("CREATE TABLE v(id INTEGER PRIMARY KEY, n INTEGER, t TEXT, b BLOB) STRICT")
            try body(connection)
        }
    }

    @Test("a complaint is one line, however many the statement has")
    func complaint() async throws {
        try await withConnection { db in
            let error = #expect(throws: SQLiteError.self) {
                try db.execute(
                    """
                    INSERT INTO v(id)
                        VALUES (1),
                               (1)
                    """)
            }
            let text = try #require(error).description
            #expect(!text.contains("\n") && !text.contains("  "), "\(text)")
            #expect(text.contains("UNIQUE constraint failed: v.id"))
        }
    }

    @Test("integers come back as they went in", arguments: [0, 1, -1, Int64.max, Int64.min])
    func integers(value: Int64) async throws {
        try await withConnection { db in
            try db.run("INSERT INTO v(n) VALUES (?1)", value)
            #expect(try db.first("SELECT n FROM v") { $0.int64(0) } == value)
            #expect(try db.first("SELECT n FROM v WHERE n = ?1", Int(value)) { $0.optionalInt(0) } == Int(value))
        }
    }

    @Test("texts come back as they went in", arguments: ["", "plain", "中文，收到", "before\0after", "\0", "👩‍👩‍👧‍👦"])
    func texts(value: String) async throws { try await roundTrip(value) }

    @Test("bytes come back as they went in", arguments: [[], [0], [0, 1, 0], Array(0...255)] as [[UInt8]])
    func blobs(value: [UInt8]) async throws { try await roundTrip(value) }

    @Test("large values come back as they went in")
    func large() async throws {
        try await roundTrip(String(repeating: "长", count: 100_000))
        try await roundTrip([UInt8](repeating: 0xff, count: 1_000_000))
    }

    private func roundTrip(_ value: String) async throws {
        try await withConnection { db in
            try db.run("INSERT INTO v(t) VALUES (?1)", value)
            let row = try db.first("SELECT t, t FROM v") { ($0.isNull(0), $0.text(0), $0.optionalText(1)) }
            let (isNull, plain, optional) = try #require(row)
            #expect(!isNull && plain == value && optional == value)
        }
    }

    private func roundTrip(_ value: [UInt8]) async throws {
        try await withConnection { db in
            try db.run("INSERT INTO v(b) VALUES (?1)", value)
            let row = try db.first("SELECT b, b FROM v") { ($0.isNull(0), $0.bytes(0), $0.optionalBytes(1)) }
            let (isNull, plain, optional) = try #require(row)
            #expect(!isNull && plain == value && optional == value)
        }
    }

    @Test("truth values and moments come back as they went in")
    func otherValues() async throws {
        try await withConnection { db in
            let now = Timestamp.now
            try db.run("INSERT INTO v(n) VALUES (?1), (?2), (?3)", true, false, now)
            let rows = try db.all("SELECT n FROM v ORDER BY id") { ($0.bool(0), $0.timestamp(0)) }
            #expect(rows.map(\.0) == [true, false, true])
            #expect(rows.last?.1 == now)
        }
    }

    @Test("nothing goes in as NULL and comes back as nothing")
    func nulls() async throws {
        try await withConnection { db in
            try db.run("INSERT INTO v(n, t, b) VALUES (?1, ?2, ?3)", Int?.none, String?.none, [UInt8]?.none)
            let row = try db.first("SELECT n, t, b FROM v") {
                ($0.optionalInt(0), $0.optionalText(1), $0.optionalBytes(2), $0.int(0), $0.text(1))
            }
            let found = try #require(row)
            #expect(found.0 == nil && found.1 == nil && found.2 == nil)
            #expect(found.3 == 0 && found.4.isEmpty)
            #expect(try db.first("SELECT n IS NULL FROM v") { $0.optionalBool(0) } == true)
        }
    }

    @Test("an enum goes in as its raw value")
    func rawValues() async throws {
        enum State: String, Bindable { case ready, done }
        try await withConnection { db in
            try db.run("INSERT INTO v(t) VALUES (?1)", State.done)
            #expect(try db.first("SELECT t FROM v") { State(rawValue: $0.text(0)) } == .done)
        }
    }

    @Test("values of an earlier run do not linger in a statement")
    func bindings() async throws {
        try await withConnection { db in
            for text in ["first", nil] { try db.run("INSERT INTO v(t) VALUES (?1)", text) }
            #expect(try db.all("SELECT t FROM v ORDER BY id") { $0.optionalText(0) } == ["first", nil])
        }
    }

    @Test("the number of changed rows is told, and the number of the new one")
    func changes() async throws {
        try await withConnection { db in
            let inserted = try db.run("INSERT INTO v(n) VALUES (1), (2), (3)")
            #expect(inserted == 3)
            #expect(db.lastRowID == 3)
            #expect(try db.run("UPDATE v SET n = 0 WHERE n > ?1", 1) == 2)
            #expect(try db.run("DELETE FROM v WHERE n = 99") == 0)
            #expect(try db.first("INSERT INTO v(n) VALUES (7) RETURNING id") { $0.int(0) } == 4)
            #expect(try db.first("SELECT id FROM v WHERE n = 99") { $0.int(0) } == nil)
        }
    }

    @Test("a closure that throws leaves the statement ready for the next call")
    func throwingClosure() async throws {
        struct Unreadable: Error {}
        try await withConnection { db in
            try db.run("INSERT INTO v(n) VALUES (1), (2)")
            for _ in 0..<2 {
                #expect(throws: Unreadable.self) { try db.all("SELECT n FROM v") { _ in throw Unreadable() } }
            }
            try db.execute("DROP TABLE v")
        }
    }

    @Test("a broken promise of the schema is a constraint error with its statement")
    func constraint() async throws {
        try await withConnection { db in
            try db.run("INSERT INTO v(id) VALUES (?1)", 5)
            let error = #expect(throws: SQLiteError.self) { try db.run("INSERT INTO v(id) VALUES (?1)", 5) }
            #expect(error?.kind == .constraint)
            #expect(error?.sql == "INSERT INTO v(id) VALUES (?1)")
            #expect(error.map { "\($0)" }?.contains("UNIQUE") == true)
            try db.run("INSERT INTO v(id) VALUES (?1)", 6)
        }
    }

    @Test("a statement that SQLite does not understand says which")
    func badStatement() async throws {
        try await withConnection { db in
            let error = #expect(throws: SQLiteError.self) { try db.run("SELEKT 1") }
            #expect(error?.kind == .other)
            #expect(error?.sql == "SELEKT 1")
        }
    }

    @Test("a file that is not there is not made by the way")
    func missingFile() async throws {
        try await withDatabaseDirectory { directory in
            let error = #expect(throws: SQLiteError.self) { _ = try Connection(to: directory + "/none.db", .readWrite) }
            #expect(error?.kind == .cannotOpen)
            #expect(error?.message.contains("none.db") == true)
        }
    }

    @Test("a read-only connection does not write")
    func readOnly() async throws {
        try await withDatabaseDirectory { directory in
            let path = directory + "/values.db"
            let writer = try Connection(to: path, .create)
            try writer.execute("CREATE TABLE v(n)")
            let reader = try Connection(to: path, .readOnly)
            let error = #expect(throws: SQLiteError.self) { try reader.run("INSERT INTO v VALUES (1)") }
            #expect(error?.kind == .readOnly)
            try writer.run("INSERT INTO v VALUES (1)")
        }
    }
}
