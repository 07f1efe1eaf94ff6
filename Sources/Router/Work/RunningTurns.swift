package import Lifecycle
package import System

/// The turns that run in this process: what claims count and what stops are aimed at. It keeps the clock that all of them go
/// by, and how long their leases last.
package final class RunningTurns: Sendable {
    let clock: any WorkClock
    let leases: LeaseLimits
    private let turns = Lock<[JobID: RunningTurn]>([:])

    package init(by clock: any WorkClock = .steady, leases: LeaseLimits = LeaseLimits()) {
        self.clock = clock
        self.leases = leases
    }

    /// Counts a job as running from the moment it is claimed. `heldSince` is the moment before that.
    func announce(_ job: ClaimedJob, heldSince: MonotonicTime) { _ = begin(job, heldSince: heldSince) }

    /// The turn of a claimed job.
    func begin(_ job: ClaimedJob) -> RunningTurn { begin(job, heldSince: clock.now) }

    private func begin(_ job: ClaimedJob, heldSince: MonotonicTime) -> RunningTurn {
        turns.withLock { turns in
            if let known = turns[job.lease.job], known.job.lease == job.lease { return known }
            let turn = RunningTurn(job, heldSince: heldSince, leases: leases, by: clock)
            turns[job.lease.job] = turn
            return turn
        }
    }

    func end(_ turn: RunningTurn) {
        turns.withLock { turns in
            if turns[turn.job.lease.job] === turn { turns[turn.job.lease.job] = nil }
        }
        turn.feed.end()
    }

    /// The turn of a job, if it runs here.
    subscript(_ job: JobID) -> RunningTurn? { turns.withLock { $0[job] } }

    /// The agent of a job has called.
    package func noteCall(about job: JobID) { self[job]?.called.signal() }

    /// Finds what the turn of a job has come to, if it runs here, and by a lease that nobody else can have.
    package func feed(of job: JobID) -> TurnFeed? { self[job].flatMap { clock.now < $0.fence ? $0.feed : nil } }

    /// The moment, by the clock of turns.
    package var now: MonotonicTime { clock.now }

    package var all: [RunningTurn] { turns.withLock { Array($0.values) } }

    /// The number that run, by app.
    ///
    /// Per process: where several share a store, an app's limit holds for all of them only once claims count there.
    var countByApp: [Endpoint: Int] {
        all.reduce(into: [:]) { $0[$1.job.conversation.endpoint, default: 0] += 1 }
    }

    var haveSuspect: Bool { all.contains { $0.job.crashes >= ClaimRules.suspectCrashes } }

    func stop(_ lease: Lease, _ reason: RunningTurn.StopReason) {
        let turn = turns.withLock { $0[lease.job] }
        guard let turn, turn.job.lease == lease else { return }
        turn.stop(reason)
    }
}
