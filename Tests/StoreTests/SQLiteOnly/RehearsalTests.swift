import Foundation
import Router
import SQLite
import SeededTesting
import StoreTesting
import System
import Testing

@testable import SQLiteStore

/// Accepting is tried without a message: what only accepting touches is found damaged, and nothing is left behind.
@Suite(.timeLimit(.minutes(10))) struct RehearsalTests {
    @Test("a rehearsal leaves no row, no number and no key behind")
    func nothingLeft() async throws {
        try await withFile { path in
            let store = try await SQLiteStore(at: path, serving: [appA, appB])
            try await store.accept("question", id: 1)
            let before = try rows(of: path)
            for _ in 1...3 { await store.rehearse(at: time(5)) }
            #expect(store.complaints == [])
            #expect(try rows(of: path) == before)
            let commits = store.statistics.batches
            await store.rehearse(at: time(5))
            #expect(store.statistics.batches == commits, "nothing is committed, so nothing is synced")
            await store.close()
        }
    }

    @Test("the statements of a rehearsal are those of a message: it fails where a message would")
    func sameStatements() async throws {
        for table in ["dedup", "conversations", "queue", "jobs", "messages", "notices", "outbox", "deliveries"] {
            try await withFile { path in
                let store = try await SQLiteStore(at: path, serving: [appA])
                try Connection(to: path, .readWrite).execute("ALTER TABLE \(table) RENAME TO gone")
                await store.rehearse()
                #expect(store.complaints.first?.contains(table) == true, "\(table): \(store.complaints)")
                try Connection(to: path, .readWrite).execute("ALTER TABLE gone RENAME TO \(table)")
                await store.rehearse()
                #expect(store.complaints == [])
                await store.close()
            }
        }
    }

    /// The tables that accepting reads and writes.
    private static let touched = [
        "apps", "conversations", "sqlite_autoindex_conversations_1", "dedup", "queue", "queue_ready", "queue_due",
        "jobs", "jobs_open", "messages", "notices", "outbox", "outbox_ready", "deliveries", "deliveries_open",
    ]

    @Test(
        "a file that is damaged anywhere: where a message is refused, the light is red; where it is green, messages are taken"
    )
    func damagedFiles() async throws {
        var random = SeededNumbers()
        var outcomes = (refused: 0, accepted: 0, unopened: 0)
        try await withFile { path in
            let sound = try await SQLiteStore(at: path, serving: [appA, appB])
            for id in 1...300 {
                try await sound.accept(String(repeating: "x", count: 300), from: "user\(id % 40)", id: id)
            }
            for job in try await sound.claim(for: "test", within: ClaimRules(limit: 20), at: time(1)) {
                try await sound.settle(job, Settlement(.done, parts: [part("answer", to: "user1")]))
            }
            await sound.close()
            let pages = try self.pages(of: path)
            for round in 1...40 {
                let copy = "\(path).\(round)"
                try FileManager.default.copyItem(atPath: path, toPath: copy)
                let page = pages.randomElement(using: &random) ?? 1
                let spoiled = "seed \(random.seed), round \(round), page \(page)"
                try spoil(copy, page: page, using: &random)
                guard let store = try? await SQLiteStore(at: copy, serving: [appA, appB]) else {
                    outcomes.unopened += 1
                    continue
                }
                await store.rehearse()
                for number in 0..<40 {
                    let wasGreen = store.complaints.isEmpty
                    let id = 1000 + number
                    do {
                        _ = try await store.accept(submission("new", from: "user\(number)", id: id), at: time(100))
                        outcomes.accepted += 1
                    } catch {
                        outcomes.refused += 1
                        #expect(!store.complaints.isEmpty, "\(spoiled): \(error), the light was green: \(wasGreen)")
                    }
                }
                // Whoever looks a while later sees the same: it is tried again and again, and nobody else needs to call.
                let isRed = !store.complaints.isEmpty
                await store.rehearse()
                if isRed {
                    let again = try? await store.accept(submission("again", from: "user1", id: 5000), at: time(200))
                    #expect(again != nil || !store.complaints.isEmpty, "\(spoiled)")
                }
                await store.close()
            }
        }
        #expect(outcomes.refused > 0 && outcomes.accepted > 0, "seed \(random.seed): \(outcomes)")
    }

    private func pages(of path: String) throws -> [Int] {
        let connection = try Connection(to: path, .readOnly)
        return try connection.all("SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 1") {
            ($0.text(0), $0.int(1))
        }.filter { RehearsalTests.touched.contains($0.0) }.map(\.1) + (try allPages(on: connection))
    }

    /// Inner pages and leaves of any table may be hit as well.
    private func allPages(on connection: borrowing Connection) throws -> [Int] {
        let count = try connection.first("PRAGMA page_count") { $0.int(0) } ?? 1
        return Array(2...max(2, count))
    }

    /// Overwrites some of a page with what may stand anywhere.
    private func spoil(_ path: String, page: Int, using random: inout SeededNumbers) throws {
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        let start = UInt64(page - 1) * 4096
        let offset = Bool.random(using: &random) ? 0 : UInt64.random(in: 0..<4000, using: &random)
        let count = Int.random(in: 8...Int(4096 - offset), using: &random)
        try file.seek(toOffset: start + offset)
        try file.write(contentsOf: Data((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }))
        try file.close()
    }

    private func rows(of path: String) throws -> [[Int64]] {
        let connection = try Connection(to: path, .readOnly)
        return try connection.all(
            """
            SELECT (SELECT count(*) FROM dedup), (SELECT count(*) FROM conversations), (SELECT count(*) FROM queue),
                (SELECT count(*) FROM jobs), (SELECT count(*) FROM messages), (SELECT count(*) FROM notices),
                (SELECT count(*) FROM outbox), (SELECT count(*) FROM deliveries), (SELECT max(conv) FROM conversations)
            LIMIT 1
            """
        ) { row in (0..<9).map { row.int64($0) } }
    }

    private func withFile(_ body: (_ path: String) async throws -> Void) async throws {
        let directory = try TemporaryDirectory(prefix: "store-tests-")
        try await body("\(directory.path)/router.db")
        withExtendedLifetime(directory) {}
    }
}
