import System

extension ConversationMachine {
    /// Ends the turn of a job that runs. One that somebody wanted stopped is cancelled, however its turn ended.
    ///
    /// Needs the places, the first two open jobs (all, if the first is superseded), the questions of the job, and its signs of life.
    package mutating func settle(_ job: OpenJob, as settlement: Settlement) {
        if let session = settlement.session {
            // What the agent remembers of a turn that was stopped may be what a `/new` was to forget, but of its own epoch.
            record(.job(job.id, .remember(session, epoch: job.epoch)))
        }
        end(job, as: settlement)
    }

    /// A job that was there so often when the process went down is taken for the cause of it.
    package static let maxCrashes = 3

    /// Takes a job back whose worker went away silently, and raises the number of its lease: what that worker may still say changes
    /// nothing, and cannot be mistaken for what was said in time. It runs again, unless it has been there at too many crashes or its
    /// app wants it to fail. Needs what `settle` does.
    package mutating func takeBack(_ job: OpenJob, _ conduct: CrashConduct) {
        let crashes = job.crashes + 1
        var settlement: Settlement
        if crashes >= ConversationMachine.maxCrashes {
            settlement = Settlement(
                .failed, reason: "poison: the server went down \(crashes) times while this job ran",
                parts: conduct.failed,
                recallsSigns: conduct.recallsSigns)
        } else if conduct.fails {
            settlement = Settlement(
                .failed, reason: "the server had stopped, and on_crash says fail", parts: conduct.failed,
                recallsSigns: conduct.recallsSigns)
        } else {
            settlement = Settlement(.ready, reason: "the server had stopped", spendsAttempt: false)
        }
        settlement.whenStopped = conduct.stopped
        end(job, as: settlement, isTakenAway: true)
    }

    private mutating func end(_ job: OpenJob, as wanted: Settlement, isTakenAway: Bool = false) {
        let heir = job.cancel == Cancellation.superseded ? heir(of: job) : nil
        let settlement = settlement(of: job, heir, wanted)
        let isOver = settlement.state.isTerminal
        move(
            job, to: settlement.state, due: settlement.due, reason: settlement.reason,
            attempt: job.attempt - (settlement.spendsAttempt ? 0 : 1), isTakenAway: isTakenAway,
            heldUpSince: heldUpSince(job, settlement), agent: wanted.agent)
        note(job.id, settlement.state.rawValue, settlement.reason)
        if let heir { handOver(job, to: heir) }
        let recalls = isOver ? endSigns(of: job.id) : []
        endQuestions(
            of: job.id, as: job.cancel == nil ? .lapsed : .withdrawn, jobGoesOn: !isOver, afterCrash: isTakenAway)
        // The next try of a turn that failed counts its calls anew; one that was only interrupted goes on hearing them.
        if isOver || settlement.state == .waiting { record(.job(job.id, .forgetCalls)) }
        if settlement.forgetsText { record(.job(job.id, .forgetText)) }
        if isOver, heir == nil { noteEnd(of: job.id) }
        enqueue(settlement.notices, .control, job: job.id)
        enqueue(settlement.parts, .final, job: job.id)
        for kept in settlement.gives { give(kept, with: job.id) }
        if settlement.recallsSigns { enqueue(recalls, .final, job: job.id) }
        if let notice = settlement.notice { say(notice) }
        // An interrupted job keeps its conversation's place in the line.
        passPlaceOn(since: settlement.state == .ready ? nil : now)
    }

    /// An answer that had found no way out goes within that of another job. Its own delivery is of no use any more.
    private mutating func give(_ kept: KeptAnswer, with job: JobID) {
        record(.delivery(kept.delivery, .end(.dropped, SendReceipt(), reason: "given with the answer of \(job)")))
        note(kept.job, "given", "with the answer of \(job)")
    }

    /// Settles a job as its turn wants, unless somebody had it stopped.
    private func settlement(of job: OpenJob, _ heir: OpenJob?, _ wanted: Settlement) -> Settlement {
        switch job.cancel {
        case nil: wanted
        case Cancellation.superseded? where heir == nil:
            Settlement(.ready, reason: "the message that was to go with it is gone", spendsAttempt: false)
        case Cancellation.reduced?: Settlement(.ready, reason: job.cancel, spendsAttempt: false)
        case Cancellation.stopped?:
            Settlement(
                .cancelled, reason: job.cancel, parts: wanted.remains, notices: wanted.whenStopped,
                recallsSigns: wanted.recallsSigns)
        default:
            // Where another job takes the messages over, it answers them.
            Settlement(
                .cancelled, reason: job.cancel, parts: heir == nil ? wanted.remains : [],
                recallsSigns: wanted.recallsSigns)
        }
    }

    /// A turn that was only interrupted tells nothing of whether its agent is there.
    private func heldUpSince(_ job: OpenJob, _ settlement: Settlement) -> Timestamp? {
        switch settlement.state {
        case .waiting: settlement.isHeldUp ? job.heldUpSince ?? now : nil
        case .ready: job.heldUpSince
        case .running, .done, .failed, .cancelled: nil
        }
    }

    /// The job that is to answer a superseded one's messages: the next of the same session. There is none once somebody has
    /// dropped it.
    private func heir(of job: OpenJob) -> OpenJob? { jobs.first { $0.id != job.id && $0.epoch == job.epoch } }

    private mutating func handOver(_ job: OpenJob, to heir: OpenJob) {
        record(.job(heir.id, .takeMessages(of: job.id)))
        note(heir.id, "messages taken over", "from \(job.id)")
    }

    /// Drops the signs of life that have not gone, now that the job has ended; returns what takes back those that went, or
    /// are just going.
    mutating func endSigns(of job: JobID) -> [Part] {
        let ended = signs.filter { $0.job == job }
        for sign in ended where sign.isUnsent { drop(unsent: sign.delivery) }
        signs.removeAll { $0.job == job }
        return ended.filter { !$0.isUnsent }.compactMap { sign in
            sign.address.map { Part(to: $0, .recall(of: sign.delivery)) }
        }
    }
}
