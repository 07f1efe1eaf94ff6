import Lifecycle
import PostgreSQL
import PostgresStore
import PostgresTesting
import Router
import StoreTesting
import System
import Testing

/// Processes that end, and start again on what they have kept.
@Suite(.enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(2))) struct IncarnationTests {
    private let server: PostgresServer
    private let schema: String

    init() throws {
        server = try .shared
        schema = try server.makeSchema()
    }

    @Test("a process that starts again has at once what it had before, and nobody else's")
    func startsAgain() async throws {
        try await with("old") { old in
            try await with("other") { other in
                for (store, owner, id) in [(old, "old", 1), (other, "other", 2)] {
                    try await store.accept("of \(owner)", from: owner, id: id)
                    #expect(try await store.claim(1, for: owner, at: time(0)).map(\.text) == ["of \(owner)"])
                    #expect(try await store.hold("lease \(owner)", for: owner, lasting: .seconds(600), at: time(0)))
                    try await store.note(
                        NodeRecord(owner, incarnation: owner, version: "1", startedAt: time(0)), at: time(0))
                    try await store.answer(["from \(owner)"], to: "to \(owner)", id: id + 10)
                    #expect(try await store.claimDeliveries(1, for: owner, at: time(0)).count == 1)
                }
                try await with("new", formerly: ["older", "old"]) { new in
                    #expect(try await new.claimAll(at: time(1)).map(\.text) == ["of old"])
                    #expect(try await new.sendAll(at: time(1)) == ["from old"])
                    #expect(try await new.hold("lease old", for: "new", lasting: .seconds(600), at: time(1)))
                    #expect(try await new.hold("lease other", for: "new", lasting: .seconds(600), at: time(1)) == false)
                    #expect(try await new.nodes().map(\.incarnation) == ["other"])
                    #expect(try await new.renewNode(of: "new", for: .seconds(30), at: time(1)))
                    #expect(try await new.renewNode(of: "old", for: .seconds(30), at: time(1)) == false)
                    let numbers = try await [new.accept("a", from: "a", id: 31), other.accept("b", from: "b", id: 32)]
                    #expect(numbers.map { $0.number >> 13 & 0xFF } == [0, 1], "each has the number that was its own")
                }
            }
        }
    }

    @Test("what connections leave is deleted once their process is gone, and of one that lives all but the last")
    func commits() async throws {
        try await with("living") { living in
            try await with("gone") { try await $0.accept("one", from: "a", id: 1) }
            try await living.accept("two", from: "b", id: 2)
            try await living.note(NodeRecord("l", incarnation: "living", version: "1", startedAt: time(0)), at: time(0))
            let all = try marks()
            #expect(all.contains { $0.contains("living") } && all.contains { $0.contains("gone") })
            #expect(try await living.pruneNodes(silentSince: time(0)) == 0)
            #expect(try marks() == all, "they are young")
            _ = try server.run(
                "SET search_path = \(schema); INSERT INTO commits (slot, at)"
                    + " SELECT DISTINCT regexp_replace(slot, ' [0-9]+$', ' 0'), now() - interval '9 days' FROM commits;"
                    + " UPDATE commits SET at = at - interval '2 days'")
            _ = try await living.pruneNodes(silentSince: time(0))
            let rest = try marks()
            #expect(rest.allSatisfy { $0.contains("living") } && !rest.contains { $0.hasSuffix(" 0") } && !rest.isEmpty)
            // It goes on by them.
            try await living.accept("three", from: "c", id: 3)
        }
    }

    private func marks() throws -> [String] {
        try server.run("SET search_path = \(schema); SELECT slot FROM commits ORDER BY slot")
            .filter { $0.contains(" ") }
    }

    private func with(
        _ owner: String, formerly former: [String] = [], _ body: (PostgresStore) async throws -> Void
    ) async throws {
        var options = DatabaseOptions()
        options.channel = nil
        let store = try await PostgresStore(
            at: Servers(server.url(schema: schema)), serving: [appA, appB], owner: owner, formerly: former,
            options: options, clock: .callers)
        try await attempt {
            try await body(store)
        } finally: {
            await store.close()
        }
    }
}
