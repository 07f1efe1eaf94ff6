internal import System

/// The thread that carries the write-ahead log over into the file while the writer goes on.
///
/// It sleeps until something was committed, gathers for an interval, and does what can be done without waiting for
/// anybody. Alone it cannot keep the log short under load: see `Writer`, which begins the log anew at its limit.
final class Checkpointer: Sendable {
    private let recipe: ConnectionRecipe
    private let statistics: Lock<DatabaseStatistics>
    /// Holds one element while something new is in the log.
    private let bell = BlockingQueue<Void>(capacity: 1)
    /// Holds nothing; closed when it is time to end.
    private let closing = BlockingQueue<Void>(capacity: 1)

    init(_ recipe: ConnectionRecipe, statistics: Lock<DatabaseStatistics>) {
        self.recipe = recipe
        self.statistics = statistics
    }

    /// Says that the log has grown.
    func ring() { _ = bell.push(()) }

    func close() {
        bell.close()
        closing.close()
    }

    func run() {
        while !bell.hasClosed {
            do {
                try serve(recipe.writer())
            } catch {
                fail(error)
                _ = closing.pop(max: 1, waitingAtMost: .seconds(1))
            }
        }
    }

    private func serve(_ connection: borrowing Connection) throws {
        while !bell.pop(max: 1).isEmpty {
            _ = closing.pop(max: 1, waitingAtMost: recipe.options.checkpointInterval)
            if closing.hasClosed { return }
            do {
                _ = try connection.checkpoint(.passive)
                statistics.withLock { $0.checkpoints += 1 }
            } catch {
                // Busy means that the writer is at it.
                guard error.kind == .busy else { throw error }
            }
        }
    }

    /// A log that stays where it is loses nothing; it is the operator who has to know.
    private func fail(_ error: any Error) {
        statistics.withLock {
            $0.failedCheckpoints += 1
            $0.checkpointFailure = "\(error)"
        }
    }
}
