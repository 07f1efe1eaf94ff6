package import Lifecycle
import System

/// A turn while it runs: where others say that it has to stop, and why.
package final class RunningTurn: Sendable {
    package enum StopReason: Sendable, Equatable {
        /// The server goes down.
        case draining
        case deadline(Duration)
        case silence(Duration)
        case cancelled(String)
        case leaseLost
    }

    private struct State {
        var reason: StopReason?
        var lastActivity = MonotonicTime.now
        var renewed = MonotonicTime.now
        var progress: String?
    }

    package let job: ClaimedJob
    private let state = Lock(State())
    /// Reached when the turn has to stop.
    package let stopped = Signpost()

    package init(_ job: ClaimedJob) { self.job = job }

    /// The first reason given, which is the one that counts.
    package var stopReason: StopReason? { state.withLock { $0.reason } }

    package func stop(_ reason: StopReason) {
        state.withLock { state in
            if state.reason == nil { state.reason = reason }
        }
        stopped.reach()
    }

    /// The agent has shown that it lives.
    func noteActivity() { state.withLock { $0.lastActivity = .now } }

    func note(progress: String) {
        state.withLock { $0.progress = String(progress.prefix(RunningTurn.longestProgress)) }
    }

    /// What the agent last said of where it stands.
    var progress: String? { state.withLock { $0.progress } }

    private static let longestProgress = 500

    func noteRenewal(at now: MonotonicTime) { state.withLock { $0.renewed = now } }

    /// Whether the lease was last renewed so long ago that somebody else may soon have it.
    func isFenced(at now: MonotonicTime) -> Bool {
        now.since(state.withLock { $0.renewed }) > LeaseKeeper.selfFence
    }

    var lastActivity: MonotonicTime { state.withLock { $0.lastActivity } }
}
