import Lifecycle
package import System

/// A clock that stands still until a test moves it on. What sleeps by it wakes when it comes to its moment, and nobody waits.
package final class ManualClock: WorkClock {
    private struct Sleeper {
        let moment: MonotonicTime
        let wake: Signpost
    }

    /// The wait for so many to sleep until a moment.
    private struct Expectation {
        let moment: MonotonicTime
        let count: Int
        let sleep: Signpost
    }

    private struct State {
        var now = MonotonicTime.now
        var sleepers: [Sleeper] = []
        var expected: [Expectation] = []

        /// Takes out those whose sleepers are there.
        mutating func satisfied() -> [Signpost] {
            let met = expected.filter { expected in
                sleepers.count { $0.moment == expected.moment } >= expected.count
            }
            expected.removeAll { expected in met.contains { $0.sleep === expected.sleep } }
            return met.map(\.sleep)
        }
    }

    private let state = Lock(State())

    package init() {}

    package var now: MonotonicTime { state.withLock { $0.now } }

    package func sleep(until moment: MonotonicTime) async throws {
        let wake = Signpost()
        let satisfied = state.withLock { state -> [Signpost] in
            guard moment > state.now else {
                wake.reach()
                return []
            }
            state.sleepers.append(Sleeper(moment: moment, wake: wake))
            return state.satisfied()
        }
        for post in satisfied { post.reach() }
        await wake.wait()
        state.withLock { $0.sleepers.removeAll { $0.wake === wake } }
        try Task.checkCancellation()
    }

    package func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            return state.sleepers.filter { $0.moment <= state.now }.map(\.wake)
        }
        for wake in due { wake.reach() }
    }

    /// Returns once so many sleep who are to wake `duration` from now.
    package func untilSomebodySleeps(for duration: Duration, count: Int = 1) async {
        let sleep = Signpost()
        let satisfied = state.withLock { state in
            state.expected.append(Expectation(moment: state.now.advanced(by: duration), count: count, sleep: sleep))
            return state.satisfied()
        }
        for post in satisfied { post.reach() }
        await sleep.wait()
    }

    /// Moves on by `duration` once somebody sleeps for exactly so long.
    package func advance(whenSomebodySleepsFor duration: Duration) async {
        await untilSomebodySleeps(for: duration)
        advance(by: duration)
    }
}
