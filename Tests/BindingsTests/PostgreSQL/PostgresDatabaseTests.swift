import Foundation
import PostgreSQL
import PostgresTesting
import ProgramTesting
import System
import TestSupport
import Testing

@Suite(.enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(5))) struct PostgresDatabaseTests {
    @Test("what was written is read, of every type, NULL and empty ones among them")
    func types() async throws {
        try await TemporarySchema().withDatabase { database in
            try await database.write(for: .turns) { db in
                try db.run("CREATE TABLE kinds (i bigint, t text, b bytea, z boolean, n smallint)")
                try db.run(
                    "INSERT INTO kinds VALUES ($1, $2, $3, $4, -7), ($5, $6, $7, $8, NULL)", Int64.min, "字\u{0}x",
                    [0, 255] as [UInt8], true, Int64?.none, "", [] as [UInt8], Bool?.none)
            }
            let rows = try await database.read { db in
                try db.all("SELECT i, t, b, z, n FROM kinds ORDER BY i") { row in
                    "\(row.optionalInt64(0) as Any) \(row.text(1)) \(row.optionalBytes(2) as Any) \(row.optionalBool(3) as Any) \(row.int(4))"
                }
            }
            #expect(
                rows == [
                    "Optional(-9223372036854775808) 字\u{FFFD}x Optional([0, 255]) Optional(true) -7",
                    "nil  Optional([]) nil 0",
                ])
        }
    }

    @Test("columns of values become rows, in any number and with NULLs")
    func columns() async throws {
        try await TemporarySchema().withDatabase { database in
            let sums = try await database.read { db in
                try [0, 1, 1000].map { count in
                    try db.first(
                        "SELECT count(*), count(t), coalesce(sum(i), 0)::int8 FROM unnest($1, $2) AS u (i, t)",
                        Column((0..<Int64(count)).map { $0 }), Column((0..<count).map { $0 % 2 == 0 ? "\($0)" : nil })
                    ) { [$0.int(0), $0.int(1), $0.int(2)] }
                }
            }
            #expect(sums == [[0, 0, 0], [1, 1, 0], [1000, 500, 499_500]])
        }
    }

    @Test("of bodies that share a transaction the one that fails takes none of the others with it")
    func apart() async throws {
        try await TemporarySchema().withDatabase { database in
            try await database.note("there")
            await withTaskGroup { tasks in
                for number in 1...20 {
                    tasks.addTask {
                        let text = number == 7 ? "there" : "\(number)"
                        try? await database.note(text, about: Subject(kind: 0, number: Int64(number)))
                    }
                }
            }
            #expect(try await database.notes().count == 20)
            #expect(database.statistics.bodies == 20)
        }
    }

    @Test("an item of those that are worked on together gets its own value, and its own failure")
    func gathering() async throws {
        let all = Gathering<Int, Int> { items, db in
            try db.send("INSERT INTO notes SELECT * FROM unnest($1)", Column(items.map { "\($0)" }))
            try db.settle()
            return items.map { $0 * 2 }
        }
        try await TemporarySchema().withDatabase { database in
            try await database.note("13")
            let values = await withTaskGroup { tasks in
                for number in 1...30 {
                    tasks.addTask { try? await database.write(number, with: all, for: .accepting) }
                }
                return await tasks.reduce(into: [Int?]()) { $0.append($1) }
            }
            #expect(Set(values.compactMap(\.self)) == Set((1...30).filter { $0 != 13 }.map { $0 * 2 }))
            #expect(try await database.notes().count == 30)
        }
    }

    @Test("a body that throws, or is only rehearsed, leaves nothing behind")
    func undone() async throws {
        struct Refusal: Error {}
        try await TemporarySchema().withDatabase { database in
            await #expect(throws: Refusal.self) {
                try await database.write(for: .turns) { db in
                    try db.send("INSERT INTO notes VALUES ('x')")
                    throw Refusal()
                }
            }
            try await database.rehearse(for: .turns) { try $0.send("INSERT INTO notes VALUES ('y')") }
            await #expect(throws: PostgresError.self) {
                try await database.rehearse(for: .turns) { try $0.send("INSERT INTO nothing VALUES ('y')") }
            }
            #expect(try await database.notes().isEmpty)
        }
    }

    @Test("a server that is ended in between is connected to again, and nobody notices")
    func reconnects() async throws {
        let schema = try TemporarySchema()
        try await schema.withDatabase { database in
            try await database.note("before")
            #expect(try await database.notes() == ["before"])
            try schema.server.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%notes%' AND pid <> pg_backend_pid()"
            )
            try await database.note("after")
            #expect(try await database.notes() == ["after", "before"])
        }
    }

    @Test("two that deadlock are both done in the end")
    func deadlock() async throws {
        try await TemporarySchema().withDatabase({ $0.connections = [.turns: 2] }) { database in
            try await database.write(for: .turns) { try $0.send("INSERT INTO notes VALUES ('a'), ('b')") }
            let meeting = NSCondition()
            let come = Lock(0)
            try await withThrowingTaskGroup { tasks in
                for (place, order) in [["a", "b"], ["b", "a"]].enumerated() {
                    // The first is under way, or one thread would take both.
                    try await eventually { come.withLock { $0 >= place } }
                    tasks.addTask {
                        try await database.write(for: .turns) { db in
                            let text = order[0]
                            try db.run("UPDATE notes SET note = note WHERE note = $1", text)
                            come.withLock { $0 += 1 }
                            meeting.withLock {
                                meeting.broadcast()
                                while come.withLock({ $0 < 2 }) { meeting.wait() }
                            }
                            try db.run("UPDATE notes SET note = note WHERE note = $1", order[1])
                        }
                    }
                }
                try await tasks.waitForAll()
            }
            #expect(database.statistics.repeats >= 1)
        }
    }

    @Test("of several that open an empty database at once one makes the tables, and the others have them")
    func openedAtOnce() async throws {
        let schema = try TemporarySchema()
        try schema.server.run("CREATE SCHEMA \(schema.name)")
        // The others come while it does.
        let sql = "CREATE TABLE leaves (leaf bigint NOT NULL); SELECT pg_sleep(0.2)"
        let tables = Schema([Migration(version: 1, usableFrom: 1, sql: Array(sql.utf8))])
        try await withThrowingTaskGroup { tasks in
            for _ in 1...4 {
                tasks.addTask {
                    let database = try await onThread {
                        Result { try Database(at: Servers(schema.url()), schema: tables, options: .forTests) }
                    }.get()
                    try await database.write(for: .turns) { try $0.send("INSERT INTO leaves VALUES (1)") }
                    await database.close()
                }
            }
            try await tasks.waitForAll()
        }
        #expect(try schema.server.run("SELECT count(*) FROM \(schema.name).leaves") == ["4"])
    }

    @Test("a database of something else, and one of a newer program, are refused with a clear word")
    func schemas() async throws {
        let foreign = try TemporarySchema()
        try foreign.server.run("CREATE SCHEMA \(foreign.name); CREATE TABLE \(foreign.name).theirs (x int)")
        #expect(throws: SchemaError.foreign) {
            _ = try Database(
                at: Servers(foreign.url()),
                schema: Schema([Migration(version: 1, usableFrom: 1, sql: [])]), options: .forTests)
        }
        let newer = try TemporarySchema()
        try await newer.withDatabase { _ in }
        try newer.server.run("UPDATE \(newer.name).schema_version SET version = 3, usable_from = 1")
        let known = Schema([Migration(version: 1, usableFrom: 1, sql: Array("CREATE TABLE notes (x int)".utf8))])
        let served = try Database(at: Servers(newer.url()), schema: known, options: .forTests)
        #expect(served.openingFailure == nil)
        await served.close()
        try newer.server.run("UPDATE \(newer.name).schema_version SET usable_from = 2")
        #expect(throws: SchemaError.newer(version: 3, known: 1)) {
            _ = try Database(at: Servers(newer.url()), schema: known, options: .forTests)
        }
    }

    @Test("a server that is not there yet is waited for, and complained of")
    func waits() async throws {
        let schema = try TemporarySchema()
        try schema.server.run("CREATE SCHEMA \(schema.name)")
        let folder = "/tmp/wecom-router-none-\(schema.name)"
        var options = DatabaseOptions.forTests
        options.startPatience = .milliseconds(100)
        let database = try Database(at: Servers(schema.url(at: folder)), schema: Schema([]), options: options)
        #expect(database.openingFailure != nil)
        await #expect(throws: PostgresError.self) { try await database.read { _ in } }
        try FileManager.default.createSymbolicLink(atPath: folder, withDestinationPath: schema.server.folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await eventually { database.openingFailure == nil }
        #expect(try await database.read { try $0.first("SELECT 1") { $0.int(0) } } == 1)
        await database.close()
    }

    @Test("a hint reaches the others and not its giver; many at once are few")
    func hints() async throws {
        let schema = try TemporarySchema()
        let heard = Lock<[String: Int]>([:])
        func listener(_ name: String) throws -> Database {
            var options = DatabaseOptions.forTests
            options.channel = "hints_\(schema.name.filter(\.isLetter))"
            return try Database(
                at: Servers(schema.url()), schema: Schema([]), options: options,
                heard: { hint in heard.withLock { $0["\(name) \(hint)", default: 0] += 1 } })
        }
        try schema.server.run("CREATE SCHEMA \(schema.name)")
        let (one, two) = (try listener("one"), try listener("two"))
        try await eventually { heard.withLock { $0["one ", default: 0] > 0 && $0["two ", default: 0] > 0 } }
        for _ in 1...1000 { one.hint("work") }
        try await eventually { heard.withLock { $0["two work", default: 0] > 0 } }
        #expect(heard.withLock { $0["one work"] } == nil)
        #expect(heard.withLock { $0["two work", default: 0] } < 10)
        await one.close()
        await two.close()
    }

    @Test("an address that cannot be read is refused without being quoted")
    func addresses() throws {
        let error = #expect(throws: PostgresError.self) { _ = try Servers("postgres://u:secret@[/x?sslmode") }
        #expect(error?.description.contains("secret") == false)
        #expect(throws: PostgresError.self) { _ = try Servers("postgres:///x?target_session_attrs=standby") }
        _ = try Servers("postgres://a:1,b:2/x?target_session_attrs=read-write")
    }
}

@Suite struct PostgresPoolTests {
    @Test("every connection of the pool has a task, every task has one, and heartbeats have one of their own")
    func shares() {
        for count in DatabaseOptions.leastConnections...40 {
            let shares = DatabaseOptions.connections(sharingOut: count)
            #expect(shares.values.reduce(1, +) == count)
            #expect(Purpose.allCases.allSatisfy { shares[$0] ?? 0 >= 1 } && shares[.leases] == 1)
        }
        #expect(DatabaseOptions.connections(sharingOut: 0) == DatabaseOptions.connections(sharingOut: 6))
    }
}
