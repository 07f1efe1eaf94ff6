import Foundation
import Router
import SQLite
import SQLiteStore
import StoreTesting
import System
import Testing

@Suite(.timeLimit(.minutes(10))) struct SQLiteHousekeepingTests {
    @Test("nothing of a pruned job is left, and nothing of another is gone")
    func rows() async throws {
        try await StoreUnderTest.sqlite.withStore { test in
            for id in 1...3 { try await test.store.answer(["a", "b"], to: "user\(id)", id: id, at: time(Int64(id))) }
            _ = try await test.store.sendAll(at: time(10))
            let kept = try await test.store.accept("waits", from: "user4", id: 4, at: time(20))
            let retention = JobRetention(endedBefore: time(20))
            #expect(try await test.store.pruneJobs(retention, behind: nil, at: time(100_000)).pruned == 3)
            let reader = try Connection(to: test.path, .readOnly)
            #expect(try reader.all("SELECT job FROM jobs LIMIT 9") { $0.int64(0) } == [kept.number])
            #expect(try reader.all("SELECT job FROM messages LIMIT 9") { $0.int64(0) } == [kept.number])
            let rows = try reader.first(
                """
                SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM deliveries),
                    (SELECT count(*) FROM conversations), (SELECT count(*) FROM queue)
                """
            ) { [$0.int(0), $0.int(1), $0.int(2), $0.int(3)] }
            #expect(rows == [0, 0, 4, 1])
        }
    }

    @Test("under load the log stays near its limit although a reader holds a page for a while")
    func boundedLog() async throws {
        let directory = try TemporaryDirectory(prefix: "store-tests-")
        let path = "\(directory.path)/router.db"
        var options = DatabaseOptions()
        options.durability = .normal
        options.logLimit = 256 << 10
        let store = try await SQLiteStore(at: path, serving: [appA], options: options)
        let reader = try Connection(to: path, .readOnly)
        try reader.execute("BEGIN; SELECT count(*) FROM jobs;")
        try await load(store, ids: 1...300)
        let pinned = store.statistics.logBytes
        #expect(pinned > options.logLimit, "the reader keeps the log from beginning anew")
        try reader.execute("COMMIT")
        try await load(store, ids: 301...1000)
        let size = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
        #expect(store.statistics.logBytes < 2 * options.logLimit)
        #expect(try #require(size) <= pinned + 2 * options.logLimit, "it does not grow further")
        await store.close()
    }

    private func load(_ store: SQLiteStore, ids: ClosedRange<Int>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for producer in 0..<8 {
                group.addTask {
                    for id in ids where id % 8 == producer {
                        try await store.accept(String(repeating: "x", count: 1000), from: "user\(id % 100)", id: id)
                        if let job = try await store.claim(1, for: "test", at: time(0)).first {
                            _ = try await store.settle(job.lease, as: Settlement(.done), at: time(0))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
