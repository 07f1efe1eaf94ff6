package import WeCom

extension ConversationMachine {
    /// A job that has ended, as a retry sees it.
    package struct EndedJob: Sendable, Equatable {
        package let id: JobID
        package let state: JobState
        /// The job that retries it already.
        package let retriedAs: JobID?
        /// Those who wrote its messages. There may be none any more: they have gone to a later job.
        package let senders: Set<UserID>
        /// The member of a group whose own session it belonged to.
        package let member: UserID?

        package init(
            _ id: JobID, _ state: JobState, retriedAs: JobID?, senders: Set<UserID>, member: UserID? = nil
        ) {
            self.id = id
            self.state = state
            self.retriedAs = retriedAs
            self.senders = senders
            self.member = member
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

    /// Makes a new job of the messages of the one that ended last, however it did, if they are all the caller's. It is answered at
    /// the address of the request: the ways to answer the first message may be gone. Needs the places, the own sessions, that
    /// job, and the number of open jobs.
    package mutating func retryLast(
        _ job: EndedJob?, for caller: UserID? = nil, answeredAt address: ReplyAddress? = nil
    ) -> LastRetry {
        guard let job, job.isWhole(of: caller) else { return .nothing }
        if isFull { return .full }
        guard job.retriedAs == nil, let new = copy(job) else { return .nothing }
        if let address { record(.job(new, .readdress(address))) }
        note(job.id, "retried", "as \(new), as its sender wanted")
        note(new, "made", "a retry of \(job.id)")
        return .made(new)
    }

    /// Makes a new job of the messages of one that failed or was cancelled, as an operator wants it. Needs the places
    /// and the own sessions.
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
        guard !job.senders.isEmpty else { return nil }
        let session = current ?? beginSession()
        let new = JobID(identifiers.next(at: now))
        record(.job(new, .copy(of: job.id, epoch: session, member: own.member)))
        jobs.append(OpenJob(new, epoch: session, member: own.member))
        if place == nil { place = .ready(since: now) }
        return new
    }
}

extension ConversationMachine.EndedJob {
    /// True if nobody but the caller wrote what it answered.
    func isWhole(of caller: UserID?) -> Bool { JobShare(of: caller, among: senders) == .all }
}
