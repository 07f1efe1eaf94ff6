import PostgreSQL
import PostgresStore
import Router
import SQLiteStore
import System
import Text
import WeCom

/// `store copy`.
extension StoreCommand {
    static func copy(_ options: Options, _ context: CommandContext) async throws {
        let (source, target) = (try location("--from", options), try location("--to", options))
        switch (source, target) {
        case (.sqlite(let path), .postgres(let url, _)): try await copy(file: path, into: url, context)
        case (.postgres(let url, _), .sqlite(let path)): try await copy(url, intoFile: path, context)
        case (.sqlite, .sqlite), (.postgres, .postgres):
            throw UsageError(
                "both are of one kind: copy a file with store backup, a database with pg_dump.", command: "store")
        }
    }

    // MARK: Both ways

    private static func copy(file path: String, into url: Secret, _ context: CommandContext) async throws {
        guard fileExists(path) else { throw StoreUnreachable("\(path) is not there") }
        let lock = try FileLock.acquire(guarding: path)
        let file = try await BlockingThreads.disk.run { try SQLiteTables(at: path) }
        let database = try await open(url)
        let copy = StoreCopy(from: file, named: "sqlite:\(try realPath(path))", to: database)
        try await carry(copy, context) {
            try await BlobCarriage(folder: enclosingFolder(of: path) + "blobs", tables: database).toDatabase()
        }
        _ = consume lock
    }

    private static func copy(_ url: Secret, intoFile path: String, _ context: CommandContext) async throws {
        try makeDirectory(enclosingFolder(of: path))
        let lock = try FileLock.acquire(guarding: path)
        let database = try await open(url)
        let file = try await BlockingThreads.disk.run { try SQLiteTables(at: path) }
        let copy = StoreCopy(from: database, named: "PostgreSQL's \(try await database.name())", to: file)
        try await carry(copy, context) {
            try await BlobCarriage(folder: enclosingFolder(of: path) + "blobs", tables: database).toFolder()
        }
        _ = consume lock
    }

    private static func open(_ url: Secret) async throws -> PostgresTables {
        let servers = try Servers(url.reveal())
        do {
            return try await BlockingThreads.disk.run { try PostgresTables(at: servers) }
        } catch let error as PostgresError {
            throw StoreUnreachable("the database cannot be opened: \(error.message)")
        }
    }

    private static func carry(
        _ copy: StoreCopy, _ context: CommandContext, _ files: () async throws -> Int
    ) async throws {
        let progress = StoreProgress()
        let carried: [StoreCopy.Carried]
        let blobs: Int
        do {
            carried = try await copy.run { table, rows in progress.tell("\(table): \(rows) rows") }
            blobs = try await files()
            try await copy.finish()
        } catch {
            progress.end()
            try? await copy.source.letGo()
            await copy.source.close()
            await copy.target.close()
            throw error
        }
        progress.end()
        await copy.source.close()
        await copy.target.close()
        var table = TextTable("TABLE", "ROWS", "SHA-256")
        for one in carried { table.add(one.table, String(one.rows), String(one.digest.prefix(16))) }
        let total = carried.reduce(0) { $0 + $1.rows }
        context.print(
            table.text(width: nil) + "\(total) rows and \(blobs) files are there, and the same on both sides.\n"
                + "Next: set store.url to the new store, and start the server.\n")
    }

    private static func location(_ option: String, _ options: Options) throws -> Configuration.Store.Location {
        guard let text = options.value(option) else {
            throw UsageError(
                "\(option) is missing: a store, as in sqlite:data/router.db or postgres://…", command: "store")
        }
        switch Form<Configuration.Store.Location>.store.fit(text) {
        case .fits(let location, _): return location
        case .mismatch(let complaint): throw UsageError("\(option) \(complaint).", command: "store")
        }
    }
}

/// The reason why a store cannot be opened for a copy. It repeats no password.
struct StoreUnreachable: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
