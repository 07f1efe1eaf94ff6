package import System

/// A point that is reached once and stays reached. Any number of tasks may wait for it; a cancelled one waits no longer.
package final class Signpost: Sendable {
    private struct State {
        var reachedAt: MonotonicTime?
        var isReached: Bool { reachedAt != nil }
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var calls: [@Sendable () -> Void] = []
    }

    private let state = Lock(State())

    package init() {}

    package var isReached: Bool { state.withLock { $0.isReached } }

    /// The moment at which it was first reached.
    package var reachedAt: MonotonicTime? { state.withLock { $0.reachedAt } }

    package func reach() {
        let (waiters, calls) = state.withLock { state in
            if !state.isReached { state.reachedAt = .now }
            defer { (state.waiters, state.calls) = ([:], []) }
            return (Array(state.waiters.values), state.calls)
        }
        for waiter in waiters { waiter.resume() }
        for call in calls { call() }
    }

    /// Calls `body` when the point is reached, on the thread of whoever reaches it; at once if it is reached already. It costs
    /// far less than a task that waits.
    package func whenReached(_ body: @escaping @Sendable () -> Void) {
        let isOver = state.withLock { state in
            if !state.isReached { state.calls.append(body) }
            return state.isReached
        }
        if isOver { body() }
    }

    /// Returns when the point is reached, even if the task is cancelled.
    package func waitThroughCancellation() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.isReached { return true }
                state.nextWaiter += 1
                state.waiters[state.nextWaiter] = continuation
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// Returns when the point is reached, or when the task is cancelled.
    package func wait() async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isReached || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }
}
