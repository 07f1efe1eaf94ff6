import PostgreSQL
import PostgresTesting
import System
import TestSupport
import Testing

/// Breaks the way to the server at every byte of a write, in both directions.
@Suite(.enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(5))) struct LostAnswerTests {
    @Test(
        "a write whose connection breaks, wherever in it, is done once and told so",
        arguments: CuttingProxy.Direction.allCases)
    func cut(_ direction: CuttingProxy.Direction) async throws {
        let schema = try TemporarySchema()
        let proxy = try CuttingProxy(to: schema.server.folder)
        defer { proxy.close() }
        try await schema.withDatabase(at: proxy.folder) { database in
            try await database.expectNotesOnce(through: proxy, cutting: direction, every: 3, atLeast: 20)
        }
    }

    @Test("a commit that arrives after it was given up comes to nothing")
    func late() async throws {
        let schema = try TemporarySchema()
        let proxy = try CuttingProxy(to: schema.server.folder)
        defer { proxy.close() }
        try await schema.withDatabase(at: proxy.folder, { $0.patience = .milliseconds(300) }) { database in
            try await database.write(for: .turns) { try $0.send("CREATE TABLE marks (mark bigint)") }
            var byte: Int64 = 0
            while true {
                // A statement that is known by its name needs few bytes.
                for _ in 1...2 { try? await database.mark(-1) }
                let before = proxy.faults
                proxy.arm(.strand, .up, after: Int(byte))
                var isTold = true
                do { try await database.mark(byte) } catch { isTold = false }
                proxy.release()
                // On a loaded machine neither has an answer in so short a time, now and then.
                try await eventually { (try? await database.mark(-2)) != nil }
                try await eventually {
                    guard let count = try? await database.marks(byte) else { return false }
                    return isTold ? count == 1 : count < 2
                }
                if proxy.faults == before { break }
                byte += 7
            }
            #expect(byte > 100)
        }
    }
}

extension Database {
    fileprivate func mark(_ number: Int64) async throws {
        try await write(for: .turns) { try $0.send("INSERT INTO marks VALUES ($1)", number) }
    }

    fileprivate func marks(_ number: Int64) async throws -> Int {
        try await read { db in try db.first("SELECT count(*) FROM marks WHERE mark = $1", number) { $0.int(0) } } ?? 0
    }
}
