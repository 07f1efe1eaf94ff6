import Foundation
import PostgreSQL
import PostgresTesting
import System
import TestSupport
import Testing

/// The bad days of a database, and what becomes of a write then.
@Suite(.enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(3))) struct BadDayTests {
    private let schema: TemporarySchema

    init() throws { schema = try TemporarySchema() }

    @Test(
        "what cannot be serialised, or deadlocks, again and again is given up after a few tries, which are counted",
        arguments: ["40001", "40P01"])
    func again(_ code: String) async throws {
        try await schema.withDatabase { database in
            try await database.write(for: .turns) { db in
                try db.send(
                    """
                    CREATE FUNCTION fail(code text) RETURNS void LANGUAGE plpgsql AS
                        'BEGIN RAISE EXCEPTION ''in the way'' USING ERRCODE = code; END'
                    """)
            }
            let tries = Lock(0)
            func write(failing times: Int) async throws {
                tries.withLock { $0 = 0 }
                try await database.write(for: .turns) { db in
                    let count = tries.withLock { tries in
                        tries += 1
                        return tries
                    }
                    try db.send("INSERT INTO notes VALUES ($1)", "of \(times)")
                    if count <= times { _ = try db.first("SELECT fail($1)", code) { _ in } }
                }
            }
            try await write(failing: 3)
            #expect(tries.withLock { $0 } == 4 && database.statistics.repeats == 3)
            let error = await #expect(throws: PostgresError.self) { try await write(failing: .max) }
            #expect(error?.code == code && tries.withLock { $0 } == 6 && database.statistics.repeats == 8)
            #expect(try await database.notes() == ["of 3"])
        }
    }

    enum Killing: CaseIterable, Sendable { case byAdministrator, forIdleness }

    @Test("a session that is ended within its transaction is done again, whole and once", arguments: Killing.allCases)
    func killed(_ killing: Killing) async throws {
        let server = schema.server
        try await schema.withDatabase({ if killing == .forIdleness { $0.idleTimeout = .milliseconds(300) } }) {
            database in
            let tries = Lock(0)
            try await database.write(for: .turns) { db in
                try db.run("INSERT INTO notes VALUES ('first')")
                let process = try db.first("SELECT pg_backend_pid()") { $0.int(0) } ?? 0
                let isFirst = tries.withLock { tries in
                    tries += 1
                    return tries == 1
                }
                if isFirst {
                    if killing == .byAdministrator { try server.run("SELECT pg_terminate_backend(\(process))") }
                    while try server.run("SELECT 1 FROM pg_stat_activity WHERE pid = \(process)") != [] {}
                }
                try db.run("INSERT INTO notes VALUES ('second')")
            }
            #expect(tries.withLock { $0 } >= 2)
            #expect(try await database.notes() == ["first", "second"])
        }
    }

    @Test("a database in another encoding is refused, with what to do about it")
    func encoding() async throws {
        let url = schema.server.url(database: try schema.server.makeDatabase(encoding: "SQL_ASCII"))
        var options = DatabaseOptions.forTests
        options.startPatience = .milliseconds(100)
        let database = try Database(at: Servers(url), schema: Schema([]), options: options)
        let failure = database.openingFailure.map { "\($0)" } ?? ""
        #expect(failure.contains("has the encoding SQL_ASCII: make one in UTF8"), "\(failure)")
        await #expect(throws: PostgresError.self) { try await database.read { _ in } }
        await database.close()
    }

    @Test("a server that has no connection left says so, and is tried again until it has one")
    func full() async throws {
        let role = "r_\(schema.name)"
        try schema.server.run(
            "CREATE ROLE \(role) LOGIN CONNECTION LIMIT 1; CREATE SCHEMA \(schema.name) AUTHORIZATION \(role)")
        var options = DatabaseOptions.forTests
        options.patience = .milliseconds(400)
        let step = Migration(version: 1, usableFrom: 1, sql: Array("CREATE TABLE notes (note text UNIQUE)".utf8))
        let url = schema.url().replacing("user=postgres", with: "user=\(role)")
        let database = try Database(at: Servers(url), schema: Schema([step]), options: options)
        try await database.note("has the one that there is")
        let error = await #expect(throws: PostgresError.self) { try await database.notes() }
        #expect(
            error?.kind == .disconnected && error?.message.contains("too many connections") == true, "\(error as Any)")
        try schema.server.run("ALTER ROLE \(role) CONNECTION LIMIT -1")
        #expect(try await database.notes().count == 1)
        await database.close()
    }
}

/// A primary that dies, and its standby that becomes one.
@Suite(.enabled(if: PgBouncer.isAvailable), .timeLimit(.minutes(3))) struct FailoverTests {
    enum Way: CaseIterable, Sendable {
        /// Both are named.
        case bothHosts
        /// A pooler is told the new one, and keeps our connections meanwhile.
        case pooler
    }

    @Test("nothing is written to a standby, and all of it to the primary that it becomes", arguments: Way.allCases)
    func promotion(_ way: Way) async throws {
        let primary = try PostgresServer(settings: [
            "wal_level": "replica", "max_wal_senders": "4", "max_connections": "60",
        ])
        let standby = try PostgresServer(copying: primary)
        let link = primary.folder + "-way"
        try relink(link, to: primary.folder)
        defer { try? FileManager.default.removeItem(atPath: link) }
        let pooler = way == .pooler ? try PgBouncer(to: link) : nil
        let url =
            pooler?.url(database: "postgres")
            ?? primary.url(at: "\(primary.folder),\(standby.folder)")
        var options = DatabaseOptions.forTests
        options.pooler = pooler == nil ? .none : .transaction
        options.patience = .seconds(3)
        let step = Migration(version: 1, usableFrom: 1, sql: Array("CREATE TABLE notes (note text UNIQUE)".utf8))
        let database = try Database(at: Servers(url), schema: Schema([step]), options: options)
        try await database.note("before")
        try await eventually {
            (try? standby.run("SELECT note FROM notes")) == ["before"]
        }
        primary.stop()
        try relink(link, to: standby.folder)
        let error = await #expect(throws: PostgresError.self) { try await database.note("meanwhile") }
        #expect(error.map { [.disconnected, .late, .ambiguous].contains($0.kind) } == true, "\(error as Any)")
        try standby.run("SELECT pg_promote()")
        try await eventually { (try? await database.note("after")) != nil }
        #expect(try await database.notes() == ["after", "before"])
        await database.close()
    }

    private func relink(_ link: String, to folder: String) throws {
        try? FileManager.default.removeItem(atPath: link)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder)
    }
}
