import System

extension ConversationMachine {
    /// The fate of a message that is to be answered.
    private enum Admission {
        /// A job of its own.
        case own
        /// A part of one that waits already.
        case joins(OpenJob)
        case refused
    }

    /// Takes a message in that is to be answered, as the job of that number if it becomes one of its own. `isTooFast`: its sender
    /// has sent as many within a minute as they may.
    ///
    /// Needs the places and the own sessions; unless there is no place, the number of open jobs; and for a request that joins others
    /// the first and the last of them, with the numbers of their messages. Where it refuses, when the person last heard so.
    package mutating func accept(_ request: JobRequest, as job: JobID, isTooFast: Bool = false) -> Effect {
        if isTooFast { return refuse(request) }
        if place != nil, request.whileBusy == .interrupt { supersedeRunning() }
        switch admission(of: request) {
        case .joins(let joined):
            record(.job(joined.id, .addMessage))
            note(joined.id, "message added")
            if let index = jobs.firstIndex(where: { $0.id == joined.id }) { jobs[index].messages += 1 }
            return .appended(joined.id)
        case .refused: return refuse(request)
        case .own:
            if place == nil {
                let window = request.mergeWindow
                place = window > .zero ? .due(at: now.advanced(by: window)) : .ready(since: now)
            }
            let session = current ?? beginSession()
            record(.job(job, .add(epoch: session, member: own.member)))
            jobs.append(OpenJob(job, epoch: session, member: own.member))
            return .job(job)
        }
    }

    /// True for a message that would be refused, for which `heard` has to be known.
    package func refuses(_ request: JobRequest, isTooFast: Bool = false) -> Bool {
        if isTooFast { return true }
        return if case .refused = admission(of: request) { true } else { false }
    }

    /// Acknowledges a message that is not queued.
    private mutating func refuse(_ request: JobRequest) -> Effect { notice(request.refusal) }

    /// Says a notice, or leaves it to the answer to what gave cause for it: nothing comes of that cause where it was heard lately.
    package mutating func notice(_ notice: Notice) -> Effect {
        guard notice.isAnswer else {
            say(notice)
            return .notice(notice.kind)
        }
        return hear(notice) ? .notice(notice.kind) : .nothing(.counted)
    }

    private func admission(of request: JobRequest) -> Admission {
        guard place != nil else { return .own }
        if let last = jobToJoin(request) {
            let inherited = running?.cancel == Cancellation.superseded ? running?.messages ?? 0 : 0
            return last.messages + inherited < Submission.maxWaiting ? .joins(last) : .refused
        }
        return isFull ? .refused : .own
    }

    /// The job that waits already and that a message becomes part of: one of the same session, of which no agent has heard.
    private func jobToJoin(_ request: JobRequest) -> OpenJob? {
        guard request.joinsOthers, let last = jobs.last, !last.hasRun, last.epoch == current else { return nil }
        let isSameBurst = IdentifierSource.time(of: last.id.number).advanced(by: request.mergeWindow) > now
        return request.whileBusy != .queue || isSameBurst ? last : nil
    }

    /// Asks for the end of the turn that runs, if it is one of the same session; its messages go to the next job when it is
    /// settled. One that has as many as a job may have goes on: what interrupts it would have more.
    private mutating func supersedeRunning() {
        guard let running, running.cancel == nil, running.epoch == current else { return }
        let behind = jobs.last.map { $0.id == running.id ? 0 : $0.messages } ?? 0
        guard running.messages + behind < Submission.maxWaiting else { return }
        requestStop(running, why: Cancellation.superseded)
        note(running.id, "stopping", "a newer message came")
    }

    mutating func requestStop(_ job: OpenJob, why: String) {
        record(.job(job.id, .requestStop(why: why)))
        if let index = jobs.firstIndex(where: { $0.id == job.id }) { jobs[index].cancel = why }
    }
}
