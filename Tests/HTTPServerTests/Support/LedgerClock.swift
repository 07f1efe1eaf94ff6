import System

/// A clock for the budgets of clients, which goes on only when it is told to.
final class LedgerClock: Sendable {
    private let state = Lock((now: MonotonicTime.now, reads: 0))

    /// The number of times that somebody has looked at it.
    var reads: Int { state.withLock { $0.reads } }

    func read() -> MonotonicTime {
        state.withLock { state in
            state.reads += 1
            return state.now
        }
    }

    func advance(by duration: Duration) { state.withLock { $0.now = $0.now.advanced(by: duration) } }
}
