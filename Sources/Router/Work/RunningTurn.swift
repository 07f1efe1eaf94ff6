import Lifecycle
package import System

/// A turn while it runs: what it has come to, what it asks, and whether and why it has to stop.
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
        var stopReason: StopReason?
        var heldSince: MonotonicTime
        var isAbandoned = false
        var saidBack = false
    }

    package let job: ClaimedJob
    package let feed: TurnFeed
    let questions: TurnQuestions
    let clock: any WorkClock
    /// Reached when the turn has ended or has to stop.
    let isOver = Signpost()
    /// Its agent has called.
    let called = Wakeup()
    /// The moment before its job was claimed.
    package let begunAt: MonotonicTime
    private let leases: LeaseLimits
    private let state: Lock<State>

    /// `heldSince`: the moment before its job was claimed.
    init(_ job: ClaimedJob, heldSince: MonotonicTime, leases: LeaseLimits, by clock: any WorkClock) {
        self.job = job
        self.clock = clock
        self.leases = leases
        begunAt = heldSince
        feed = TurnFeed(by: clock)
        questions = TurnQuestions(of: feed, by: clock)
        state = Lock(State(heldSince: heldSince))
    }

    /// The first reason given, which is the one that counts.
    package var stopReason: StopReason? { state.withLock { $0.stopReason } }

    package func stop(_ reason: StopReason) {
        state.withLock { state in
            if state.stopReason == nil { state.stopReason = reason }
        }
        isOver.reach()
    }

    /// True while a person is asked something, and has not answered.
    package var asks: Bool { questions.areOpen }

    /// The moment of the last sign of life of the agent; nil before the first. While a person is asked, it need not give any.
    package var lastActivity: MonotonicTime? { questions.areOpen ? clock.now : feed.lastActivity }

    /// Its agent did not end when it was stopped, and is no longer waited for.
    var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    /// Its person has heard that the agent is there again.
    var saidBack: Bool { state.withLock { $0.saidBack } }

    func noteSaidBack() { state.withLock { $0.saidBack = true } }

    func noteAbandoned() { state.withLock { $0.isAbandoned = true } }

    // MARK: Its lease

    /// The lease was renewed by what was begun at `moment`.
    func noteRenewal(begunAt moment: MonotonicTime) { state.withLock { $0.heldSince = moment } }

    /// The moment at which the lease has to be given up unless it is renewed before: somebody else may soon have the job.
    var fence: MonotonicTime { state.withLock { $0.heldSince }.advanced(by: leases.fence) }
}
