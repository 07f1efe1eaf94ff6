internal import System

/// A database file with one writer and a few readers, each on a thread of its own.
///
/// Async callers hand in a closure and get its value back; nothing of it runs on the concurrency pool. One `Database`
/// for a file: `FileLock` keeps other processes away.
package final class Database: Sendable {
    private let writer: Writer
    private let reads: BlockingQueue<any Request>
    private let checkpointer: Checkpointer
    private let ending = Ending()
    let interruption = Interruption()
    private let thread: OSThread

    /// Opens the file, makes it if there is none, and brings it up to `schema`. Blocks: for the start of a program.
    package init(at path: String, schema: Schema, options: DatabaseOptions = DatabaseOptions()) throws {
        let recipe = ConnectionRecipe(path: path, options: options)
        let first = Handover(try recipe.first(schema: schema))
        let statistics = Lock(DatabaseStatistics())
        let checkpointer = Checkpointer(recipe, statistics: statistics)
        let reads = BlockingQueue<any Request>(capacity: options.waiting)
        let writer = Writer(recipe, checkpointer: checkpointer, statistics: statistics)
        let others = Database.startReaders(recipe, reads, checkpointer)
        (self.writer, self.reads, self.checkpointer) = (writer, reads, checkpointer)
        thread = OSThread(named: "sqlite-writer") { [ending] in
            writer.run(first: first.take()) {
                checkpointer.close()
                for thread in others { thread.join() }
            }
            ending.arrive()
        }
    }

    deinit { refuseMore() }

    /// Runs `body` in a transaction and returns when that is durable. A body that throws undoes what it did and nothing
    /// else. It may share its transaction with others and must neither begin nor end one. Cancelling the caller's task
    /// does not take it back.
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value
    ) async throws -> Value {
        try await Database.hand(body, to: writer.requests)
    }

    /// Runs `body` on one state of what was committed. Short ones: a long one keeps the log from being carried over.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value
    ) async throws -> Value {
        try await Database.hand(body, to: reads)
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
