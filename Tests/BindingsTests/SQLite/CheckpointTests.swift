import Foundation
import ProgramTesting
import SQLite
import Testing

@Suite("Checkpoints", .timeLimit(.minutes(5))) struct CheckpointTests {
    @Test("under load the write-ahead log stays near its limit")
    func boundedLog() async throws {
        var options = DatabaseOptions()
        options.logLimit = 256 << 10
        try await withDatabase(options) { database, path in
            let body = [UInt8](repeating: 7, count: 4000)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for producer in 0..<8 {
                    group.addTask {
                        for n in 0..<250 {
                            let key = producer * 250 + n
                            _ = try await database.write {
                                try $0.run("INSERT INTO notes(key, body) VALUES (?1, ?2)", key, body)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let log = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
            #expect(try #require(log) < 1 << 20)
            #expect(database.statistics.logBytes < 1 << 20)
            #expect(database.statistics.logRestarts > 0)
            #expect(try await database.size().bytes > 8_000_000)
        }
    }

    @Test("what was written reaches the file by itself")
    func carriedOver() async throws {
        try await withDatabase { database, path in
            try await database.add(1)
            try await yieldUntil { database.statistics.checkpoints > 0 }
            let copy = path + ".copy"
            try FileManager.default.copyItem(atPath: path, toPath: copy)
            let connection = try Connection(to: copy, .readWrite)
            #expect(try notesCount(on: connection) == 1)
        }
    }

    @Test("a reader that stays holds up neither the writer nor the checkpoints for good")
    func longRead() async throws {
        var options = DatabaseOptions()
        options.logLimit = 64 << 10
        try await withDatabase(options) { database, _ in
            let gate = BodyGate()
            async let reading = database.read { db in
                let before = try notesCount(on: db)
                gate.pass()
                return [before, try notesCount(on: db)]
            }
            await gate.reached()
            let body = [UInt8](repeating: 7, count: 4000)
            for key in 0..<30 {
                _ = try await database.write { try $0.run("INSERT INTO notes(key, body) VALUES (?1, ?2)", key, body) }
            }
            #expect(database.statistics.logBytes > options.logLimit)
            gate.open()
            #expect(try await reading == [0, 0])
            try await database.add(1000)
            try await yieldUntil {
                try await database.add(1001 + database.statistics.bodies)
                return database.statistics.logBytes < options.logLimit
            }
        }
    }

    @Test(
        "on a small disk the log leaves room for what it holds",
        .enabled(if: SmallDisk.isAvailable, "it takes the right to mount a small tmpfs"))
    func smallDisk() async throws {
        let disk = try SmallDisk(mebibytes: 8)
        defer { disk.unmount() }
        try await withDatabase(CheckpointTests.withoutCheckpointer, in: disk.path) { database, _ in
            let body = [UInt8](repeating: 7, count: 4000)
            for key in 0..<1200 {
                _ = try await database.write { try $0.run("INSERT INTO notes(key, body) VALUES (?1, ?2)", key, body) }
            }
            #expect(try await database.count() == 1200)
        }
    }

    @Test(
        "a full disk is written to again once there is as much room as the log takes up",
        .enabled(if: SmallDisk.isAvailable, "it takes the right to mount a small tmpfs"))
    func fullDisk() async throws {
        let disk = try SmallDisk(mebibytes: 8)
        defer { disk.unmount() }
        try disk.load(mebibytes: 4)
        try await withDatabase(CheckpointTests.withoutCheckpointer, in: disk.path) { database, _ in
            let body = [UInt8](repeating: 7, count: 4000)
            var rows = 0
            func add() async throws {
                let key = rows
                _ = try await database.write { try $0.run("INSERT INTO notes(key, body) VALUES (?1, ?2)", key, body) }
                rows += 1
            }
            do {
                while true { try await add() }
            } catch let error as SQLiteError {
                #expect(error.kind == .full)
            }
            try disk.dropBallast()
            for _ in 0..<400 { try await add() }
            #expect(try await database.count() == rows)
        }
    }

    /// Leaves carrying over to the writer alone: what that leaves undone shows.
    private static var withoutCheckpointer: DatabaseOptions {
        var options = DatabaseOptions()
        options.checkpointInterval = .seconds(3600)
        return options
    }
}
