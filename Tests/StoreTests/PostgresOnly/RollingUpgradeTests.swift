import Lifecycle
import PostgreSQL
import PostgresStore
import PostgresTesting
import ProgramTesting
import Router
import StoreTesting
import System
import TestSupport
import Testing
import WeCom

/// Programs of two versions over one database.
@Suite(.enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(5))) struct RollingUpgradeTests {
    private let server: PostgresServer
    private let schema: String

    init() throws {
        server = try .shared
        schema = try server.makeSchema()
    }

    private func openStore(_ name: String) async throws -> PostgresStore {
        var options = DatabaseOptions()
        options.channel = nil
        return try await PostgresStore(
            at: Servers(server.url(schema: schema)), serving: [appA, appB], owner: name, options: options,
            clock: .callers)
    }

    /// Opens the database as a program of the next version does at its start.
    private func openLater(_ later: Schema) async throws -> Database {
        let url = server.url(schema: schema)
        return try await onThread { Result { try later.open(at: url) } }.get()
    }

    private func run(_ sql: String) throws -> [String] { try server.run("SET search_path = \(schema); \(sql)") }

    @Test(
        "a program goes on over a schema that grows beneath it, and one of its version that is started over that works with it"
    )
    func grown() async throws {
        let one = try await openStore("one")
        try await one.accept("begun before", id: 1)
        let begun = try await one.claim(9, for: "one", at: time(0))
        try await one.accept("waits", from: "anna", id: 2)
        let later = try await openLater(.grown())
        #expect(
            try run("SELECT version, usable_from FROM schema_version") == [
                "\(Schema.grown().version)|\(PostgresStore.schema.usableFrom)"
            ])
        for job in begun { #expect(try await one.settle(job.lease, as: .done(job), at: time(1))) }
        let two = try await openStore("two")
        #expect(two.isOpen)
        try await two.accept("through the other", from: "anna", id: 3)
        for (store, name) in [(two, "two"), (one, "one")] {
            let jobs = try await store.claim(9, for: name, at: time(2))
            #expect(jobs.count == 1)
            for job in jobs {
                let other = name == "one" ? two : one
                #expect(try await other.renew([job.lease], for: .seconds(180), at: time(3)) == [job.lease])
                #expect(try await store.settle(job.lease, as: .done(job), at: time(3)))
            }
        }
        #expect(try await two.sendAll(at: time(4)) == ["begun before", "waits", "through the other"])
        #expect(try run("SELECT version FROM schema_version") == ["\(Schema.grown().version)"])
        for store in [one, two] { await store.close() }
        await later.close()
    }

    @Test("a step that has to wait for its table holds up nobody at another, and those before it are done")
    func oneByOne() async throws {
        let one = try await openStore("one")
        let holder = try await openLater(PostgresStore.schema)
        let (isHeld, isFree) = (Lock(false), Lock(false))
        defer { isFree.withLock { $0 = true } }
        async let holding: Void = holder.write(for: .turns) { db in
            try db.run("LOCK TABLE tokens IN ACCESS SHARE MODE")
            isHeld.withLock { $0 = true }
            while !isFree.withLock({ $0 }) { try db.run("SELECT pg_sleep(0.02)") }
        }
        try await eventually { isHeld.withLock { $0 } }
        let later = try await openLater(.grown())
        let last = Schema.grown().version
        try await eventually { try run("SELECT version FROM schema_version") == ["\(last - 1)"] }
        #expect(later.openingFailure != nil)
        try await one.accept("not held up", id: 1)
        isFree.withLock { $0 = true }
        try await holding
        try await eventually { later.openingFailure == nil }
        #expect(try run("SELECT version FROM schema_version") == ["\(last)"])
        await one.close()
        for database in [holder, later] { await database.close() }
    }

    @Test("a schema grows however busy those are who use it, and none of what they do fails")
    func busy() async throws {
        let stores = [try await openStore("0"), try await openStore("1")]
        let (isOver, numbers) = (Lock(false), Lock(0))
        try await withThrowingTaskGroup { tasks in
            defer { isOver.withLock { $0 = true } }
            for (place, store) in stores.enumerated() {
                for caller in 1...2 {
                    tasks.addTask {
                        while !isOver.withLock({ $0 }) {
                            let number = numbers.withLock { numbers in
                                numbers += 1
                                return numbers
                            }
                            try await store.carryOn(as: "\(place)", with: number, of: "p\(place)-\(caller)")
                        }
                    }
                }
            }
            try await eventually { numbers.withLock { $0 > 40 } }
            let later = try await openLater(.grown())
            try await eventually { later.openingFailure == nil }
            await later.close()
            let before = numbers.withLock { $0 }
            try await eventually { numbers.withLock { $0 > before + 40 } }
            isOver.withLock { $0 = true }
            try await tasks.waitForAll()
        }
        #expect(try run("SELECT version FROM schema_version") == ["\(Schema.grown().version)"])
        #expect(try run("SELECT count(*) FROM messages") == ["\(numbers.withLock { $0 })"])
        for store in stores { await store.close() }
    }

    @Test(
        "a program of the version before does not start over a schema that it cannot serve, says so, and changes nothing"
    )
    func tooNew() async throws {
        let next = PostgresStore.schema.version + 1
        let later = try await openLater(.grown(usableFrom: next))
        await later.close()
        let error = await #expect(throws: SchemaError.newer(version: Schema.grown().version, known: next - 1)) {
            _ = try await openStore("one")
        }
        #expect(
            error?.description
                == "the database has schema version \(Schema.grown().version) and this program knows \(next - 1): use the newer program"
        )
        #expect(try run("SELECT (SELECT count(*) FROM apps), (SELECT count(*) FROM leases)") == ["0|0"])
    }

    @Test(
        "a schema that a living program could not serve any more waits for its end, says for whose, and comes by itself then"
    )
    func waits() async throws {
        let next = PostgresStore.schema.version + 1
        let one = try await openStore("one")
        try await one.note(NodeRecord("alpha", incarnation: "one", version: "1.0", startedAt: .steady), at: .steady)
        let later = try await openLater(.grown(usableFrom: next))
        let alpha = ServingProgram("alpha", knowing: next - 1)
        #expect(later.openingFailure as? SchemaError == .served(by: alpha, usableFrom: next))
        #expect("\(later.openingFailure as Any)".contains("alpha serves the database"))
        await #expect(throws: SchemaError.self) { try await later.read { _ in } }
        try await one.accept("still served", id: 1)
        #expect(try run("SELECT usable_from FROM schema_version") == ["\(PostgresStore.schema.usableFrom)"])
        try await one.forgetNode("one")
        try await eventually { later.openingFailure == nil }
        #expect(try run("SELECT usable_from FROM schema_version") == ["\(next)"])
        await one.close()
        await later.close()
    }

    @Test("a process that has not been heard of for long holds up no schema")
    func silent() async throws {
        let next = PostgresStore.schema.version + 1
        let one = try await openStore("one")
        let before = Timestamp.steady.advanced(by: .zero - NodeRecord.patience)
        try await one.note(NodeRecord("alpha", incarnation: "one", version: "1.0", startedAt: before), at: before)
        await one.close()
        let later = try await openLater(.grown(usableFrom: next))
        #expect(later.openingFailure == nil)
        await later.close()
    }
}

extension PostgresStore {
    /// Takes a message in, and does what there is to do.
    fileprivate func carryOn(as owner: String, with number: Int, of person: String) async throws {
        let message = submission("\(number)", from: person, id: number) { $0.messagesPerMinute = nil }
        guard case .job = try await accept(message, at: .steady).effect else { throw Unexpected("no job") }
        for job in try await claim(3, for: owner, at: .steady) {
            #expect(try await settle(job.lease, as: .done(job), at: .steady))
        }
        for delivery in try await claimDeliveries(5, for: owner, at: .steady) {
            #expect(try await markSent(delivery.lease, SendReceipt(), at: .steady))
        }
    }
}

extension Settlement {
    /// Answers a job with its own text.
    fileprivate static func done(_ job: ClaimedJob) -> Settlement {
        Settlement(.done, parts: [part(job.text, to: job.conversation.user?.text ?? "")])
    }
}
