import PostgresStore
import PostgresTesting
import Router
import StoreTesting
import System
import Testing
import WeCom

/// Bots' connections that several processes share.
@Suite(.enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(2))) struct SocketStoreTests {
    private let one = BotID("aibOne")
    private let two = BotID("aibTwo")

    @Test(
        "a connection is one process's until its lease ends or it lets go, and each that takes it over has a higher number"
    )
    func lease() async throws {
        try await withStores(2) { stores in
            let (a, b) = (stores[0], stores[1])
            #expect(try await a.hold([one, two], "node 0", at: 0) == [one: 1, two: 1])
            #expect(try await b.hold([one, two], "node 1", at: 29) == [:])
            #expect(try await a.hold([one], "node 0", at: 20) == [one: 1], "it holds on to it under the same number")
            #expect(try await b.hold([one, two], "node 1", at: 30) == [two: 2])
            #expect(try await a.hold([one, two], "node 0", at: 31) == [one: 1])
            try await b.freeSockets(of: [one, two], for: "node 1", at: time(32))
            #expect(
                try await a.hold([one, two], "node 0", at: 32) == [one: 1, two: 3], "what was another's is not let go")
        }
    }

    @Test("all see who has a connection, how it stands, and what operators said of the bot since")
    func records() async throws {
        try await withStores(2) { stores in
            let (a, b) = (stores[0], stores[1])
            #expect(try await b.sockets(of: [one]) == [one: SharedSocket()])
            try await a.note(NodeRecord("alpha", incarnation: "node 0", version: "1", startedAt: time(0)), at: time(0))
            _ = try await a.hold([one], "node 0", at: 0)
            let standing = SocketStanding("retrying", because: "why", since: time(1), failures: 3, obeyed: 1)
            try await b.note([one: standing], of: "node 1", at: time(1))
            #expect(try await b.sockets(of: [one])[one]?.standing == nil, "it is not this one's")
            try await a.note([one: standing, two: standing], of: "node 0", at: time(1))
            try await b.noteDisconnected(one, since: time(2))
            try await b.noteDisconnected(one, since: nil)
            let found = try await b.sockets(of: [one, two])
            #expect(found[two] == SharedSocket())
            let record = try #require(found[one])
            #expect(record.owner == .init("node 0", named: "alpha", until: time(30)))
            #expect(record.standing == standing && record.orders == 2 && record.disconnectedSince == nil)
            #expect(record.holder(at: time(29)) != nil && record.holder(at: time(30)) == nil)
            #expect(!record.isFree(for: "node 1", at: time(29)) && record.isFree(for: "node 0", at: time(29)))
        }
    }

    @Test("what two processes know of a bot is put together: the later times, the later error, the higher count")
    func knowledge() async throws {
        try await withStores(2) { stores in
            var (early, late) = (BotRecord(), BotRecord())
            (early.lastConnected, early.lastError, early.lastErrorAt) = (time(1), "old", time(1))
            (early.lastHeartbeat, early.reconnects) = (time(9), 5)
            (late.lastConnected, late.lastError, late.lastErrorAt, late.reconnects) = (time(2), "new", time(3), 2)
            for order in [[early, late], [late, early]] {
                for record in order { try await stores[0].keep([one: record]) }
                let known = try #require(try await stores[1].botRecords()[one])
                #expect(known.lastConnected == time(2) && known.lastHeartbeat == time(9) && known.reconnects == 5)
                #expect(known.lastError == "new" && known.lastErrorAt == time(3))
            }
        }
    }

    @Test(
        "a connection is ready when who has it says so, not when another that had it did; one that was displaced stays so"
    )
    func standing() async throws {
        try await withStores(2) { stores in
            func state() async throws -> String? { try await stores[0].sockets(of: [one])[one]?.standing?.state }
            func note(_ state: String, of node: Int) async throws {
                let standing = SocketStanding(state, because: "", since: time(1))
                try await stores[node].note([one: standing], of: "node \(node)", at: time(1))
            }
            _ = try await stores[0].hold([one], "node 0", at: 1)
            try await note("ready", of: 0)
            #expect(try await state() == "ready")
            _ = try await stores[1].hold([one], "node 1", at: 40)
            #expect(try await state() == "connecting")
            try await note("ready", of: 1)
            #expect(try await state() == "ready")
            try await note("displaced", of: 1)
            _ = try await stores[0].hold([one], "node 0", at: 80)
            #expect(try await state() == "displaced")
        }
    }
}

extension SocketStore {
    fileprivate func hold(_ bots: [BotID], _ owner: String, at seconds: Int64) async throws -> [BotID: Int64] {
        try await holdSockets(of: bots, for: owner, lasting: .seconds(30), at: time(seconds))
    }
}
