import PostgresStore
import PostgresTesting
import Router
import StoreTesting
import System
import TestSupport
import Testing
import WeCom

/// Processes `alpha` and `beta`, on whose disks agents work.
@Suite("The home of a conversation", .enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(2)))
struct HomeTests {
    private static let names = ["alpha", "beta"]

    /// Makes a conversation whose agent has worked at alpha. `copied` is what there is of its directory.
    private func begin(_ stores: [PostgresStore], copied: BlobID? = BlobID(of: [1])) async throws {
        try await stores[0].accept("one", id: 1)
        let job = try await only(claim(stores, at: 0, time(1)))
        #expect(try await stores[0].enter("w", for: job.lease.job, at: "alpha", at: time(1)) == nil)
        let copy = WorkspaceCopy(number: 1, blob: copied)
        #expect(try await stores[0].keep(copy, replacing: 0, of: "w", under: job.lease, at: time(1)))
        try await settle(job, stores[0])
    }

    private func claim(
        _ stores: [PostgresStore], at index: Int, _ now: Timestamp, limit: Int = 9, timeout: Duration = .seconds(900)
    ) async throws -> [ClaimedJob] {
        let home = ClaimRules.Home(Self.names[index], timeout: timeout)
        return try await stores[index].claim(
            for: "node \(index)", within: ClaimRules(limit: limit, home: home), at: now)
    }

    private func only(_ jobs: [ClaimedJob]) throws -> ClaimedJob {
        #expect(jobs.count == 1)
        return try #require(jobs.first)
    }

    private func settle(_ job: ClaimedJob, _ store: PostgresStore) async throws {
        #expect(try await store.settle(job.lease, as: Settlement(.done, parts: []), at: time(2)))
    }

    /// Says that alpha lived at that time.
    private func note(_ stores: [PostgresStore], at now: Timestamp) async throws {
        try await stores[0].note(NodeRecord("alpha", incarnation: "node 0", version: "1", startedAt: time(0)), at: now)
    }

    @Test("has it for ten seconds while it lives; what has no home is anybody's")
    func lives() async throws {
        try await withStores(2) { stores in
            try await begin(stores)
            try await note(stores, at: time(10))
            try await stores[1].accept("two", id: 2, at: time(10))
            try await stores[1].accept("a stranger's", from: "lisi", id: 3, at: time(10))
            #expect(try await claim(stores, at: 1, time(11)).map(\.text) == ["a stranger's"])
            #expect(try await claim(stores, at: 1, time(19)).isEmpty)
            try await settle(only(claim(stores, at: 0, time(19))), stores[0])
            try await stores[1].accept("three", id: 4, at: time(20))
            #expect(try await claim(stores, at: 1, time(20)).isEmpty)
            #expect(try await claim(stores, at: 1, time(30)).map(\.text) == ["three"])
        }
    }

    @Test("does not have it when it is dead, has ended, or makes no difference to who claims")
    func dead() async throws {
        try await withStores(2) { stores in
            try await begin(stores)
            try await note(stores, at: time(10))
            try await stores[1].accept("two", id: 2, at: time(31))
            try await settle(only(claim(stores, at: 1, time(31))), stores[1])
            try await note(stores, at: time(40))
            try await stores[1].accept("three", id: 3, at: time(41))
            let anywhere = try await stores[1].claim(9, for: "node 1", at: time(41))
            try await settle(only(anywhere), stores[1])
            try await stores[0].forgetNode("node 0")
            try await stores[1].accept("four", id: 4, at: time(42))
            #expect(try await claim(stores, at: 1, time(42)).map(\.text) == ["four"])
        }
    }

    @Test("is waited for longer where the files are nowhere else, and without end while it lives")
    func bound() async throws {
        try await withStores(2) { stores in
            try await begin(stores, copied: nil)
            try await stores[1].accept("two", id: 2, at: time(100))
            for moment in [100, 110, 500, 999] {
                #expect(try await claim(stores, at: 1, time(Int64(moment))).isEmpty)
            }
            try await note(stores, at: time(1000))
            #expect(try await claim(stores, at: 1, time(1000)).isEmpty)
            #expect(try await claim(stores, at: 1, time(1011)).isEmpty)
            #expect(try await claim(stores, at: 1, time(1030)).map(\.text) == ["two"])
        }
    }

    @Test("is the process at which the agent worked last")
    func moves() async throws {
        try await withStores(2) { stores, ask in
            try await begin(stores)
            try await stores[1].accept("two", id: 2, at: time(100))
            let job = try await only(claim(stores, at: 1, time(100)))
            let known = try await stores[1].enter("w", for: job.lease.job, at: "beta", at: time(100))
            #expect(known == WorkspaceCopy(number: 1, blob: BlobID(of: [1])))
            #expect(try ask("SELECT home FROM conversations") == ["beta"])
            try await settle(job, stores[1])
            try await note(stores, at: time(101))
            try await stores[0].accept("three", id: 3, at: time(101))
            #expect(try await claim(stores, at: 1, time(101)).map(\.text) == ["three"])
        }
    }

    @Test("takes by turns what is left to it and what is anybody's")
    func turns() async throws {
        try await withStores(2) { stores in
            try await begin(stores)
            try await note(stores, at: time(10))
            try await stores[1].accept("left", id: 2, at: time(10))
            #expect(try await claim(stores, at: 1, time(10)).isEmpty)
            for id in 3...6 { try await stores[1].accept("anybody's", from: "p\(id)", id: id, at: time(10)) }
            let first = try await claim(stores, at: 0, time(10), limit: 1) + claim(stores, at: 0, time(10), limit: 1)
            #expect(Set(first.map(\.text)) == ["left", "anybody's"])
            #expect(try await claim(stores, at: 0, time(10)).count == 3)
        }
    }

    @Test("left a conversation, it has it as ever: stopped, added to, taken back, and one row for it in the queue")
    func leftRows() async throws {
        try await withStores(2) { stores, ask in
            try await begin(stores)
            try await note(stores, at: time(10))
            try await stores[1].accept("two", id: 2, at: time(10))
            #expect(try await claim(stores, at: 1, time(10)).isEmpty)
            try await stores[1].accept("three", id: 3, at: time(11))
            #expect(try ask("SELECT turn, home FROM queue") == ["1|alpha"])
            let job = try await only(claim(stores, at: 0, time(12)))
            #expect(try ask("SELECT turn, home FROM queue") == ["3|"])
            try await settle(job, stores[0])
            #expect(try ask("SELECT turn, home FROM queue") == ["1|"])
            #expect(try await claim(stores, at: 0, time(13)).map(\.text) == ["three"])
        }
    }

    @Test("keeps one copy of a directory: nobody who was outbid, or knows an older one, puts his in its place")
    func copies() async throws {
        try await withStores(2) { stores, ask in
            try await begin(stores)
            try await stores[1].accept("two", id: 2, at: time(100))
            let job = try await only(claim(stores, at: 1, time(100)))
            for blob in [BlobID(of: [1]), BlobID(of: [2])] {
                try await stores[1].keep([1, 2, 3], number: 0, of: blob, at: time(0))
                try await stores[1].finish(blob, size: 3, at: time(0))
            }
            let second = WorkspaceCopy(number: 5, blob: BlobID(of: [2]))
            let outbid = Lease(job: job.lease.job, number: job.lease.number + 1)
            #expect(try await stores[1].keep(second, replacing: 1, of: "w", under: outbid, at: time(100)) == false)
            #expect(try await stores[1].keep(second, replacing: 0, of: "w", under: job.lease, at: time(100)) == false)
            for _ in 1...2 {
                #expect(try await stores[1].keep(second, replacing: 1, of: "w", under: job.lease, at: time(100)))
            }
            #expect(try ask("SELECT blob FROM blob_pieces") == [BlobID(of: [2]).text])
            // Not as other files that nobody has asked for; it goes with its directory.
            #expect(try await stores[0].pruneBlobs(unusedSince: time(500), behind: nil).pruned == 0)
            #expect(try await stores[0].pruneWorkspaces(unusedSince: time(100), behind: nil).pruned == 0)
            #expect(try await stores[0].pruneWorkspaces(unusedSince: time(101), behind: nil).pruned == 1)
            #expect(try ask("SELECT count(*) FROM blob_pieces") == ["0"])
        }
    }
}
