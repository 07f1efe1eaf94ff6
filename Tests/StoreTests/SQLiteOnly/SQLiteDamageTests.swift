import Lifecycle
import Router
import SQLite
import SQLiteStore
import StoreTesting
import System
import Testing

/// A row that cannot be read costs its own job or delivery, and nothing else.
@Suite(.timeLimit(.minutes(10))) struct SQLiteDamageTests {
    @Test(
        "a job that cannot be read fails with a reason, its user is told, and the next one runs",
        arguments: ["UPDATE messages SET body = '{'", "UPDATE messages SET reply_address = '{}'"])
    func job(damage: String) async throws {
        try await withStore { store, path, reports in
            let bad = try await store.accept("bad", id: 1)
            try alter(path, damage)
            try await store.accept("good", id: 2)
            try await store.accept("other", from: "lisi", id: 3)
            #expect(Set(try await store.claimAll().map(\.text)) == ["good", "other"])
            #expect(try await store.sendAll() == [crashWords(of: bad)])
            let reason = try Connection(to: path, .readOnly).first(
                "SELECT state || ' ' || reason FROM jobs WHERE job = ?1", bad.number
            ) { $0.text(0) }
            #expect(reason?.hasPrefix("failed unreadable: ") == true)
            let event = try Connection(to: path, .readOnly).first(
                "SELECT what FROM events WHERE job = ?1 ORDER BY n DESC LIMIT 1 OFFSET 1", bad.number
            ) { $0.text(0) }
            #expect(event == "failed")
            #expect(reports.withLock { $0 } == [bad.description])
        }
    }

    @Test("the jobs of a conversation that cannot be read fail one by one, and others run")
    func conversation() async throws {
        try await withStore { store, path, reports in
            let bad = [try await store.accept("1", id: 1), try await store.accept("2", id: 2)]
            try alter(path, "UPDATE conversations SET peer = 'room:1'")
            try await store.accept("good", from: "lisi", id: 3)
            #expect(try await store.claimAll().map(\.text) == ["good"])
            #expect(reports.withLock { $0 } == bad.map(\.description))
            let rows = try Connection(to: path, .readOnly).first("SELECT count(*) FROM queue") { $0.int(0) }
            #expect(rows == 1)
        }
    }

    @Test("a delivery that cannot be read fails with the rest of its reply, and the next reply goes")
    func delivery() async throws {
        try await withStore { store, path, reports in
            try await store.answer(["1", "2"], id: 1)
            try alter(path, "UPDATE deliveries SET body = 'x'")
            try await store.answer(["3"], id: 2)
            try await store.answer(["4"], to: "lisi", id: 3)
            #expect(Set(try await store.sendAll()) == ["3", "4"])
            #expect(reports.withLock { $0.count } == 1)
            let failed = try Connection(to: path, .readOnly).first(
                "SELECT count(*) FROM deliveries WHERE state = 'failed' AND ended_at IS NOT NULL"
            ) { $0.int(0) }
            #expect(failed == 2)
        }
    }

    private func alter(_ path: String, _ statement: String) throws {
        try Connection(to: path, .readWrite).execute(statement)
    }

    private func withStore(
        _ body: (SQLiteStore, _ path: String, _ reports: Lock<[String]>) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory(prefix: "store-tests-")
        let path = "\(directory.path)/router.db"
        let reports = Lock<[String]>([])
        let store = try await SQLiteStore(
            at: path, serving: [appA, appB], whenUnreadable: { id, _ in reports.withLock { $0.append(id) } })
        try await attempt {
            try await body(store, path, reports)
        } finally: {
            await store.close()
        }
    }
}
