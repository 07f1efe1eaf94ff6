import JSON
import Router
import SQLiteStore
import System

/// `store backup` and `store restore`.
extension StoreCommand {
    static func backUp(
        to path: String, _ store: Configuration.Store, _ options: Options, _ context: CommandContext
    ) async throws -> ExitStatus {
        let (source, target) = (StoreFile(store.path), StoreFile(path))
        try demandRoom(for: store, beside: path)
        let began = MonotonicTime.now
        let progress = StoreProgress()
        defer { progress.end() }
        let blobs = try await BlockingThreads.disk.run { () throws -> BlobCopies in
            try source.copy(to: target) { done, all in progress.tell("\(done) of \(all) pages") }
            return try BlobCopies.make(of: try target.examine().blobs, from: store.blobs, to: path + ".blobs")
        }
        let (size, took) = (fileSize(path) ?? 0, MonotonicTime.now.since(began))
        progress.end()
        let report: JSONValue = [
            "file": .string(path), "bytes": .integer(Int64(size)), "blobs": .integer(Int64(blobs.copied)),
            "blobs_missing": .array(blobs.missing.map { .string($0.text) }),
            "milliseconds": .integer(took.inMilliseconds),
        ]
        let missing =
            blobs.missing.isEmpty
            ? "" : "\(blobs.missing.count) files that are still to be sent are not there: see store check\n"
        context.print(
            options.has("--json")
                ? report.text + "\n"
                : "\(shown(path)) holds the store of now: \(size) bytes, and \(blobs.copied) files still to be sent; \(took.short)\n"
                    + missing)
        return .done
    }

    /// A copy must not take the room from a store that is served: it may lie on the same disk.
    private static func demandRoom(for store: Configuration.Store, beside path: String) throws {
        let folder = enclosingFolder(of: path)
        let size = (fileSize(store.path) ?? 0) + (fileSize(store.path + "-wal") ?? 0)
        guard let free = freeBytes(onDiskOf: folder.isEmpty ? "." : folder), free < size + store.minFree else { return }
        throw StoreUnreachable(
            "the disk of \(path) has \(free) bytes free, and the copy takes up to \(size) beside store.min_free "
                + "(\(store.minFree)): make room, or name a file on another disk")
    }

    static func restore(
        _ path: String, _ store: Configuration.Store, _ options: Options, _ context: CommandContext
    ) async throws -> ExitStatus {
        try makeDirectory(enclosingFolder(of: store.path))
        let lock = try FileLock.acquire(guarding: store.path)
        let (backup, target) = (StoreFile(path), StoreFile(store.path))
        let examination = try await BlockingThreads.disk.run { try backup.examine() }
        guard examination.problems.isEmpty else {
            throw StoreUnreachable("\(path) is not restored: \(examination.problems.joined(separator: "; "))")
        }
        let saved = store.path + ".before-restore"
        guard try await isWanted(fileExists(store.path), store, saved, options) else { return .failed }
        let progress = StoreProgress()
        defer { progress.end() }
        let blobs = try await BlockingThreads.disk.run { () throws -> BlobCopies in
            // Before the rows that name them.
            let blobs = try BlobCopies.make(of: examination.blobs, from: path + ".blobs", to: store.blobs)
            try target.restore(from: backup, saving: StoreFile(saved)) { done, all in
                progress.tell("\(done) of \(all) pages")
            }
            return blobs
        }
        progress.end()
        _ = consume lock
        context.print(
            "\(shown(store.path)) is what \(shown(path)) was"
                + (fileExists(saved) ? "; what was there is \(shown(saved))" : "") + "\n"
                + (blobs.missing.isEmpty
                    ? ""
                    : "\(blobs.missing.count) files that are still to be sent are nowhere: their deliveries will fail\n")
        )
        return .done
    }

    private static func isWanted(
        _ isThere: Bool, _ store: Configuration.Store, _ saved: String, _ options: Options
    ) async throws -> Bool {
        if !isThere || options.has("--yes") { return true }
        StandardError.write(
            "This puts the copy in the place of \(store.absolutePath), which is kept as \(saved) in that of an earlier one.\n"
        )
        guard StandardInput.isTerminal else {
            throw UsageError("Nothing was done: say --yes where nobody can be asked.", command: "store")
        }
        StandardError.write("Go on? [y/N] ")
        var lines = StandardInput.lines().makeAsyncIterator()
        if ["y", "yes"].contains(await lines.next()?.lowercased() ?? "") { return true }
        StandardError.write("nothing was done\n")
        return false
    }
}

/// Files that are still to be sent, carried from one folder to another.
private struct BlobCopies: Sendable {
    var copied = 0
    var missing: [BlobID] = []

    /// Copies those that are not there yet: a file under the digest of what it holds never changes. Blocks.
    static func make(of blobs: [BlobID], from folder: String, to target: String) throws -> BlobCopies {
        var copies = BlobCopies()
        guard !blobs.isEmpty else { return copies }
        try prepareDirectory(target)
        for blob in blobs {
            let (from, to) = ("\(folder)/\(blob.text)", "\(target)/\(blob.text)")
            if !fileExists(to) {
                guard fileExists(from) else {
                    copies.missing.append(blob)
                    continue
                }
                try writeFile(to, try readFile(from, limit: BlobFolder.maxBytes))
            }
            copies.copied += 1
        }
        return copies
    }
}
