package import System

/// A clock that work goes by: its leases, limits and waits. `SteadyClock` is the machine's; a test has one that it moves.
package protocol WorkClock: Sendable {
    var now: MonotonicTime { get }

    /// Returns when the clock has come to `moment`. Throws `CancellationError` when the task is cancelled before.
    func sleep(until moment: MonotonicTime) async throws
}

extension WorkClock {
    /// The moment as the store knows it.
    package var timestamp: Timestamp { .steady(at: now) }

    package func sleep(for duration: Duration) async throws { try await sleep(until: now.advanced(by: duration)) }
}

/// The clock of the machine that never jumps.
package struct SteadyClock: WorkClock {
    package init() {}

    package var now: MonotonicTime { .now }

    package func sleep(until moment: MonotonicTime) async throws {
        // Tasks sleep by a clock that goes on while the machine is suspended; this one does not.
        repeat { try await Task.sleep(for: max(.zero, moment.since(now))) } while now < moment
    }
}

extension WorkClock where Self == SteadyClock {
    package static var steady: SteadyClock { SteadyClock() }
}
