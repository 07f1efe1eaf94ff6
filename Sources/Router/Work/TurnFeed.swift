package import Lifecycle
import System

/// The words, thoughts and steps of a running turn so far. The turn writes it; any number of others read it, or wait for
/// what is new.
package final class TurnFeed: Sendable {
    private struct State {
        var snapshot = Snapshot()
        var lastActivity: MonotonicTime?
        /// Reached with the next change, where somebody waits for it.
        var change: Signpost?
    }

    private let clock: any WorkClock
    private let state: Lock<State>

    package init(by clock: any WorkClock = .steady) {
        self.clock = clock
        state = Lock(State())
    }

    /// The feed as it is now.
    package var snapshot: Snapshot { state.withLock { $0.snapshot } }

    /// Returns the feed as soon as it is newer than `revision`. nil when it will not be: the turn has ended, or the task that
    /// waits is cancelled. A reader that is slow misses revisions, never the last.
    package func snapshot(newerThan revision: Int) async -> Snapshot? {
        while true {
            let (snapshot, change) = state.withLock { state in
                guard state.snapshot.revision <= revision, !state.snapshot.isEnded else {
                    return (state.snapshot, Signpost?.none)
                }
                let change = state.change ?? Signpost()
                state.change = change
                return (state.snapshot, change)
            }
            guard let change else { return snapshot.revision > revision ? snapshot : nil }
            await change.wait()
            if Task.isCancelled { return nil }
        }
    }

    // MARK: What the turn writes

    /// Takes note of what the agent lets be known. What comes after the end is dropped.
    func note(_ event: TurnEvent) {
        noteActivity()
        write { $0.note(event) }
    }

    func end() { write { $0.end() } }

    /// Applies a change, which says whether it was one, and lets go of those who wait for it.
    private func write(_ change: (inout Snapshot) -> Bool) {
        let waiting = state.withLock { state -> Signpost? in
            guard !state.snapshot.isEnded, change(&state.snapshot) else { return nil }
            state.snapshot.revision += 1
            defer { state.change = nil }
            return state.change
        }
        waiting?.reach()
    }

    // MARK: Signs of life

    /// The moment at which the agent last showed that it lives, whether there was something to see in it or not; nil before the first.
    var lastActivity: MonotonicTime? { state.withLock { $0.lastActivity } }

    func noteActivity() {
        let now = clock.now
        state.withLock { $0.lastActivity = now }
    }
}
