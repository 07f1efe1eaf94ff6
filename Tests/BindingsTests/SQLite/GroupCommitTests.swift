import Foundation
import SQLite
import System
import Testing

@Suite("Group commit", .timeLimit(.minutes(5))) struct GroupCommitTests {
    @Test("what write has returned is seen by another connection at once")
    func durableBeforeAnswered() async throws {
        try await withDatabase { database, path in
            let other = try Connection(to: path, .readOnly)
            for key in 1...50 {
                let seenInside = try await database.write { db in
                    try db.run("INSERT INTO notes(key) VALUES (?1)", key)
                    return try notesCount(on: db)
                }
                #expect(seenInside == key)
                #expect(try notesCount(on: other) == key)
            }
        }
    }

    @Test("a body that throws undoes itself and none of its batch")
    func failureApart() async throws {
        struct Unwilling: Error {}
        try await withDatabase { database, _ in
            let gate = BodyGate()
            async let held: Void = database.write { _ in gate.pass() }
            await gate.reached()
            let outcomes = try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
                for key in 0..<20 {
                    group.addTask {
                        do {
                            try await database.write { db in
                                try db.run("INSERT INTO notes(key) VALUES (?1)", key)
                                if key % 5 == 0 { throw Unwilling() }
                            }
                            return (key, true)
                        } catch is Unwilling {
                            return (key, false)
                        }
                    }
                }
                try await yieldUntil { database.statistics.waitingWrites == 20 }
                gate.open()
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            try await held
            #expect(outcomes.filter { !$0.value }.keys.sorted() == [0, 5, 10, 15])
            let stored = try await database.read { try $0.all("SELECT key FROM notes ORDER BY key") { $0.int(0) } }
            #expect(stored == (0..<20).filter { $0 % 5 != 0 })
            #expect(database.statistics.batches == 2)
            #expect(database.statistics.bodies == 21)
        }
    }

    @Test("a body that throws alone in its batch is undone, too")
    func failureAlone() async throws {
        struct Unwilling: Error {}
        try await withDatabase { database, _ in
            await #expect(throws: Unwilling.self) {
                try await database.write { db in
                    try db.run("INSERT INTO notes(key) VALUES (1)")
                    throw Unwilling()
                }
            }
            #expect(try await database.count() == 0)
            try await database.add(1)
        }
    }

    @Test("a body runs once more only where another of its batch failed behind a change", arguments: [false, true])
    func repeats(failsBehindAChange: Bool) async throws {
        struct Unwilling: Error {}
        try await withDatabase { database, _ in
            let gate = BodyGate()
            async let held: Void = database.write { _ in gate.pass() }
            await gate.reached()
            let runs = Lock(0)
            async let kept: Void = database.write { db in
                runs.withLock { $0 += 1 }
                try db.run("INSERT INTO notes(key) VALUES (1)")
            }
            try await yieldUntil { database.statistics.waitingWrites == 1 }
            let failed = Task {
                try await database.write { db in
                    if failsBehindAChange { try db.run("INSERT INTO notes(key) VALUES (2)") }
                    throw Unwilling()
                }
            }
            try await yieldUntil { database.statistics.waitingWrites == 2 }
            gate.open()
            try await held
            try await kept
            await #expect(throws: Unwilling.self) { try await failed.value }
            #expect(runs.withLock { $0 } == (failsBehindAChange ? 2 : 1))
            #expect(try await database.count() == 1)
        }
    }

    @Test("when the commit fails everybody in it is told and nothing of it is kept")
    func failedCommit() async throws {
        try await withDatabase { database, _ in
            let gate = BodyGate()
            async let held: Void = database.write { _ in gate.pass() }
            await gate.reached()
            let errors = await withTaskGroup(of: SQLiteError?.self) { group in
                for key in 0..<4 {
                    group.addTask {
                        do {
                            try await database.write { db in
                                try db.run("INSERT INTO notes(key) VALUES (?1)", key)
                                if key == 2 { try db.run("INSERT INTO replies(note) VALUES (99)") }
                            }
                            return nil
                        } catch {
                            return error as? SQLiteError
                        }
                    }
                }
                try? await yieldUntil { database.statistics.waitingWrites == 4 }
                gate.open()
                return await group.reduce(into: []) { $0.append($1) }
            }
            try await held
            #expect(errors.map { $0?.kind } == Array(repeating: .constraint, count: 4))
            #expect(try await database.count() == 0)
            #expect(database.statistics.failedBatches == 1)
            try await database.add(7)
            #expect(try await database.count() == 1)
        }
    }

    @Test("a full disk is told as such, and the writer goes on when there is room")
    func fullDisk() async throws {
        try await withDatabase { database, _ in
            let large = [UInt8](repeating: 1, count: 1_000_000)
            try await database.write { try $0.execute("PRAGMA max_page_count = 20") }
            let error = await #expect(throws: SQLiteError.self) {
                try await database.write { _ = try $0.run("INSERT INTO notes(key, body) VALUES (1, ?1)", large) }
            }
            #expect(error?.kind == .full)
            try await database.write { try $0.execute("PRAGMA max_page_count = 100000") }
            try await database.write { _ = try $0.run("INSERT INTO notes(key, body) VALUES (1, ?1)", large) }
            #expect(try await database.count() == 1)
        }
    }

    @Test("on a full disk who is told of success is stored and who is told of an error is not")
    func fullDiskInBatch() async throws {
        try await withDatabase { database, _ in
            try await database.write { try $0.execute("PRAGMA max_page_count = 20") }
            let gate = BodyGate()
            async let held: Void = database.write { _ in gate.pass() }
            await gate.reached()
            let told = await withTaskGroup(of: Int?.self) { group in
                for key in 0..<6 {
                    let body = [UInt8](repeating: 1, count: key == 3 ? 1_000_000 : 10)
                    group.addTask {
                        do {
                            return try await database.write {
                                try $0.run("INSERT INTO notes(key, body) VALUES (?1, ?2)", key, body)
                                return key
                            }
                        } catch {
                            return nil
                        }
                    }
                }
                try? await yieldUntil { database.statistics.waitingWrites == 6 }
                gate.open()
                return await group.reduce(into: []) { $0.append($1) }
            }
            try await held
            let stored = try await database.read { try $0.all("SELECT key FROM notes ORDER BY key") { $0.int(0) } }
            #expect(told.compactMap(\.self).sorted() == stored)
            #expect(!stored.contains(3))
        }
    }

    @Test("what write has returned survives a crash of the process")
    func crash() async throws {
        try await withDatabase { database, path in
            for key in 0..<20 { try await database.add(key) }
            let left = path + ".left"
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: path + suffix, toPath: left + suffix)
            }
            let recovered = try Database(at: left, schema: notesSchema)
            #expect(try await recovered.count() == 20)
            await recovered.close()
        }
    }

    @Test("a writer shut out by somebody else answers busy, and goes on afterwards")
    func busy() async throws {
        var options = DatabaseOptions()
        options.patience = .zero
        try await withDatabase(options) { database, path in
            let other = try Connection(to: path, .readWrite)
            try other.run("BEGIN IMMEDIATE")
            let error = await #expect(throws: SQLiteError.self) { try await database.add(1) }
            #expect(error?.kind == .busy)
            try other.run("ROLLBACK")
            try await database.add(1)
        }
    }

    @Test("a disk that fails right after the start does not have the log go with the connection")
    func newConnectionAtOnce() async throws {
        var options = DatabaseOptions()
        options.readers = 0
        // Of so many at a time some have no connection yet that carries the log over.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...200 {
                group.addTask { [options] in
                    try await withDatabase(options) { database, _ in
                        await #expect(throws: SQLiteError.self) {
                            try await database.write { _ in throw SQLiteError(code: 10 | 4 << 8, message: "I/O error") }
                        }
                        _ = try await database.writeInPlace { try $0.run("INSERT INTO notes(key) VALUES (1)") }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("after a failure of the disk the next write has a new connection")
    func newConnection() async throws {
        try await withDatabase { database, _ in
            try await database.write { try $0.execute("CREATE TEMP TABLE mark(n)") }
            try await database.write { _ = try $0.run("INSERT INTO mark VALUES (1)") }
            await #expect(throws: SQLiteError.self) {
                try await database.write { _ in throw SQLiteError(code: 10 | 4 << 8, message: "disk I/O error") }
            }
            let error = await #expect(throws: SQLiteError.self) {
                try await database.write { _ = try $0.run("INSERT INTO mark VALUES (2)") }
            }
            #expect(error?.message.contains("no such table") == true)
            try await database.add(1)
            #expect(try await database.count() == 1)
        }
    }

    @Test("many producers lose nothing and share their commits")
    func manyProducers() async throws {
        try await withDatabase { database, path in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for producer in 0..<64 {
                    group.addTask { for n in 0..<50 { try await database.add(producer * 50 + n) } }
                }
                try await group.waitForAll()
            }
            #expect(try await database.count() == 3200)
            let statistics = database.statistics
            #expect(statistics.bodies == 3200)
            #expect(statistics.batches < 3200)
            await database.close()
            let again = try Database(at: path, schema: notesSchema)
            #expect(try await again.count() == 3200)
            #expect(try await again.quickCheck().isEmpty)
            await again.close()
        }
    }
}
