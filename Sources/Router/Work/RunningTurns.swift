import System

/// The turns that run in this process: what claims count and what stops are aimed at.
package final class RunningTurns: Sendable {
    private let turns = Lock<[JobID: RunningTurn]>([:])

    package init() {}

    /// Counts a job as running from the moment it is claimed.
    func announce(_ job: ClaimedJob) { _ = begin(job) }

    /// The turn of a claimed job.
    func begin(_ job: ClaimedJob) -> RunningTurn {
        turns.withLock { turns in
            if let known = turns[job.lease.job], known.job.lease == job.lease { return known }
            let turn = RunningTurn(job)
            turns[job.lease.job] = turn
            return turn
        }
    }

    func end(_ turn: RunningTurn) {
        turns.withLock { turns in
            if turns[turn.job.lease.job] === turn { turns[turn.job.lease.job] = nil }
        }
    }

    package var all: [RunningTurn] { turns.withLock { Array($0.values) } }

    /// How many run, by app.
    var countByApp: [AppKey: Int] {
        all.reduce(into: [:]) { $0[$1.job.conversation.app, default: 0] += 1 }
    }

    var haveSuspect: Bool { all.contains { $0.job.crashes >= ClaimRules.suspectCrashes } }

    func stop(_ lease: Lease, _ reason: RunningTurn.StopReason) {
        let turn = turns.withLock { $0[lease.job] }
        guard let turn, turn.job.lease == lease else { return }
        turn.stop(reason)
    }
}
