import Foundation
import PostgreSQL
import PostgresTesting
import ProgramTesting
import System
import TestSupport
import Testing

/// A primary that stands still while its standby takes over, and then goes on as if nothing had been.
@Suite("A primary of before", .enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(2)))
struct OldPrimaryTests {
    @Test("nothing is read from it any more once another is known, over whatever connections there are")
    func reads() async throws {
        let folder = "/tmp/wecom-router-pair-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        let keeper = try Keeper(of: folder)
        defer { keeper.finish() }
        _ = FileManager.default.createFile(atPath: "\(folder)/log", contents: nil)
        let log = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(folder)/log"))
        let pair = try await onThread {
            Result { try PostgresPair(in: folder, log: log) { keeper.note($0, isThere: $1) } }
        }.get()
        var options = DatabaseOptions.forTests
        options.patience = .seconds(1)
        let hosts = pair.members.map(\.folder).joined(separator: ",")
        let database = try Database(
            at: Servers("postgres:///\(PostgresPair.database)?host=\(hosts)&user=\(PostgresPair.database)"),
            schema: Schema([
                Migration(version: 1, usableFrom: 1, sql: Array("CREATE TABLE notes (note text NOT NULL)".utf8))
            ]), options: options)
        try await database.note("before")
        #expect(try await database.notes() == ["before"])

        let old = pair.primary
        old.freeze()
        try await onThread { Result { try pair.failOver(strictly: false) } }.get()
        while (try? await database.note("behind")) == nil { try Task.checkCancellation() }
        old.thaw()
        let notes = try await database.notes()
        #expect(notes.contains("behind"), "\(notes)")
        await database.close()
        await onThread { pair.kill() }
    }
}
