import Foundation
import Router
import SQLite
import SQLiteStore
import StoreTesting
import System
import TestSupport
import Testing
import WeCom

@Suite("The file of a store, for whoever keeps copies of it", .timeLimit(.minutes(5))) struct StoreFileTests {
    private func withStore(_ body: (SQLiteStore, _ directory: String) async throws -> Void) async throws {
        let directory = try TemporaryDirectory(prefix: "store-tests-")
        let store = try await SQLiteStore(at: directory.path + "/router.db", serving: [appA], owner: "test")
        do {
            try await body(store, directory.path)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    private func texts(_ path: String) async throws -> [String] {
        let store = try await SQLiteStore(at: path, serving: [appA], owner: "test")
        let texts = try await store.claimAll().map(\.text)
        await store.close()
        return texts.sorted()
    }

    private func alter(_ path: String, _ sql: String) throws {
        try Connection(to: path, .readWrite).execute("PRAGMA ignore_check_constraints = ON; \(sql)")
    }

    private func names(in directory: String) throws -> [String] { try entries(of: directory).map(\.name).sorted() }

    // MARK: Copies

    @Test("a copy is one state of a store that is written to meanwhile, whole, in one file of its owner alone")
    func copyInUse() async throws {
        try await withStore { store, directory in
            for number in 1...300 { try await store.accept("before", from: "u\(number)", id: number) }
            let path = directory + "/copy.db"
            let isDone = Lock(false)
            let writing = Task {
                var number = 1000
                while !isDone.withLock({ $0 }) {
                    number += 1
                    try await store.accept("meanwhile", from: "u\(number)", id: number)
                }
                return number - 1000
            }
            try await BlockingThreads.disk.run {
                try StoreFile(directory + "/router.db").copy(to: StoreFile(path)) { _, _ in }
            }
            isDone.withLock { $0 = true }
            #expect(try await writing.value > 0)
            #expect(try fileMode(path) == 0o600)
            #expect(try names(in: directory).filter { $0.hasPrefix("copy") } == ["copy.db"])
            let examination = try StoreFile(path).examine()
            #expect(examination.problems.isEmpty && examination.schema == SQLiteStore.schema.version)
            #expect(try await texts(path).count { $0 == "before" } == 300)
        }
    }

    @Test(
        "a copy takes the place of an earlier one; what is no store, or the store itself, stays, and nothing is left over"
    )
    func targets() async throws {
        try await withStore { store, directory in
            try await store.accept("one", id: 1)
            let file = StoreFile(directory + "/router.db")
            let copy = StoreFile(directory + "/copy.db")
            try file.copy(to: copy)
            try await store.accept("two", from: "lisi", id: 2)
            try file.copy(to: copy)
            #expect(try await texts(copy.path) == ["one", "two"])

            let diary = directory + "/diary.txt"
            try Data("dear diary".utf8).write(to: URL(filePath: diary))
            #expect(throws: (any Error).self) { try file.copy(to: StoreFile(diary)) }
            #expect(try String(contentsOfFile: diary, encoding: .utf8) == "dear diary")
            let other = directory + "/other.db"
            try Connection(to: other, .create).execute("CREATE TABLE t (x); PRAGMA application_id = 77")
            #expect(throws: SchemaError.foreign(path: other, applicationID: 77)) { try file.copy(to: StoreFile(other)) }
            try FileManager.default.createSymbolicLink(atPath: directory + "/same.db", withDestinationPath: file.path)
            #expect(throws: StoreFileRefusal.isTheSame(directory + "/same.db")) {
                try file.copy(to: StoreFile(directory + "/same.db"))
            }
            #expect(throws: (any Error).self) { try file.copy(to: StoreFile(directory + "/nowhere/copy.db")) }
            #expect(throws: StoreFileRefusal.isAbsent(directory + "/no.db")) {
                try StoreFile(directory + "/no.db").copy(to: copy)
            }
            #expect(try names(in: directory).allSatisfy { !$0.hasSuffix(".part") })
        }
    }

    // MARK: Restoring

    @Test(
        "what is restored is what was copied, and nothing of the log that lay beside; what was there has a name of its own"
    )
    func restore() async throws {
        let directory = try TemporaryDirectory(prefix: "store-tests-")
        let file = StoreFile(directory.path + "/router.db"), copy = StoreFile(directory.path + "/copy.db")
        let saved = StoreFile(directory.path + "/saved.db")
        let store = try await SQLiteStore(at: file.path, serving: [appA], owner: "test")
        try await store.accept("one", id: 1)
        try file.copy(to: copy)
        try await store.accept("two", from: "lisi", id: 2)
        // As it lies after kill -9, with what was last accepted in the log alone.
        let killed = StoreFile(directory.path + "/killed.db")
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: file.path + suffix, toPath: killed.path + suffix)
        }
        await store.close()
        #expect((fileSize(killed.path + "-wal") ?? 0) > 0)
        try killed.restore(from: copy, saving: saved)
        #expect(!fileExists(killed.path + "-wal"))
        #expect(try await texts(killed.path) == ["one"])
        #expect(try await texts(saved.path) == ["one", "two"])
        try killed.restore(from: saved, saving: copy)
        #expect(try await texts(killed.path) == ["one", "two"])
        let fresh = StoreFile(directory.path + "/fresh.db")
        try fresh.restore(from: saved, saving: StoreFile(directory.path + "/none.db"))
        #expect(try await texts(fresh.path) == ["one", "two"])
        #expect(!fileExists(directory.path + "/none.db"))
    }

    @Test("a newer copy, a damaged one, another program's and none are refused; the store stays as it was")
    func refusedCopies() async throws {
        try await withStore { store, directory in
            for number in 1...500 { try await store.accept("one", from: "u\(number)", id: number) }
            let file = StoreFile(directory + "/router.db")
            func copied(_ name: String) throws -> StoreFile {
                let copy = StoreFile("\(directory)/\(name).db")
                try file.copy(to: copy)
                return copy
            }
            let newer = try copied("newer"), damaged = try copied("damaged"), foreign = try copied("foreign")
            try alter(newer.path, "PRAGMA user_version = 9999")
            try alter(foreign.path, "PRAGMA application_id = 77")
            let handle = try FileHandle(forUpdating: URL(filePath: damaged.path))
            for page in stride(from: 4096 * 8, to: fileSize(damaged.path) ?? 0, by: 4096) {
                try handle.seek(toOffset: UInt64(page))
                try handle.write(contentsOf: Data(repeating: 0xA5, count: 512))
            }
            try handle.close()
            let target = StoreFile(directory + "/target.db")
            try file.copy(to: target)
            let before = try Data(contentsOf: URL(filePath: target.path))
            let saved = StoreFile(directory + "/saved.db")
            for copy in [newer, damaged, foreign, StoreFile(directory + "/no.db")] {
                #expect(throws: (any Error).self, "\(copy.path)") { try target.restore(from: copy, saving: saved) }
                #expect(try Data(contentsOf: URL(filePath: target.path)) == before)
            }
            let found = try? StoreFile(damaged.path).examine()
            #expect(found.map { !$0.problems.isEmpty } ?? true, "it is told in either way")
            #expect(throws: StoreFileRefusal.isTheSame(target.path)) { try target.restore(from: target, saving: saved) }
            #expect(try names(in: directory).allSatisfy { !$0.hasSuffix(".part") })
        }
    }

    @Test("a store that is no database any more is set aside with its log, and the copy takes its place")
    func damagedStore() async throws {
        try await withStore { store, directory in
            try await store.accept("one", id: 1)
            let copy = StoreFile(directory + "/copy.db"), broken = StoreFile(directory + "/broken.db")
            try StoreFile(directory + "/router.db").copy(to: copy)
            try Data(repeating: 0xA5, count: 8192).write(to: URL(filePath: broken.path))
            try Data("log".utf8).write(to: URL(filePath: broken.path + "-wal"))
            try broken.restore(from: copy, saving: StoreFile(directory + "/saved.db"))
            #expect(try await texts(broken.path) == ["one"])
            #expect(fileSize(directory + "/saved.db") == 8192 && !fileExists(broken.path + "-wal"))
        }
    }

    // MARK: Looking through

    @Test(
        "what contradicts itself is found, each by its name",
        arguments: [
            ("DELETE FROM apps", "a conversation of no app"), ("DELETE FROM conversations", "a job of no conversation"),
            ("DELETE FROM messages", "an open job without a message"),
            ("DELETE FROM jobs", "a message of no job"),
            ("DELETE FROM queue", "a conversation with open jobs that nothing takes up"),
            ("INSERT INTO queue (conv, app, turn, at) VALUES (99, 1, 1, 0)", "a place in the queue for a conversation"),
            ("UPDATE queue SET turn = 3", "a place in the queue that is taken by no running job"),
            (
                "UPDATE jobs SET state = 'running', owner = 'x', lease_until = 1",
                "a conversation in which several jobs run"
            ),
            ("DELETE FROM outbox", "a conversation with open deliveries that nothing sends"),
        ])
    func breaches(_ damage: String, _ words: String) async throws {
        try await withStore { store, directory in
            try await store.answer(["said"], id: 1)
            for number in 2...3 { try await store.accept("\(number)", id: number) }
            let path = directory + "/router.db"
            #expect(try StoreFile(path).examine().problems.isEmpty)
            try alter(path, damage)
            let problems = try StoreFile(path).examine().problems
            #expect(problems.contains { $0.contains(words) }, "\(problems)")
        }
    }

    @Test("the figures count rows, bytes, what is open, the log and the oldest job")
    func figures() async throws {
        try await withStore { store, directory in
            #expect(try StoreFile(directory + "/router.db").figures().oldest == nil)
            for number in 1...5 { try await store.accept("x", from: "u\(number)", id: number, at: time(0)) }
            let figures = try StoreFile(directory + "/router.db").figures()
            let jobs = try #require(figures.tables.first { $0.name == "jobs" })
            #expect(jobs.rows == 5 && (jobs.bytes ?? 0) > 0 && figures.openJobs == 5 && figures.openDeliveries == 0)
            #expect(figures.tables.count == TableShape.ofStore.count)
            #expect(figures.fileBytes > 0 && figures.logBytes > 0 && figures.oldest == time(0))
        }
    }
}
