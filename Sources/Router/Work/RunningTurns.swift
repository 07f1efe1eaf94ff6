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

    /// The turn of a job, if it runs here.
    subscript(_ job: JobID) -> RunningTurn? { turns.withLock { $0[job] } }

    /// The agent of a job has called.
    package func noteCall(about job: JobID) { self[job]?.called.signal() }

    /// What the agent of a job last said of where it stands.
    package func progress(of job: JobID) -> String? { self[job]?.progress }

    package var all: [RunningTurn] { turns.withLock { Array($0.values) } }

    /// The number that run, by app.
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
