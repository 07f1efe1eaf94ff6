internal import System

/// A database file with one writer and a few readers, each on a thread of its own.
///
/// Async callers hand in a closure and get its value back; nothing of it runs on the concurrency pool. One `Database`
/// for a file: `FileLock` keeps other processes away.
package final class Database: Sendable {
    private let writer: Writer
    private let reads: BlockingQueue<any Request>
    private let checkpointer: Checkpointer
    private let opening: Opening
    private let ending = Ending()
    let interruption = Interruption()
    private let thread: OSThread

    /// Opens the file, makes it if there is none, brings it up to `schema`, and runs `prepare` in a transaction before all
    /// others. `makeReady` comes before that. On a disk that is full all this is done as soon as there is room; until
    /// then every body gets the error. Blocks: for the start of a program.
    package init(
        at path: String, schema: Schema, options: DatabaseOptions = DatabaseOptions(),
        makeReady: @escaping @Sendable () throws -> Void = {},
        prepare: @escaping @Sendable (borrowing Connection) throws -> Void = { _ in }
    ) throws {
        let recipe = ConnectionRecipe(path: path, options: options)
        let opening = Opening(recipe, schema: schema, makeReady: makeReady, prepare: prepare)
        let first: Handover
        do {
            first = Handover(try opening.writer())
        } catch {
            guard opening.isForWantOfRoom(error) else { throw error }
            first = Handover(nil)
        }
        self.opening = opening
        let statistics = Lock(DatabaseStatistics())
        let checkpointer = Checkpointer(recipe, statistics: statistics)
        let reads = BlockingQueue<any Request>(capacity: options.waiting)
        let writer = Writer(opening, checkpointer: checkpointer, statistics: statistics)
        let others = Database.startReaders(opening, reads, checkpointer)
        (self.writer, self.reads, self.checkpointer) = (writer, reads, checkpointer)
        thread = OSThread(named: "sqlite-writer") { [ending] in
            writer.run(first: first.take()) {
                opening.giveUp()
                checkpointer.close()
                for thread in others { thread.join() }
            }
            ending.arrive()
        }
    }

    deinit { refuseMore() }

    /// Runs `body` in a transaction and returns when that is durable. A body that throws undoes what it did and nothing
    /// else. It may share its transaction with others and must neither begin nor end one. It runs twice where another of them
    /// fails, and goes by what is stored each time. Cancelling the caller's task does not take it back.
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value
    ) async throws -> Value {
        try await Database.hand(body, to: writer.requests)
    }

    /// Does as `write` does, for a body of which somebody else is told that it is durable: throws `FileDisplaced` when the path
    /// no longer leads to the file, and nothing is written then; but also when that is found only once it was.
    package func writeInPlace<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value
    ) async throws -> Value {
        try await Database.hand(body, to: writer.requests, .inPlace)
    }

    /// Runs `body` as `writeInPlace` would and takes back what it did: nothing is written.
    package func rehearse(_ body: @escaping @Sendable (borrowing Connection) throws -> Void) async throws {
        do {
            try await Database.hand(
                { connection in
                    try body(connection)
                    throw Rehearsed()
                }, to: writer.requests, .inPlace)
        } catch is Rehearsed {}
    }

    /// Commits a page that is as it was before: throws when the disk does not take it.
    package func proveWritable() async throws {
        try await write { connection in
            let version = try connection.first("PRAGMA user_version") { $0.int(0) } ?? 0
            try connection.execute("PRAGMA user_version = \(version)")
        }
    }

    /// The reason why the file could not be opened yet; nil once it is open.
    package var openingFailure: (any Error)? { opening.failure }

    /// The files that its paths no longer lead to; nil while they do.
    package var displaced: FileDisplaced? { opening.displaced }

    /// Runs `body` on one state of what was committed. Short ones: a long one keeps the log from being carried over.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value
    ) async throws -> Value {
        if let failure = opening.failure { throw failure }
        return try await Database.hand(body, to: reads)
    }

    /// Takes nothing more, finishes what waits, carries the log over and closes the file. To be called before the last
    /// reference goes: only this waits for the threads.
    package func close() async {
        refuseMore()
        if await ending.wait() { thread.join() }
    }

    package var statistics: DatabaseStatistics {
        var statistics = writer.statistics.withLock { $0 }
        statistics.waitingWrites = writer.requests.count
        statistics.waitingReads = reads.count
        return statistics
    }

    private func refuseMore() {
        writer.requests.close()
        reads.close()
        interruption.fire()
    }
}
