extension ConversationMachine {
    /// A job that has ended, as a retry sees it.
    package struct EndedJob: Sendable, Equatable {
        package let id: JobID
        package let state: JobState
        /// The job that retries it already.
        package let retriedAs: JobID?
        /// They may have gone to a later job.
        package let hasMessages: Bool

        package init(_ id: JobID, _ state: JobState, retriedAs: JobID?, hasMessages: Bool) {
            self.id = id
            self.state = state
            self.retriedAs = retriedAs
            self.hasMessages = hasMessages
        }
    }

    /// The result of a sender's request to have the last message answered once more.
    package enum LastRetry: Sendable, Equatable {
        case made(JobID)
        /// The queue has as many jobs as it may.
        case full
        /// The last message is gone, or is retried already.
        case nothing
    }

    /// Makes a new job of the messages of the one that ended last, however it did. It is answered at the address of the request:
    /// the ways to answer the first message may be gone. Needs the places, that job, and the number of open jobs.
    package mutating func retryLast(_ job: EndedJob?, answeredAt address: ReplyAddress? = nil) -> LastRetry {
        guard let job else { return .nothing }
        if isFull { return .full }
        guard job.retriedAs == nil, let new = copy(job) else { return .nothing }
        if let address { record(.job(new, .readdress(address))) }
        note(job.id, "retried", "as \(new), as its sender wanted")
        note(new, "made", "a retry of \(job.id)")
        return .made(new)
    }

    /// Makes a new job of the messages of one that failed or was cancelled, as an operator wants it. Needs the places.
    package mutating func retry(_ job: EndedJob) throws(ControlRefusal) -> JobID {
        guard job.state == .failed || job.state == .cancelled else {
            throw .notNow("\(job.id) is \(job.state): what has failed or was cancelled can be retried")
        }
        if let earlier = job.retriedAs { throw .notNow("\(job.id) was retried already, as \(earlier)") }
        guard let new = copy(job) else {
            throw .notNow("\(job.id) has no messages any more: a later job answers them")
        }
        note(job.id, "retried", "as \(new)", by: TimeLineEntry.operator)
        note(new, "made", "a retry of \(job.id)", by: TimeLineEntry.operator)
        return new
    }

    /// A new job behind whatever waits, in the session that is current.
    private mutating func copy(_ job: EndedJob) -> JobID? {
        guard job.hasMessages else { return nil }
        let new = JobID(identifiers.next(at: now))
        record(.job(new, .copy(of: job.id, epoch: epoch)))
        jobs.append(OpenJob(new, epoch: epoch))
        if place == nil { place = .ready(since: now) }
        return new
    }
}
