import PostgreSQL
import PostgresTesting
import System
import TestSupport
import Testing

/// Through a real PgBouncer, which gives each transaction another of its few connections.
@Suite(.enabled(if: PgBouncer.isAvailable), .timeLimit(.minutes(3))) struct PoolerTests {
    private let pooler: PgBouncer
    private let server: PostgresServer
    private let name: String

    init() throws {
        pooler = try .shared
        server = try .shared
        name = try server.makeDatabase()
    }

    /// Lends a database with a table `notes (note text)`.
    private func withDatabase(
        at url: String? = nil, _ change: (inout DatabaseOptions) -> Void = { _ in },
        heard: @escaping @Sendable (String) -> Void = { _ in }, _ body: (Database) async throws -> Void
    ) async throws {
        var options = DatabaseOptions.forTests
        options.pooler = .transaction
        change(&options)
        let step = Migration(
            version: 1, usableFrom: 1, sql: Array("CREATE TABLE notes (note text NOT NULL UNIQUE)".utf8))
        let database = try Database(
            at: Servers(url ?? pooler.url(database: name)), schema: Schema([step]), options: options, heard: heard)
        do {
            try await body(database)
            await database.close()
        } catch {
            await database.close()
            throw error
        }
    }

    @Test("more connections than the pooler has share them, and no statement of one gets in another's way")
    func shared() async throws {
        try await withDatabase({ $0.connections = [.turns: 6, .accepting: 6, .reading: 6] }) { database in
            try await withThrowingTaskGroup { tasks in
                for number in 1...120 {
                    tasks.addTask {
                        try await database.write(for: number % 2 == 0 ? .turns : .accepting) { db in
                            try db.send("INSERT INTO notes VALUES ($1)", "\(number)")
                            _ = try db.first("SELECT count(*) FROM notes") { $0.int(0) }
                        }
                        let found = try await database.read { db in
                            try db.first("SELECT note FROM notes WHERE note = $1", "\(number)") { $0.text(0) }
                        }
                        #expect(found == "\(number)")
                    }
                }
                try await tasks.waitForAll()
            }
            #expect(try await database.notes().count == 120)
            #expect(database.statistics.repeats == 0)
        }
    }

    @Test("a transaction has its limits, and whoever gets its connection next does not")
    func settings() async throws {
        try await withDatabase { database in
            let limit = try await database.write(for: .turns) { db in
                try db.first("SELECT current_setting('statement_timeout')") { $0.text(0) }
            }
            #expect(limit == "5s")
            for _ in 1...8 {
                let left = try await database.repeatably(for: .turns) { db in
                    try db.first("SELECT current_setting('statement_timeout')") { $0.text(0) }
                }
                #expect(left == "0")
            }
        }
    }

    @Test("hints are not listened for where they would not be heard, and are heard over a way without the pooler")
    func hints() async throws {
        let heard = Lock<[String]>([])
        try await withDatabase({ $0.channel = "hints_pooled" }) { database in #expect(!database.hearsHints) }
        let direct = server.url(database: name)
        func listen(_ options: inout DatabaseOptions) {
            options.channel = "hints_pooled"
            options.hintServers = try? Servers(direct)
        }
        try await withDatabase(listen, heard: { word in heard.withLock { $0.append(word) } }) { one in
            #expect(one.hearsHints)
            try await eventually { heard.withLock { $0 == [""] } }
            try await withDatabase(listen) { two in
                two.hint("work")
                try await eventually { heard.withLock { $0.contains("work") } }
            }
        }
    }

    @Test("a pooler is told from a server, though it is set up to look like one")
    func told() throws {
        var options = DatabaseOptions.forTests
        options.pooler = .transaction
        let (pooled, direct) = (try Servers(pooler.url(database: name)), try Servers(server.url(database: name)))
        try pooled.visit(options) { _ in }
        try direct.visit(options) { _ in }
        #expect(pooled.isPooled && !direct.isPooled)
    }

    @Test(
        "a write whose connection to the pooler breaks, wherever in it, is done once",
        arguments: CuttingProxy.Direction.allCases)
    func cut(_ direction: CuttingProxy.Direction) async throws {
        let proxy = try CuttingProxy(to: pooler.folder)
        defer { proxy.close() }
        let url = "postgres:///\(name)?host=\(proxy.folder)&user=postgres"
        try await withDatabase(at: url) { database in
            try await database.expectNotesOnce(through: proxy, cutting: direction, every: 29, atLeast: 5)
        }
    }
}
