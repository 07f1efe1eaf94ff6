internal import System

/// The thread that writes: what has gathered goes into one transaction, and is answered when that is durable.
///
/// It never waits for more to come. While one commit is on its way to the disk the next batch gathers by itself.
final class Writer: Sendable {
    let requests: BlockingQueue<any Request>
    let statistics: Lock<DatabaseStatistics>

    private let opening: Opening
    private let checkpointer: Checkpointer
    private var recipe: ConnectionRecipe { opening.recipe }

    init(_ opening: Opening, checkpointer: Checkpointer, statistics: Lock<DatabaseStatistics>) {
        self.opening = opening
        self.checkpointer = checkpointer
        self.statistics = statistics
        requests = BlockingQueue(capacity: opening.recipe.options.waiting)
    }

    /// Serves until the queue is closed and drained. A connection whose disk has failed is replaced before anything
    /// else is answered: what it believes to be in the file may not be.
    ///
    /// There is no first one where the file could not be opened yet. `stopOthers` ends the threads that use the file as well,
    /// so that the log can be carried over to its end.
    func run(first: consuming Connection?, stopOthers: () -> Void) {
        if let first { return run(first, stopOthers) }
        guard let opened = opened() else { return stopOthers() }
        run(opened, stopOthers)
    }

    private func run(_ first: consuming Connection, _ stopOthers: () -> Void) {
        var connection = first
        while !serve(connection) {
            // The old one stays open until the new one is: with the last that is closed the log would go.
            guard let next = opened() else { return stopOthers() }
            connection = next
        }
        finish(connection, stopOthers)
    }

    /// A new connection, as soon as there can be one; what asks until then is told why there is none. nil once nothing asks any
    /// more.
    private func opened() -> Connection? {
        while !requests.isDrained {
            do {
                return try opening.writer()
            } catch {
                for request in requests.pop(max: recipe.options.batch) { request.answer(failure: error) }
            }
        }
        return nil
    }

    private func finish(_ connection: borrowing Connection, _ stopOthers: () -> Void) {
        stopOthers()
        _ = try? connection.checkpoint(.truncate)
    }

    /// Serves batch by batch; true at the end of the queue, false when the connection is no longer to be trusted.
    private func serve(_ connection: borrowing Connection) -> Bool {
        let log = LogGauge(on: connection, limit: recipe.options.logLimit)
        defer { log.detach(from: connection) }
        while true {
            let all = requests.pop(max: recipe.options.batch)
            if all.isEmpty { return true }
            let batch = refuseDisplaced(all)
            if batch.isEmpty { continue }
            keepShort(log, on: connection)
            let failure = commit(batch, on: connection, log)
            answer(batch, failure)
            if (failure as? SQLiteError)?.kind == .ioError { return false }
        }
    }

    /// The requests that may be written although the path leads elsewhere, if it does.
    private func refuseDisplaced(_ batch: [any Request]) -> [any Request] {
        guard batch.contains(where: { $0.place == .inPlace }), let displaced = opening.displaced else { return batch }
        for request in batch where request.place == .inPlace { request.answer(failure: displaced) }
        return batch.filter { $0.place == .anywhere }
    }

    /// Looks once more where the path leads: the file may have gone while the disk worked.
    private func answer(_ batch: [any Request], _ failure: (any Error)?) {
        let displaced = batch.contains { $0.place == .inPlace } ? opening.displaced : nil
        for request in batch { request.answer(failure: failure ?? (request.place == .inPlace ? displaced : nil)) }
    }

    /// One transaction around all of them; the error that undid it.
    private func commit(_ batch: [any Request], on connection: borrowing Connection, _ log: LogGauge) -> (any Error)? {
        do {
            try connection.run("BEGIN IMMEDIATE")
            if try !performTogether(batch, on: connection) {
                try connection.run("ROLLBACK")
                try connection.run("BEGIN IMMEDIATE")
                for request in batch { try performApart(request, on: connection) }
            }
            let start = MonotonicTime.now
            try connection.run("COMMIT")
            note(batch, took: MonotonicTime.now.since(start), log)
            return nil
        } catch {
            connection.rollBack()
            if !(error is Rehearsed) { statistics.withLock { $0.failedBatches += 1 } }
            return error
        }
    }

    /// Runs the bodies without a savepoint around each: SQLite would copy every page that a body is the first to change. False if
    /// one failed behind a change of its own: then all have to run once more, each apart. Throws when the transaction is lost.
    private func performTogether(_ batch: [any Request], on connection: borrowing Connection) throws -> Bool {
        for request in batch {
            let before = connection.changes
            guard let failure = request.perform(on: connection) else { continue }
            guard batch.count > 1, connection.isInTransaction else { throw failure }
            if connection.changes != before { return false }
        }
        return true
    }

    /// Runs one body so that its failure undoes nothing but itself. Throws when the whole transaction is lost: SQLite
    /// ends it by itself when the disk is full or failing.
    private func performApart(_ request: any Request, on connection: borrowing Connection) throws {
        try connection.run("SAVEPOINT body")
        if let failure = request.perform(on: connection) {
            guard connection.isInTransaction else { throw failure }
            try connection.run("ROLLBACK TO body")
        }
        try connection.run("RELEASE body")
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
    /// True if nothing waits and nothing will come.
    var isDrained: Bool { hasClosed && count == 0 }
}
