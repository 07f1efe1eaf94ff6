internal import System

extension Database {
    static func startReaders(
        _ recipe: ConnectionRecipe,
        _ reads: BlockingQueue<any Request>,
        _ checkpointer: Checkpointer
    ) -> [OSThread] {
        let readers = (0..<recipe.options.readers).map { _ in
            let reader = Reader(recipe, requests: reads)
            return OSThread(named: "sqlite-reader") { reader.run() }
        }
        return readers + [OSThread(named: "sqlite-checkpt") { checkpointer.run() }]
    }

    /// Queues `body` and waits for its value.
    static func hand<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value,
        to queue: BlockingQueue<any Request>
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { caller in
            switch queue.push(PendingRequest(body, for: caller)) {
            case .accepted: break
            case .full: caller.resume(throwing: DatabaseUnavailable.full)
            case .closed: caller.resume(throwing: DatabaseUnavailable.closed)
            }
        }
    }
}
