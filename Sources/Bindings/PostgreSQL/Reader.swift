internal import System

/// A thread that reads. Each body sees one state of the database from its first statement to its last.
final class Reader: Sendable {
    private let attendant: Attendant
    private let requests: BlockingQueue<any Request>

    init(_ attendant: Attendant, _ requests: BlockingQueue<any Request>) {
        self.attendant = attendant
        self.requests = requests
    }

    /// Serves until the queue is closed and drained.
    func run() {
        while true {
            let one = requests.pop(max: 1)
            guard let request = one.first else { return attendant.drop() }
            request.answer(failure: failure(of: request))
        }
    }

    /// The reason why a body has no result, after every try that there was time for.
    private func failure(of request: any Request) -> (any Error)? {
        while true {
            guard let failure = attempt(request) else { return nil }
            guard let error = failure as? PostgresError, request.deadline > .now else { return failure }
            switch error.kind {
            case .again, .disconnected, .sick: if !attendant.pause(.milliseconds(1)) { return failure }
            case .ambiguous, .late, .full, .mistaken, .refused: return failure
            }
        }
    }

    private func attempt(_ request: any Request) -> (any Error)? {
        do {
            let link = try attendant.link(until: request.deadline)
            do {
                if !request.isRepeatable {
                    try link.connection.begin(.snapshot, attendant.options.settingsOfTransaction)
                }
                try request.perform(on: link.connection)
                if !request.isRepeatable { try link.connection.endReading() }
                return nil
            } catch {
                link.connection.rollBack()
                return error
            }
        } catch {
            return error
        }
    }
}
