import PostgreSQL
import PostgresStore
import PostgresTesting
import Router
import StoreTesting
import System
import Testing

/// The warnings of a database that is not kept as it should be.
@Suite struct DatabaseWarningTests {
    struct Case: Sendable {
        let words: [String]
        let change: @Sendable (inout DatabaseFacts, inout DatabaseWay) -> Void

        init(_ words: String..., change: @escaping @Sendable (inout DatabaseFacts, inout DatabaseWay) -> Void) {
            self.words = words
            self.change = change
        }
    }

    private static func node(
        _ name: String, version: String = "1", _ configuration: String = "", lead: Duration = .zero
    ) -> NodeRecord {
        NodeRecord(
            name, incarnation: "i-\(name)", version: version, configuration: configuration, clockLead: lead,
            startedAt: time(0), seenAt: time(0))
    }

    @Test("of one that is kept well there is nothing to say")
    func well() {
        var facts = DatabaseFacts()
        facts.nodes = [Self.node("a", "x"), Self.node("b", "x", lead: .seconds(2)), Self.node("c", version: "2", "y")]
        facts.clockLead = .seconds(-2)
        #expect(facts.warnings(on: DatabaseWay(connections: 10)) == [])
        facts.mostConnections = 60
        #expect(facts.warnings(on: DatabaseWay(connections: 10)) == [], "there is room for twice as many")
    }

    @Test(
        "each thing that is not as it should be is one remark, with what to do about it",
        arguments: [
            Case("PostgreSQL 14", "use one of those") { facts, _ in facts.version = 140_012 },
            Case("synchronous_standby_names is empty", "have a standby") { facts, _ in facts.synchronousStandbys = "" },
            Case("synchronous_commit is local", "set it to on") { facts, _ in facts.synchronousCommit = "local" },
            Case("fsync is off") { facts, _ in facts.syncs = false },
            Case("full_page_writes is off") { facts, _ in facts.writesFullPages = false },
            Case("shared, with crm, wiki", "of its own") { facts, _ in facts.otherSchemas = ["crm", "wiki"] },
            Case("process 4711", "for 75 s", "pg_terminate_backend(4711)") { facts, _ in
                facts.oldestSnapshot = .init(of: 4711, age: .seconds(75))
            },
            Case("max_connections leaves 59, and 3 nodes with 10 each need 60", "store.pool") { facts, _ in
                facts.nodes = ["a", "b", "c"].map { DatabaseWarningTests.node($0) }
                facts.mostConnections = 59
            },
            Case("sslmode is require for db1, db2", "sslmode=verify-full") { _, way in
                (way.unverified, way.sslMode) = (["db1", "db2"], "require")
            },
            Case("store.pooler does not say so") { facts, _ in facts.isPooled = true },
            Case("saves none") { facts, way in (facts.isPooled, way.pooler) = (true, .session) },
            Case("no store.listen_url", "within two seconds") { facts, way in
                (facts.isPooled, way.pooler, way.hears) = (true, .transaction, false)
            },
            Case("one more thing that can fail") { facts, way in (facts.isPooled, way.pooler) = (true, .transaction) },
            Case("this machine's clock is 3600 s ahead of") { facts, _ in facts.clockLead = .seconds(3600) },
            Case("node b's clock is 3 s behind") { facts, _ in
                facts.nodes = [
                    DatabaseWarningTests.node("a"), DatabaseWarningTests.node("b", lead: .seconds(-3)),
                ]
            },
            Case("configurations differ between nodes (a, c | b)") { facts, _ in
                facts.nodes = [
                    DatabaseWarningTests.node("a", "x"), DatabaseWarningTests.node("b", "y"),
                    DatabaseWarningTests.node("c", "x"), DatabaseWarningTests.node("d", version: "2", "z"),
                    DatabaseWarningTests.node("e"),
                ]
            },
        ])
    func remark(_ one: Case) {
        var (facts, way) = (DatabaseFacts(), DatabaseWay())
        one.change(&facts, &way)
        let warnings = facts.warnings(on: way)
        #expect(warnings.count == 1, "\(warnings)")
        for words in one.words { #expect(warnings.first?.contains(words) == true, "\(warnings)") }
    }

    @Test("a process does not tell of its own clock twice")
    func own() {
        var facts = DatabaseFacts()
        facts.clockLead = .seconds(60)
        facts.nodes = [Self.node("a", lead: .seconds(60))]
        #expect(facts.warnings(on: DatabaseWay(), for: "i-a").count == 1)
        #expect(facts.warnings(on: DatabaseWay()).count == 2)
    }

    @Test(
        "over a network the database has to be verified, through a socket there is nobody else",
        arguments: [
            ("postgres://db/x", ["db"]), ("postgres://db1,db2/x?sslmode=verify-ca", ["db1", "db2"]),
            ("postgres://u@10.0.0.1:5433/x?sslmode=require", ["10.0.0.1"]),
            ("postgres://db/x?sslmode=verify-full&sslrootcert=/ca.pem", []), ("postgres:///x?host=/run/postgresql", []),
            ("postgres:///x?host=/run/postgresql,db2", ["db2"]), ("postgres:///x", []),
        ])
    func verified(_ url: String, _ unverified: [String]) throws {
        #expect(try Servers(url).unverified.names == unverified)
    }
}

/// The same of real servers.
@Suite(.enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(2))) struct DatabaseFactsTests {
    private let server: PostgresServer
    private let database: String
    private var url: String { server.url(database: database) }

    init() throws {
        server = try .shared
        database = try server.makeDatabase()
    }

    private func warnings() throws -> [String] {
        let (servers, options) = (try Servers(url), DatabaseOptions())
        return try servers.visit(options) { db in
            try DatabaseFacts(db, at: servers, clockLead: servers.lead).warnings(on: DatabaseWay(to: servers, options))
        }
    }

    private func store(_ owner: String, ahead: Duration = .zero) async throws -> PostgresStore {
        var options = DatabaseOptions()
        (options.channel, options.connections) = (nil, [:])
        options.clock = { .steady(at: $0).advanced(by: ahead) }
        return try await PostgresStore(at: Servers(url), serving: [appA], owner: owner, options: options)
    }

    @Test("an empty database is asked, told of and left empty; one with tables of others is shared")
    func empty() throws {
        let first = try warnings()
        // This server keeps nothing, for the tests' sake.
        for words in [
            "synchronous_standby_names", "synchronous_commit is off", "fsync is off", "full_page_writes is off",
        ] {
            #expect(first.contains { $0.hasPrefix(words) }, "\(first)")
        }
        #expect(!first.contains { $0.contains("shared") || $0.contains("pooler") || $0.contains("clock") }, "\(first)")
        #expect(try server.run("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", in: database) == ["0"])
        try server.run("CREATE SCHEMA crm; CREATE TABLE crm.people (x int)", in: database)
        #expect(try warnings().contains { $0.contains("shared, with crm") })
    }

    @Test("nodes that were told different things, and one whose clock is an hour off, are named to all")
    func nodes() async throws {
        let (north, south) = (try await store("north"), try await store("south", ahead: .seconds(3600)))
        try await note("north", "x", in: north, at: .steady)
        try await note("south", "x", in: south, at: .steady.advanced(by: .seconds(3600)))
        await north.inspect()
        #expect(north.warnings.contains { $0.contains("node south's clock is 3") && $0.contains("ahead of") })
        #expect(!north.warnings.contains { $0.contains("configurations") || $0.contains("north's clock") })
        let lead = try #require(try await north.nodes().first { $0.name == "south" }).clockLead
        #expect(lead > .seconds(3590) && lead < .seconds(3610))
        try await note("south", "y", in: south, at: .steady.advanced(by: .seconds(3600)))
        await south.inspect()
        #expect(south.warnings.contains { $0.contains("configurations differ between nodes (north | south)") })
        #expect(south.warnings.contains { $0.contains("this machine's clock is 3") })
        #expect(try warnings().contains { $0.contains("configurations differ") })
        for store in [north, south] { await store.close() }
    }

    private func note(_ name: String, _ configuration: String, in store: PostgresStore, at now: Timestamp) async throws
    {
        try await store.note(
            NodeRecord(name, incarnation: name, version: "1", configuration: configuration, startedAt: now), at: now)
    }

    @Test("a process whose clock is an hour off holds its leases for as long as others, and takes nobody's")
    func hourOff() async throws {
        let hour = Duration.seconds(3600)
        for ahead in [hour, .zero - hour] {
            let (right, off) = (try await store("right"), try await store("off", ahead: ahead))
            var now: Timestamp { .steady.advanced(by: ahead) }
            try await off.accept("of the one that is off", from: "a", id: 1, at: now)
            #expect(try await off.claim(1, for: "off", at: now).count == 1)
            try await right.accept("of the one that is right", from: "b", id: 2, at: .steady)
            let held = try await right.claim(1, for: "right", at: .steady)
            let left = try server.run(
                "SELECT (lease_until - extract(epoch FROM clock_timestamp()) * 1000) BETWEEN 120000 AND 180001 FROM jobs "
                    + "WHERE state = 'running'", in: database)
            #expect(left == ["t", "t"])
            #expect(try await off.rescue(except: "off", at: now) == 0)
            #expect(try await right.rescue(except: "right", at: .steady) == 0)
            // What waits until it is due waits for all alike.
            let lease = try #require(held.first).lease
            let later = Settlement(.waiting, reason: "later", due: Timestamp.steady.advanced(by: .seconds(600)))
            #expect(try await right.settle(lease, as: later, at: .steady))
            #expect(try await off.hints(at: now).isEmpty)
            #expect(try await right.hints(at: .steady).isEmpty)
            for store in [right, off] { await store.close() }
            try server.run("DELETE FROM queue; DELETE FROM jobs; DELETE FROM dedup", in: database)
        }
    }

    @Test("a look finds what is ready, what has come due and whom somebody wants to stop, and nothing else")
    func look() async throws {
        let one = try await store("one")
        #expect(try await one.hints(at: .steady).isEmpty)
        try await one.accept("hello", from: "a", id: 1, at: .steady)
        #expect(try await one.hints(at: .steady) == [.jobs])
        let job = try #require(try await one.claim(1, for: "one", at: .steady).first)
        #expect(try await one.hints(at: .steady).isEmpty)
        _ = try await one.cancel(job.lease.job, why: "enough", notice: "stopped", at: .steady)
        // Whoever wanted it is told so.
        #expect(try await one.hints(at: .steady).subtracting([.deliveries]) == [.turns])
        let end = Settlement(.done, parts: [part("an answer", to: "a")])
        #expect(try await one.settle(job.lease, as: end, at: .steady))
        #expect(try await one.hints(at: .steady) == [.deliveries])
        await one.close()
    }
}
