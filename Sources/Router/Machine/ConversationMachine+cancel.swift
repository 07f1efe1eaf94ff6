extension ConversationMachine {
    // MARK: From the chat

    /// Begins the next session. Needs the open jobs.
    package mutating func beginEpoch() -> CommandResult {
        epoch += 1
        record(.epoch(epoch))
        return .newSession(waiting: jobs.count)
    }

    /// Cancels what waits, and has the turn that runs stopped. Needs the places, the open jobs, their questions and their signs
    /// of life.
    package mutating func stop() -> CommandResult {
        let waiting = jobs.filter { $0.state != .running }
        for job in waiting { cancel(job, as: .withdrawn, why: Cancellation.stopped) }
        // One that a newer message was to stop is stopped for good: its messages go nowhere.
        if let running, running.cancel == nil || running.cancel == Cancellation.superseded {
            requestStop(running, why: Cancellation.stopped)
            note(running.id, "told to stop", Cancellation.stopped)
            endQuestions(of: running.id, as: .withdrawn, jobGoesOn: false)
        }
        // One that has been told already still runs until its agent has ended.
        return .stopped(running: running != nil, waiting: waiting.count)
    }

    /// The job at that place of those that wait, from 1 on. Needs the open jobs.
    package func waitingJob(_ number: Int) -> OpenJob? {
        let waiting = jobs.filter { $0.state != .running }
        return waiting.indices.contains(number - 1) ? waiting[number - 1] : nil
    }

    /// Cancels a job that waits, as its sender wants it. Needs what `stop` does.
    package mutating func drop(_ job: OpenJob) { cancel(job, as: .withdrawn, why: Cancellation.stopped) }

    // MARK: By an operator

    /// Cancels a job that waits; has one that runs stopped. Its sender is told so. Throws where there is nothing to cancel.
    /// Needs what `stop` does; of a job that has ended, how.
    package mutating func cancel(
        _ job: JobID, endedAs ended: JobState?, why: String, notice: Part?
    ) throws(ControlRefusal) -> CancelResult {
        guard let open = jobs.first(where: { $0.id == job }) else {
            throw .notNow("\(job) is \(ended ?? .done): there is nothing to cancel")
        }
        if let reason = open.cancel { throw .notNow("\(job) has been told to stop already: \(reason)") }
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
