import Foundation
import SQLite
import System
import Testing

@Suite("A database", .timeLimit(.minutes(5))) struct DatabaseTests {
    @Test("beyond its bound the writer refuses at once")
    func boundedWrites() async throws {
        var options = DatabaseOptions()
        options.waiting = 3
        try await withDatabase(options) { database, _ in
            let gate = BodyGate()
            async let held: Void = database.write { _ in gate.pass() }
            await gate.reached()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for key in 0..<3 { group.addTask { try await database.add(key) } }
                try await yieldUntil { database.statistics.waitingWrites == 3 }
                await #expect(throws: DatabaseUnavailable.full) { try await database.add(9) }
                gate.open()
                try await group.waitForAll()
            }
            try await held
            #expect(try await database.count() == 3)
        }
    }

    @Test("beyond their bound the readers refuse at once, and the writer goes on")
    func boundedReads() async throws {
        var options = DatabaseOptions()
        options.waiting = 1
        options.readers = 1
        try await withDatabase(options) { database, _ in
            let gate = BodyGate()
            async let held: Void = database.read { _ in gate.pass() }
            await gate.reached()
            async let waiting = database.count()
            try await yieldUntil { database.statistics.waitingReads == 1 }
            await #expect(throws: DatabaseUnavailable.full) { _ = try await database.count() }
            try await database.add(1)
            gate.open()
            try await held
            #expect(try await waiting == 1)
        }
    }

    @Test("a read sees nothing that is not committed")
    func committedOnly() async throws {
        try await withDatabase { database, _ in
            let gate = BodyGate()
            async let writing: Void = database.write { db in
                try db.run("INSERT INTO notes(key) VALUES (1)")
                gate.pass()
            }
            await gate.reached()
            #expect(try await database.count() == 0)
            gate.open()
            try await writing
            #expect(try await database.count() == 1)
        }
    }

    @Test("a read sees one state from its first statement to its last")
    func oneState() async throws {
        try await withDatabase { database, _ in
            let gate = BodyGate()
            async let counts = database.read { db in
                let before = try notesCount(on: db)
                gate.pass()
                return [before, try notesCount(on: db)]
            }
            await gate.reached()
            try await database.add(1)
            gate.open()
            #expect(try await counts == [0, 0])
        }
    }

    @Test("a read cannot write")
    func readOnly() async throws {
        try await withDatabase { database, _ in
            let error = await #expect(throws: SQLiteError.self) {
                try await database.read { _ = try $0.run("INSERT INTO notes(key) VALUES (1)") }
            }
            #expect(error?.kind == .readOnly)
            let stored = try await database.count()
            #expect(stored == 0)
        }
    }

    @Test("closing finishes what waits and takes nothing more")
    func closing() async throws {
        try await withDatabaseDirectory { directory in
            let path = directory + "/notes.db"
            let database = try Database(at: path, schema: notesSchema)
            let gate = BodyGate()
            async let held: Void = database.write { _ in gate.pass() }
            await gate.reached()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for key in 0..<100 { group.addTask { try await database.add(key) } }
                try await yieldUntil { database.statistics.waitingWrites == 100 }
                for _ in 0..<2 { group.addTask { await database.close() } }
                try await yieldUntil { await isRefused { try await database.read { _ in } } }
                gate.open()
                try await group.waitForAll()
            }
            try await held
            await #expect(throws: DatabaseUnavailable.closed) { try await database.add(1000) }
            #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
            let again = try Database(at: path, schema: notesSchema)
            #expect(try await again.count() == 100)
            await again.close()
        }
    }

    private func isRefused(_ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return false
        } catch {
            return true
        }
    }

    @Test("only the owner may read the files")
    func permissions() async throws {
        try await withDatabase { database, path in
            try await database.add(1)
            for file in [path, path + "-wal", path + "-shm"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: file)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
        }
    }

    @Test("the settings that the promises rest on are set")
    func settings() async throws {
        try await withDatabase { database, _ in
            let settings = try await database.write { db in
                [
                    try db.first("PRAGMA journal_mode") { $0.text(0) },
                    try db.first("PRAGMA synchronous") { $0.text(0) },
                    try db.first("PRAGMA foreign_keys") { $0.text(0) },
                    try db.first("PRAGMA wal_autocheckpoint") { $0.text(0) },
                ]
            }
            #expect(settings == ["wal", "2", "1", "0"])
        }
    }

    @Test("an intact file has no complaints and a size")
    func health() async throws {
        try await withDatabase { database, _ in
            try await database.add(1)
            #expect(try await database.quickCheck() == [])
            let size = try await database.size()
            #expect(size.bytes >= 4096 * 3)
            #expect(size.freeBytes == 0)
        }
    }

    @Test("closing does not wait for a check that has not begun")
    func interruptedCheck() async throws {
        var options = DatabaseOptions()
        options.readers = 1
        try await withDatabase(options) { database, _ in
            let gate = BodyGate()
            async let held: Void = database.read { _ in gate.pass() }
            await gate.reached()
            let check = Task { try await database.quickCheck() }
            try await yieldUntil { database.statistics.waitingReads == 1 }
            async let closing: Void = database.close()
            try await yieldUntil { await isRefused { try await database.write { _ in } } }
            gate.open()
            await #expect(throws: DatabaseUnavailable.closed) { _ = try await check.value }
            try await held
            await closing
        }
    }

    @Test("damage within the file is found by the check")
    func damage() async throws {
        try await withDatabaseDirectory { directory in
            let path = directory + "/notes.db"
            let database = try Database(at: path, schema: notesSchema)
            let body = [UInt8](repeating: 7, count: 2000)
            for key in 0..<50 {
                _ = try await database.write { try $0.run("INSERT INTO notes(key, body) VALUES (?1, ?2)", key, body) }
            }
            await database.close()
            let file = try #require(FileHandle(forUpdatingAtPath: path))
            try file.seek(toOffset: 4096)
            try file.write(contentsOf: Data(repeating: 0xaa, count: 4096))
            try file.close()
            let again = try Database(at: path, schema: notesSchema)
            #expect(try await !again.quickCheck().isEmpty)
            await again.close()
        }
    }
}
