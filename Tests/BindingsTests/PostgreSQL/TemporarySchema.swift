import Foundation
import Lifecycle
import PostgreSQL
import PostgresTesting

/// A schema of a test's own in the server that all share.
struct TemporarySchema {
    let name: String
    let server: PostgresServer

    init() throws {
        server = try .shared
        name = "t_\(UUID().uuidString.prefix(8).lowercased())"
    }

    func url(at folder: String? = nil, settings: [String: String] = [:]) -> String {
        server.url(schema: name, at: folder, settings: settings)
    }

    /// Lends a database with a table `notes (note text)`.
    func withDatabase(
        at folder: String? = nil, _ change: (inout DatabaseOptions) -> Void = { _ in },
        _ body: (Database) async throws -> Void
    ) async throws {
        try server.run("CREATE SCHEMA \(name)")
        var options = DatabaseOptions.forTests
        change(&options)
        let database = try Database(
            at: Servers(url(at: folder)),
            schema: Schema([
                Migration(version: 1, usableFrom: 1, sql: Array("CREATE TABLE notes (note text NOT NULL UNIQUE)".utf8))
            ]), options: options)
        do {
            try await body(database)
            await database.close()
        } catch {
            await database.close()
            throw error
        }
    }
}

extension DatabaseOptions {
    static var forTests: DatabaseOptions {
        var options = DatabaseOptions()
        options.owner = "test"
        options.channel = nil
        options.connections = [:]
        options.backoff = Backoff(first: .milliseconds(2), longest: .milliseconds(50))
        return options
    }
}

extension Database {
    func notes() async throws -> [String] {
        try await read { db in try db.all("SELECT note FROM notes ORDER BY note COLLATE \"C\"") { $0.text(0) } }
    }

    func note(_ text: String, about subject: Subject? = nil) async throws {
        try await write(for: .turns, about: subject) { db in
            try db.send("INSERT INTO notes (note) VALUES ($1)", text)
        }
    }
}
