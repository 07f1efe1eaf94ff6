internal import System

/// The thread that writes: what has gathered goes into one transaction, and is answered when that is durable.
///
/// It never waits for more to come. While one commit is on its way to the disk the next batch gathers by itself.
final class Writer: Sendable {
    let requests: BlockingQueue<any Request>
    let statistics: Lock<DatabaseStatistics>

    private let recipe: ConnectionRecipe
    private let checkpointer: Checkpointer

    init(_ recipe: ConnectionRecipe, checkpointer: Checkpointer, statistics: Lock<DatabaseStatistics>) {
        self.recipe = recipe
        self.checkpointer = checkpointer
        self.statistics = statistics
        requests = BlockingQueue(capacity: recipe.options.waiting)
    }

    /// Serves until the queue is closed and drained. A connection whose disk has failed is replaced before anything
    /// else is answered: what it believes to be in the file may not be.
    ///
    /// `stopOthers` ends the threads that use the file as well, so that the log can be carried over to its end.
    func run(first: consuming Connection, stopOthers: () -> Void) {
        if serve(first) { return finish(first, stopOthers) }
        close(first)
        while !requests.isDrained {
            do {
                let connection = try recipe.writer()
                if serve(connection) { return finish(connection, stopOthers) }
            } catch {
                for request in requests.pop(max: recipe.options.batch) { request.answer(failure: error) }
            }
        }
        stopOthers()
    }

    private func finish(_ connection: borrowing Connection, _ stopOthers: () -> Void) {
        stopOthers()
        _ = try? connection.checkpoint(.truncate)
    }

    private func close(_ connection: consuming Connection) {}

    /// Serves batch by batch; true at the end of the queue, false when the connection is no longer to be trusted.
    private func serve(_ connection: borrowing Connection) -> Bool {
        let log = LogGauge(on: connection, limit: recipe.options.logLimit)
        defer { log.detach(from: connection) }
        while true {
            let batch = requests.pop(max: recipe.options.batch)
            if batch.isEmpty { return true }
            keepShort(log, on: connection)
            let failure = commit(batch, on: connection, log)
            for request in batch { request.answer(failure: failure) }
            if (failure as? SQLiteError)?.kind == .ioError { return false }
        }
    }

    /// One transaction around all of them; the error that undid it.
    private func commit(_ batch: [any Request], on connection: borrowing Connection, _ log: LogGauge) -> (any Error)? {
        do {
            try connection.run("BEGIN IMMEDIATE")
            for request in batch { try perform(request, apart: batch.count > 1, on: connection) }
            let start = MonotonicTime.now
            try connection.run("COMMIT")
            note(batch, took: MonotonicTime.now.since(start), log)
            return nil
        } catch {
            connection.rollBack()
            statistics.withLock { $0.failedBatches += 1 }
            return error
        }
    }

    /// Runs one body so that its failure undoes nothing but itself. Throws when the whole transaction is lost: SQLite
    /// ends it by itself when the disk is full or failing.
    private func perform(_ request: any Request, apart: Bool, on connection: borrowing Connection) throws {
        if apart { try connection.run("SAVEPOINT body") }
        let failure = request.perform(on: connection)
        if let failure {
            guard apart, connection.isInTransaction else { throw failure }
            try connection.run("ROLLBACK TO body")
        }
        if apart { try connection.run("RELEASE body") }
    }

    private func note(_ batch: [any Request], took duration: Duration, _ log: LogGauge) {
        statistics.withLock {
            $0.batches += 1
            $0.bodies += batch.count
            $0.longestCommit = max($0.longestCommit, duration)
            $0.logFrames = log.frames
            $0.logBytes = log.bytes
        }
        checkpointer.ring()
    }

    /// Begins the log anew where that is due; on a disk that is nearly full, gives back what its file took up. Waits for
    /// readers no longer than a moment: if one stays, the log may grow a little further before the next try.
    private func keepShort(_ log: LogGauge, on connection: borrowing Connection) {
        let free = free
        guard log.isTooLong(free: free) else { return }
        connection.waitForLocks(atMost: .milliseconds(25))
        let progress = try? connection.checkpoint(log.isShort(of: free) ? .truncate : .restart)
        connection.waitForLocks(atMost: recipe.options.patience)
        if progress?.isComplete == true { log.noteRestart() } else { log.noteFailure(free: self.free) }
        statistics.withLock { $0.logRestarts += 1 }
    }

    /// Bytes that are left on the disk.
    private var free: Int { freeBytes(onDiskOf: recipe.path) ?? .max }
}

extension BlockingQueue {
    /// Nothing waits and nothing will come.
    var isDrained: Bool { hasClosed && count == 0 }
}
