import Foundation
import Lifecycle
import SQLite
import System
import TestSupport

let notesSchema = Schema(
    applicationID: 0x7465_7374,
    migrations: [
        Migration(
            version: 1,
            sql: """
                CREATE TABLE notes(id INTEGER PRIMARY KEY, key INTEGER UNIQUE, text TEXT, body BLOB) STRICT;
                CREATE TABLE replies(
                    id INTEGER PRIMARY KEY,
                    note INTEGER NOT NULL REFERENCES notes(key) DEFERRABLE INITIALLY DEFERRED
                ) STRICT;
                """
        )
    ]
)

/// A directory of the test's own, gone when `body` returns.
func withDatabaseDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let path = NSTemporaryDirectory() + "sqlite-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}

/// An open database in such a directory, and its path.
func withDatabase(
    _ options: DatabaseOptions = DatabaseOptions(),
    _ body: (Database, String) async throws -> Void
) async throws {
    try await withDatabaseDirectory { try await withDatabase(options, in: $0, body) }
}

/// An open database in a directory that is there already, and its path.
func withDatabase(
    _ options: DatabaseOptions = DatabaseOptions(), in directory: String,
    _ body: (Database, String) async throws -> Void
) async throws {
    let path = directory + "/notes.db"
    let database = try Database(at: path, schema: notesSchema, options: options)
    try await attempt {
        try await body(database, path)
    } finally: {
        await database.close()
    }
}

extension Database {
    func add(_ key: Int) async throws { _ = try await write { try $0.run("INSERT INTO notes(key) VALUES (?1)", key) } }

    func count() async throws -> Int { try await read { try notesCount(on: $0) } }
}

func notesCount(on connection: borrowing Connection) throws -> Int {
    try connection.first("SELECT count(*) FROM notes") { $0.int(0) } ?? 0
}

/// A door inside a body: the test learns that the body is there, and lets it go on when it likes.
final class BodyGate: Sendable {
    private let passes = BlockingQueue<Void>(capacity: 1)
    private let arrival = AsyncStream.makeStream(of: Void.self)

    /// Waits, in the body, until the test opens.
    func pass() {
        arrival.continuation.yield()
        arrival.continuation.finish()
        _ = passes.pop(max: 1)
    }

    /// Waits, in the test, until a body stands here.
    func reached() async { for await _ in arrival.stream {} }

    func open() { passes.close() }
}

/// Lets other tasks run until `condition` holds.
func yieldUntil(_ condition: () async throws -> Bool) async throws {
    while try await !condition() { await beforeLookingAgain() }
}
