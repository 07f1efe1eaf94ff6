import Router
import System
import TestSupport

/// A turn that is about to end, and what has to come of it by the words of `docs/job-states.md`.
struct ReferenceEnd {
    private let job: ReferenceJob
    private let conversation: ReferenceConversation
    private let place: Place?
    private let heir: ReferenceJob?
    private let identifiers: IdentifierSource

    init(of job: ReferenceJob, in conversation: ReferenceConversation, _ identifiers: IdentifierSource) {
        self.job = job
        self.conversation = conversation
        self.identifiers = identifiers
        place = conversation.place
        heir =
            job.cancel == Cancellation.superseded
            ? conversation.jobs.first { $0.id != job.id && $0.epoch == job.epoch } : nil
    }

    func check(_ wanted: Settlement, at now: Timestamp) throws {
        guard let ended = conversation.job(job.id) else { throw Unexpected("\(job.id) is gone") }
        try demand(ended.state == state(wanted), "\(job.id) is \(ended.state), not \(state(wanted))")
        try demand(ended.cancel == nil, "\(job.id) is still to stop")
        let isSpent = job.cancel == nil ? wanted.spendsAttempt : ended.state != .ready
        try demand(ended.attempt == job.attempt - (isSpent ? 0 : 1), "\(job.id) spent the wrong number of tries")
        if let heir {
            let numbers = conversation.job(heir.id)?.messages.map(\.number)
            try demand(
                numbers == (job.messages + heir.messages).map(\.number), "\(heir.id) did not take the messages over")
        }
        if ended.state == .ready, let place {
            try demand(conversation.place == .ready(since: place.at), "an interruption loses its place in the line")
        } else if ended.state.isTerminal, let next = conversation.jobs.first, next.state == .ready {
            try demand(conversation.place == .ready(since: now), "the next job does not begin its own wait")
        }
        try checkWords(wanted)
        try checkGiven(wanted)
    }

    /// Whoever had the job stopped gets nothing with it that was kept.
    private func checkGiven(_ wanted: Settlement) throws {
        for given in wanted.gives {
            let state = conversation.delivery(given.delivery)?.state
            try demand(
                state == (job.cancel == nil ? .dropped : .failed),
                "\(given.delivery), which is given, is \(state as Any)")
        }
    }

    private func state(_ wanted: Settlement) -> JobState {
        switch job.cancel {
        case nil: wanted.state
        case Cancellation.superseded? where heir == nil: .ready
        case Cancellation.reduced?: .ready
        default: .cancelled
        }
    }

    /// Whoever had the job stopped for good leaves what was shown of the answer.
    private var keepsRemains: Bool {
        job.cancel != Cancellation.superseded && job.cancel != Cancellation.reduced
    }

    /// The reply goes if nobody had the job stopped; who had hears that it has.
    private func checkWords(_ wanted: Settlement) throws {
        var before = identifiers
        let least = before.next(at: IdentifierSource.time(of: 0))
        let new = conversation.outgoing.filter { $0.id.number >= least && $0.part.body.kind == .message }
        let replies = new.filter { $0.kind == .final }.map(\.part)
        let notices = new.filter { $0.kind == .control }.map(\.part)
        let owedReplies = job.cancel == nil ? wanted.parts : keepsRemains ? wanted.remains : []
        try demand(replies == owedReplies, "the reply of \(job.id) is \(replies)")
        let owed =
            switch job.cancel {
            case nil: wanted.notices
            case Cancellation.stopped?: wanted.whenStopped
            default: [Part]()
            }
        try demand(owed.allSatisfy(notices.contains), "of what is to be said of \(job.id) only \(notices) is")
    }
}
