internal import System

/// Tells those who wait that a thread is about to end.
final class Ending: Sendable {
    private struct State {
        var hasArrived = false
        var hasJoiner = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Lock(State())

    /// True for the one who is to join the thread.
    func wait() async -> Bool {
        await withCheckedContinuation { caller in
            let isLate = state.withLock { state in
                if !state.hasArrived { state.waiting.append(caller) }
                return state.hasArrived
            }
            if isLate { caller.resume() }
        }
        return state.withLock { state in
            defer { state.hasJoiner = true }
            return !state.hasJoiner
        }
    }

    func arrive() {
        let waiting = state.withLock { state in
            state.hasArrived = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for caller in waiting { caller.resume() }
    }
}
