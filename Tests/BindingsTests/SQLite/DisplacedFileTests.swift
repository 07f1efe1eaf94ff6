import Foundation
import SQLite
import Testing

/// Tests that nobody is told a commit is durable which goes into a file that nobody can find.
@Suite(.timeLimit(.minutes(5))) struct DisplacedFileTests {
    enum Deed: CaseIterable, Sendable { case unlink, unlinkLog, moveAway, replace, replaceLog }

    @Test("a file that is no longer where it was takes nothing that somebody is told of", arguments: Deed.allCases)
    func refused(deed: Deed) async throws {
        try await withDatabase { database, path in
            try await database.add(1)
            try await database.addInPlace(2)
            #expect(database.displaced == nil)
            try carryOut(deed, on: path)
            let isDeleted = deed == .unlink || deed == .unlinkLog || deed == .replace || deed == .replaceLog
            let displaced = FileDisplaced(
                path: deed == .unlinkLog || deed == .replaceLog ? path + "-wal" : path, isDeleted: isDeleted)
            #expect(database.displaced == displaced)
            await #expect(throws: displaced) { try await database.addInPlace(3) }
            #expect(try await database.rows() == 2, "nothing was written")
            // What has begun is ended, in the file that was opened.
            try await database.add(4)
            #expect(try await database.rows() == 3)
        }
    }

    private func carryOut(_ deed: Deed, on path: String) throws {
        let files = FileManager.default
        switch deed {
        case .unlink: try files.removeItem(atPath: path)
        case .unlinkLog: try files.removeItem(atPath: path + "-wal")
        case .moveAway: try files.moveItem(atPath: path, toPath: path + ".away")
        case .replace: try replace(path)
        case .replaceLog: try replace(path + "-wal")
        }
    }

    /// Puts a copy in its place, as an editor or a restored backup does.
    private func replace(_ path: String) throws {
        try FileManager.default.copyItem(atPath: path, toPath: path + ".copy")
        try #require(unsafe rename(path + ".copy", path) == 0)
    }

    @Test("a file that comes back is written to again, and nothing that was in it is gone")
    func back() async throws {
        try await withDatabase { database, path in
            try await database.addInPlace(1)
            try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
            await #expect(throws: FileDisplaced.self) { try await database.addInPlace(2) }
            try FileManager.default.moveItem(atPath: path + ".away", toPath: path)
            try await database.addInPlace(3)
            #expect(try await database.rows() == 2 && database.displaced == nil)
        }
    }

    @Test("a file that goes while its disk works is found gone before anybody is told")
    func meanwhile() async throws {
        try await withDatabase { database, path in
            await #expect(throws: FileDisplaced.self) {
                try await database.writeInPlace { db in
                    _ = try db.run("INSERT INTO notes(key) VALUES (1)")
                    try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
                }
            }
            #expect(try await database.rows() == 1, "it is in the file that has gone")
            try FileManager.default.moveItem(atPath: path + ".away", toPath: path)
        }
    }

    @Test("one that is refused costs those in its transaction nothing")
    func company() async throws {
        try await withDatabase { database, path in
            let gate = BodyGate()
            async let held: Void = database.write { _ in gate.pass() }
            await gate.reached()
            let refused = Task { try await database.addInPlace(1) }
            async let written: Void = database.add(2)
            try await yieldUntil { database.statistics.waitingWrites == 2 }
            try FileManager.default.removeItem(atPath: path)
            gate.open()
            try await held
            try await written
            await #expect(throws: FileDisplaced.self) { try await refused.value }
            #expect(try await database.rows() == 1)
        }
    }

    @Test("a rehearsal runs the statements, tells what they met, and leaves nothing in the file or its log")
    func rehearsal() async throws {
        var options = DatabaseOptions()
        options.checkpointInterval = .seconds(3600)
        try await withDatabase(options) { database, path in
            try await database.add(1)
            let log = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
            for _ in 1...3 { try await database.rehearse { _ = try $0.run("INSERT INTO notes(key) VALUES (2)") } }
            await #expect(throws: SQLiteError.self) {
                try await database.rehearse { _ = try $0.run("INSERT INTO notes(key) VALUES (1)") }
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path + "-wal")) == log)
            #expect(try await database.rows() == 1)
            #expect(database.statistics.failedBatches == 1)
        }
    }

    @Test("a rehearsal shares a transaction and undoes nothing of the others")
    func sharedRehearsal() async throws {
        try await withDatabase { database, _ in
            let gate = BodyGate()
            async let held: Void = database.write { _ in gate.pass() }
            await gate.reached()
            async let before: Void = database.add(1)
            async let tried: Void = database.rehearse { _ = try $0.run("INSERT INTO notes(key) VALUES (5)") }
            async let after: Void = database.add(2)
            try await yieldUntil { database.statistics.waitingWrites == 3 }
            gate.open()
            _ = try await (held, before, tried, after)
            #expect(try await database.rows() == 2)
            #expect(database.statistics.bodies == 5)
        }
    }

    @Test("to prove that the disk takes a commit one is made, which changes nothing")
    func proof() async throws {
        try await withDatabase { database, _ in
            let before = database.statistics.batches
            try await database.proveWritable()
            #expect(database.statistics.batches == before + 1 && database.statistics.logBytes > 0)
            #expect(try await database.quickCheck().isEmpty)
        }
    }
}

extension Database {
    /// By the connection that writes: one that reads may not have opened the file before it went.
    fileprivate func rows() async throws -> Int { try await write { try notesCount(on: $0) } }

    fileprivate func addInPlace(_ key: Int) async throws {
        _ = try await writeInPlace { try $0.run("INSERT INTO notes(key) VALUES (?1)", key) }
    }
}
