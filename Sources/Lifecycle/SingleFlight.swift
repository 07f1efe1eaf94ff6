import System

/// Work that is done once for all who ask for it while it is under way, by a key.
///
/// A caller that is cancelled ends the work, so that nothing outlasts our stop; the others look again at what they need.
package final class SingleFlight<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// Nil is the end of work that somebody who waited for it gave up.
    private let underWay = Lock<[Key: Task<Value?, Never>]>([:])

    package init() {}

    /// The value that the work under way brings, or begins `work`. Nil when a caller gave it up, be it this one or another.
    package func run(_ key: Key, _ work: @escaping @Sendable () async -> Value) async -> Value? {
        let task = underWay.withLock { tasks in
            if let task = tasks[key] { return task }
            // Unstructured: it belongs to all who wait, and each of them ends it.
            let task = Task { await self.finish(key, work) }
            tasks[key] = task
            return task
        }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func finish(_ key: Key, _ work: @Sendable () async -> Value) async -> Value? {
        let value = await work()
        let isGivenUp = Task.isCancelled
        underWay.withLock { $0[key] = nil }
        return isGivenUp ? nil : value
    }
}
