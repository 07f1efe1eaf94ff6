internal import System

extension Database {
    static func startReaders(
        _ opening: Opening,
        _ reads: BlockingQueue<any Request>,
        _ checkpointer: Checkpointer
    ) -> [OSThread] {
        let readers = (0..<opening.recipe.options.readers).map { _ in
            let reader = Reader(opening.recipe, requests: reads)
            return OSThread(named: "sqlite-reader") {
                opening.wait()
                reader.run()
            }
        }
        let carrying = OSThread(named: "sqlite-checkpt") {
            opening.wait()
            checkpointer.run()
        }
        return readers + [carrying]
    }

    /// Queues `body` and waits for its value.
    static func hand<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value,
        to queue: BlockingQueue<any Request>, _ place: RequestPlace = .anywhere
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { caller in
            switch queue.push(PendingRequest(body, place, for: caller)) {
            case .accepted: break
            case .full: caller.resume(throwing: DatabaseUnavailable.full)
            case .closed: caller.resume(throwing: DatabaseUnavailable.closed)
            }
        }
    }
}
