import PostgreSQL
import PostgresTesting
import Testing

/// The statements that a server keeps for a connection, as it tells of them itself.
@Suite(.enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(2))) struct PreparedStatementTests {
    @Test("a server keeps each statement once, as often as what is sent breaks off in the middle, and each works again")
    func failures() async throws {
        try await TemporarySchema().withDatabase { database in
            for round in 1...10 {
                for _ in 1...2 { try await database.count() }
                await #expect(throws: PostgresError.self) {
                    try await database.write(for: .turns) { db in
                        // Of these the server has read the first two when it fails.
                        try db.send("INSERT INTO notes (note) SELECT 'before ' || $1", "\(round)")
                        try db.send("SELECT 1 / $1", 0)
                        try db.send("INSERT INTO notes (note) SELECT 'behind ' || $1", "\(round)")
                    }
                }
                try await database.note("\(round)")
            }
            let kept = try await database.kept()
            #expect(kept.contains { $0.contains("INSERT INTO notes (note) VALUES") }, "\(kept)")
            #expect(Set(kept).count == kept.count && kept.count < 10, "\(kept)")
            #expect(try await database.notes().count == 10)
        }
    }

    @Test(
        "of a statement that is planned anew the server keeps the last plan, also where a failure left open whether it has let the former go",
        arguments: [false, true])
    func anew(fails: Bool) async throws {
        try await TemporarySchema().withDatabase { database in
            try await database.count()
            let former = try await database.kept(like: "SELECT count(*), 'anew'%")
            try await database.write(for: .turns) { try $0.send("SELECT pg_sleep(1.1)") }
            if fails {
                await #expect(throws: PostgresError.self) {
                    try await database.write(for: .turns) { db in
                        try db.send("SELECT 2 / $1", 0)
                        try db.count()
                    }
                }
            }
            try await database.count()
            let latter = try await database.kept(like: "SELECT count(*), 'anew'%")
            #expect(former.count == 1 && latter.count == 1 && former != latter, "\(former), then \(latter)")
        }
    }
}

extension Connection {
    fileprivate func count() throws(PostgresError) {
        try run("SELECT count(*), 'anew' FROM notes WHERE note <> $1", planned: .anew, "")
    }
}

extension Database {
    fileprivate func count() async throws { try await write(for: .turns) { try $0.count() } }

    /// The texts of those that the connection for turns has.
    fileprivate func kept() async throws -> [String] {
        try await write(for: .turns) { db in
            try db.all("SELECT statement FROM pg_prepared_statements ORDER BY 1") { $0.text(0) }
        }
    }

    /// The names of those with such a text.
    fileprivate func kept(like text: String) async throws -> [String] {
        try await write(for: .turns) { db in
            try db.all("SELECT name FROM pg_prepared_statements WHERE statement LIKE $1", text) { $0.text(0) }
        }
    }
}
