import Text
package import WeCom

extension ConversationMachine {
    // MARK: From the chat

    /// Begins the next session. Counts the messages of the caller's that wait in those before. Needs the open jobs and the own
    /// sessions.
    package mutating func beginEpoch(for caller: UserID? = nil) -> CommandResult {
        _ = beginSession()
        return .newSession(waiting: jobs(of: caller).count)
    }

    /// Cancels what waits of the caller's, and has the turn stopped that runs for them. Needs the places, the open jobs, their
    /// questions and their signs of life.
    package mutating func stop(for caller: UserID? = nil) -> CommandResult {
        let waiting = waitingJobs(of: caller)
        for job in waiting { drop(job, for: caller) }
        let share = running?.share(of: caller) ?? .none
        if let running, share != .none { stop(running, share, for: caller) }
        // One that has been told already still runs until its agent has ended.
        return .stopped(
            running: share != .none, waiting: waiting.count, others: running != nil && share == .none)
    }

    private mutating func stop(_ running: OpenJob, _ share: JobShare, for caller: UserID?) {
        if share == .some {
            takeOut(caller, of: running)
            // The others' messages are answered without: the turn begins again.
            if running.cancel == nil { requestStop(running, why: Cancellation.reduced) }
        } else if running.cancel.map(Cancellation.keepsMessages) ?? true {
            requestStop(running, why: Cancellation.stopped)
            note(running.id, "told to stop", Cancellation.stopped)
            endQuestions(of: running.id, as: .withdrawn, jobGoesOn: false)
        }
    }

    /// Cancels a job that waits, as its sender wants it; one with messages of others goes on without theirs. Needs what `stop` does.
    package mutating func drop(_ job: OpenJob, for caller: UserID? = nil) {
        if job.share(of: caller) == .some {
            takeOut(caller, of: job)
        } else {
            cancel(job, as: .withdrawn, why: Cancellation.stopped)
        }
    }

    private mutating func takeOut(_ caller: UserID?, of job: OpenJob) {
        guard let caller else { return }
        record(.job(job.id, .dropMessages(of: caller)))
        note(job.id, "messages taken out", Cancellation.stopped)
        if let index = jobs.firstIndex(where: { $0.id == job.id }) { jobs[index].senders.remove(caller) }
    }

    // MARK: By an operator

    /// Cancels a job that waits; has one that runs stopped. Its sender is told so. Throws where there is nothing to cancel.
    /// Needs what `stop` does; of a job that has ended, how.
    package mutating func cancel(
        _ job: JobID, endedAs ended: JobState?, why: String, notice: Part?
    ) throws(ControlRefusal) -> CancelResult {
        guard let open = jobs.first(where: { $0.id == job }) else {
            throw .notNow("\(job) is \(ended ?? .done): there is nothing to cancel")
        }
        if let reason = open.cancel, !reason.isSame(as: Cancellation.reduced) {
            throw .notNow("\(job) has been told to stop already: \(reason)")
        }
        if let notice { enqueue(notice, .control, job: job) }
        if open.state == .running {
            requestStop(open, why: why)
            note(job, "told to stop", why, by: TimeLineEntry.operator)
            return .stopping
        }
        cancel(open, as: .lapsed, why: why, by: TimeLineEntry.operator)
        return .cancelled
    }

    /// Ends a job that waits.
    private mutating func cancel(
        _ job: OpenJob, as ending: QuestionEnding, why: String, by who: String? = nil
    ) {
        move(job, to: .cancelled, reason: why)
        note(job.id, JobState.cancelled.rawValue, why, by: who)
        enqueue(endSigns(of: job.id), .final, job: job.id)
        endQuestions(of: job.id, as: ending, jobGoesOn: false)
        record(.job(job.id, .forgetCalls))
        noteEnd(of: job.id)
        passPlaceOn(since: now)
    }
}
