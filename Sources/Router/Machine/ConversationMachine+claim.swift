import System

extension ConversationMachine {
    /// The result of taking a job of this conversation.
    package enum Claim: Sendable, Equatable {
        case leased(OpenJob)
        /// Later, or there is none.
        case none
    }

    /// Makes ready what was to wait until now: the conversation, and its first job if that waits for its next try.
    /// Needs the places and the first of the open jobs.
    package mutating func comeDue() {
        guard case .due(let at) = place, at <= now else { return }
        place = .ready(since: at)
        guard let first = jobs.first, first.state == .waiting, first.due.map({ $0 <= now }) ?? true else { return }
        (jobs[0].state, jobs[0].due) = (.ready, nil)
        record(.job(first.id, .makeReady))
        note(first.id, "ready", "its next try is due")
    }

    /// Leases the first open job to `owner`. Needs the places and that job.
    package mutating func claim(for owner: String, lasting length: Duration, takesSuspect: Bool) -> Claim {
        guard let first = jobs.first else {
            // The place is a leftover; without it the next message makes a right one.
            place = nil
            return .none
        }
        if let later = postponement(of: first, takesSuspect: takesSuspect) {
            place = .due(at: later)
            return .none
        }
        place = .taken(since: place?.at ?? now)
        guard first.state == .ready else { return .none }
        (jobs[0].state, jobs[0].attempt, jobs[0].lease) = (.running, first.attempt + 1, first.lease + 1)
        record(.job(first.id, .lease(jobs[0], owner: owner, until: now.advanced(by: length))))
        note(first.id, JobState.running.rawValue)
        return .leased(jobs[0])
    }

    /// The time until when a job is put off that is not to run now.
    private func postponement(of job: OpenJob, takesSuspect: Bool) -> Timestamp? {
        if job.state == .waiting { return job.due ?? now }
        if job.crashes >= ClaimRules.suspectCrashes, !takesSuspect { return now.advanced(by: .seconds(1)) }
        return nil
    }
}
