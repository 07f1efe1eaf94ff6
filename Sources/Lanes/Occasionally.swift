import System

/// Lets something be told once in a while, with how often it happened since it was last told.
final class Occasionally: Sendable {
    private struct State {
        var next: MonotonicTime?
        var count = 0
    }

    private let interval: Duration
    private let state = Lock(State())

    init(every interval: Duration) { self.interval = interval }

    /// Counts one; the count so far if it is time to tell.
    func tell(at now: MonotonicTime = .now) -> Int? {
        state.withLock { state in
            state.count += 1
            if let next = state.next, now < next { return nil }
            defer { state.count = 0 }
            state.next = now.advanced(by: interval)
            return state.count
        }
    }
}
