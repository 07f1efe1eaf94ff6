import JSON
import Router
import SQLite
import StoreTesting
import System
import Testing

@testable import SQLiteStore

/// Tests what is promised of the SQLite store alone, seen through a second connection.
@Suite(.timeLimit(.minutes(10))) struct SQLiteOnlyTests {
    @Test("a file of the version before is brought up to date, and what waits in it is answered")
    func older() async throws {
        let directory = try TemporaryDirectory(prefix: "store-tests-")
        let path = "\(directory.path)/router.db"
        let current = SQLiteStore.schema
        let old = try Database(
            at: path,
            schema: Schema(applicationID: current.applicationID, migrations: Array(current.migrations.dropLast())))
        try await old.write { db in
            try db.run("INSERT INTO apps (app, key) VALUES (1, ?1)", appA.description)
            try db.run("INSERT INTO conversations (conv, app, peer) VALUES (7, 1, 'user:zhangsan')")
            try db.run("INSERT INTO queue (conv, app, turn, at) VALUES (7, 1, 1, 0)")
            try db.run("INSERT INTO jobs (job, conv, state, epoch) VALUES (5, 7, 'ready', 0)")
            try db.run(
                "INSERT INTO messages (job, n, body, reply_address) VALUES (5, 1, ?1, ?2)",
                #"{"text":"still here","message_id":"1","sent_at":0}"#, address().json.text)
        }
        await old.close()
        let store = try await SQLiteStore(at: path, serving: [appA])
        let job = try await store.claimOne()
        #expect(job.lease.job == JobID(5))
        try await store.settle(job, Settlement(.done, parts: [part("answered")]))
        #expect(try await store.sendAll() == ["answered"])
        await store.close()
        withExtendedLifetime(directory) {}
    }

    @Test("accept returns when others can read the message")
    func visible() async throws {
        try await StoreUnderTest.sqlite.withStore { test in
            let reader = try Connection(to: test.path, .readOnly)
            for id in 1...5 {
                let job = try await test.store.accept("text \(id)", id: id)
                let body = try reader.first("SELECT body FROM messages WHERE job = ?1", job.number) { $0.text(0) }
                #expect(body?.contains("text \(id)") == true)
            }
        }
    }

    @Test("the time line has a row for each change, with its reason")
    func timeLine() async throws {
        try await StoreUnderTest.sqlite.withStore { test in
            let job = try await test.store.accept("question", id: 1)
            let first = try await test.store.claimOne(at: time(1))
            try await test.store.settle(first, Settlement(.ready, reason: "stop", spendsAttempt: false), at: time(2))
            _ = try await test.store.claimOne(at: time(3))
            try await test.crash()
            let last = try await test.store.claimOne(at: time(4))
            try await test.store.settle(last, Settlement(.done, parts: [part("1"), part("2"), part("3")]), at: time(5))
            try await test.store.markSent(try await test.store.claimDelivery(), SendReceipt(), at: time(6))
            try await test.store.markFailed(try await test.store.claimDelivery(), reason: "no", at: time(7))
            let reader = try Connection(to: test.path, .readOnly)
            let events = try reader.all(
                "SELECT what, coalesce(why, '-') FROM events WHERE job = ?1 ORDER BY n",
                job.number
            ) {
                "\($0.text(0)): \($0.text(1))"
            }
            #expect(
                events == [
                    "running: -", "ready: stop", "running: -", "ready: the server had stopped", "running: -", "done: -",
                    "sent: -", "delivery failed: no",
                ]
            )
        }
    }

    @Test("what ended is kept with its reason: the dead letters")
    func deadLetters() async throws {
        try await StoreUnderTest.sqlite.withStore { test in
            try await test.store.answer(["1", "2"], id: 1)
            try await test.store.markFailed(
                try await test.store.claimDelivery(),
                reason: "no such user",
                at: time(1)
            )
            let reader = try Connection(to: test.path, .readOnly)
            let failed = try reader.all(
                "SELECT reason FROM deliveries WHERE state = 'failed' ORDER BY delivery LIMIT 9"
            ) {
                $0.text(0)
            }
            #expect(failed == ["no such user", "an earlier part of the reply failed"])
        }
    }

    @Test("idle conversations have no row in the small tables")
    func idle() async throws {
        try await StoreUnderTest.sqlite.withStore { test in
            for id in 1...3 { try await test.store.answer(["a", "b"], to: "user\(id)", id: id) }
            _ = try await test.store.sendAll()
            let reader = try Connection(to: test.path, .readOnly)
            let rows = try reader.first("SELECT (SELECT count(*) FROM queue) + (SELECT count(*) FROM outbox)") {
                $0.int(0)
            }
            #expect(rows == 0)
        }
    }

    @Test("a store that is closed accepts nothing")
    func closed() async throws {
        try await StoreUnderTest.sqlite.withStore { test in
            let store = test.store
            await test.close()
            await #expect(throws: DatabaseUnavailable.closed) {
                try await store.accept(submission("late", id: 1), at: time(0))
            }
        }
    }
}
