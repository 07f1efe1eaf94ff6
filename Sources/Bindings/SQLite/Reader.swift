internal import System

/// A thread that reads, on a connection which cannot write. Several share one queue.
///
/// Each body sees one state of the database from its first statement to its last, and only what was committed.
final class Reader: Sendable {
    private let requests: BlockingQueue<any Request>
    private let recipe: ConnectionRecipe

    init(_ recipe: ConnectionRecipe, requests: BlockingQueue<any Request>) {
        self.recipe = recipe
        self.requests = requests
    }

    /// Serves until the queue is closed and drained, on a new connection after the disk has failed.
    func run() {
        while !requests.isDrained {
            do {
                try serve(recipe.reader())
            } catch {
                for request in requests.pop(max: 1) { request.answer(failure: error) }
            }
        }
    }

    /// Ends with the queue, or when the connection is no longer to be trusted.
    private func serve(_ connection: borrowing Connection) {
        while true {
            let one = requests.pop(max: 1)
            guard let request = one.first else { return }
            let failure = perform(request, on: connection)
            request.answer(failure: failure)
            if (failure as? SQLiteError)?.kind == .ioError { return }
        }
    }

    private func perform(_ request: any Request, on connection: borrowing Connection) -> (any Error)? {
        do {
            try connection.run("BEGIN")
            let failure = request.perform(on: connection)
            connection.rollBack()
            return failure
        } catch {
            return error
        }
    }
}
