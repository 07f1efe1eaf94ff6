package import Router
package import System
import WeCom

extension Reference {
    /// Does what a command says, and says what came of it.
    func carryOut(
        _ request: CommandRequest, of member: UserID?, in conversation: ReferenceConversation, at now: Timestamp
    ) throws {
        let others = conversation.messagesOfOthers(than: request.caller)
        let result = try result(of: request, of: member, in: conversation, at: now)
        if request.command == .stop { try checkStopped(conversation, request.caller) }
        if request.command != .retry {
            try demand(
                conversation.messagesOfOthers(than: request.caller) == others, "\(request.command) touches others' work"
            )
        }
        guard let part = request.answer(result) else { return }
        _ = try decide(conversation, at: now, knowing: places(conversation, at: now)) { machine in
            machine.tell(part)
            return true
        }
    }

    private func checkStopped(_ conversation: ReferenceConversation, _ caller: UserID?) throws {
        let left = conversation.jobs.filter { $0.isAbout(caller) }
        try demand(left.allSatisfy { $0.state == .running }, "/stop leaves what waits")
        guard let running = left.first else { return }
        try demand(
            running.cancel != nil && running.cancel != Cancellation.superseded, "/stop does not stop \(running.id)")
        try demand(
            running.cancel != Cancellation.stopped || !conversation.openQuestions().contains { $0.job == running.id },
            "/stop leaves the questions open")
    }

    /// True if there is something that a command can be about: by the records, and by the rules.
    func hasCause(
        for request: CommandRequest, in conversation: ReferenceConversation, at now: Timestamp
    ) throws -> Bool {
        let caller = request.caller
        var machine = places(conversation, at: now)
        var last: ConversationMachine.EndedJob?
        var isCause = !conversation.jobs.isEmpty
        if request.command == .retry {
            machine.learn(jobs: conversation.jobs.map { $0.seen(by: caller) })
            last = lastEnded(in: conversation, for: caller)
            let isGone = last.map { $0.state == .done || $0.retriedAs != nil } ?? true
            let isOwn = caller.map { last?.senders == [$0] } ?? true
            isCause = !isGone && isOwn && !conversation.jobs.contains { $0.isAbout(caller) }
        }
        let byRules = try decide(conversation, at: now, for: caller, knowing: machine) {
            $0.hasCause(for: request.command, of: caller, retrying: last)
        }
        try demand(byRules == isCause, "\(request.command) \(byRules ? "has a" : "has no") cause by the rules")
        return isCause
    }

    /// Does what a command says, but for telling of it.
    func result(
        of request: CommandRequest, of member: UserID?, in conversation: ReferenceConversation, at now: Timestamp
    ) throws -> CommandResult {
        let caller = request.caller
        let own = conversation.jobs.filter { $0.isAbout(caller) }
        switch request.command {
        case .new:
            var machine = openJobs(conversation, for: caller, at: now)
            machine.learn(own: conversation.own(of: member))
            return try decide(conversation, at: now, for: caller, knowing: machine) { $0.beginEpoch(for: caller) }
        case .stop:
            let machine = openJobs(conversation, for: caller, at: now)
            return try decide(conversation, at: now, for: caller, knowing: machine) { $0.stop(for: caller) }
        case .status:
            try checkStanding(of: conversation, for: caller, at: now)
            return .status(status(of: conversation, for: caller))
        case .queue: return .queue(own.prefix(100).filter { $0.state != .running }.map { $0.firstWords(of: caller) })
        case .drop(let number):
            let machine = openJobs(conversation, for: caller, at: now)
            let words = own.filter { $0.state != .running }.map { $0.firstWords(of: caller) }
            let isDropped = try decide(conversation, at: now, for: caller, knowing: machine) { machine in
                guard let job = machine.waitingJob(number, of: caller) else { return false }
                machine.drop(job, for: caller)
                return true
            }
            return isDropped ? .dropped(words[number - 1]) : .noSuchItem(number)
        case .retry: return try retryLast(request, of: member, in: conversation, at: now)
        case .help: return .help
        }
    }

    private func lastEnded(
        in conversation: ReferenceConversation, for caller: UserID?
    ) -> ConversationMachine.EndedJob? {
        let own = caller.flatMap { conversation.lastOfMembers[$0] }
        return (own ?? conversation.lastEnded).flatMap { ended($0, in: conversation) }
    }

    private func retryLast(
        _ request: CommandRequest, of member: UserID?, in conversation: ReferenceConversation, at now: Timestamp
    ) throws -> CommandResult {
        let caller = request.caller
        var machine = places(conversation, at: now)
        machine.learn(own: conversation.own(of: member))
        if conversation.place != nil {
            machine.learn(jobs: [], unseen: min(conversation.jobs.count, Submission.maxWaiting + 2))
        }
        let last = lastEnded(in: conversation, for: caller)
        let retry = try decide(conversation, at: now, knowing: machine) {
            $0.retryLast(last, for: caller, answeredAt: request.address)
        }
        switch retry {
        case .made: return .retried(last.flatMap { conversation.job($0.id)?.firstWords(of: caller) } ?? "")
        case .full: return .queueIsFull
        case .nothing: return .nothingToRetry
        }
    }

    /// Holds what the rules say of a conversation's standing against what the records say.
    private func checkStanding(
        of conversation: ReferenceConversation, for caller: UserID?, at now: Timestamp
    ) throws {
        let standing = try decide(
            conversation, at: now, for: caller, knowing: openJobs(conversation, for: caller, at: now)
        ) { $0.standing(for: caller) }
        let status = status(of: conversation, for: caller)
        try demand(
            ConversationStatus(standing, current: status.current) == status
                && standing.current?.id == status.current?.job,
            "by the rules it stands \(standing), and is \(status)")
    }

    private func status(of conversation: ReferenceConversation, for caller: UserID?) -> ConversationStatus {
        var current: ConversationStatus.Current?
        let first = conversation.jobs.first
        let isOthers = first.map { !$0.isAbout(caller) } ?? false
        if let first, !isOthers {
            let words = first.firstWords(of: caller)
            if let since = first.runningSince {
                current = .init(job: first.id, text: words, phase: .running(since: since))
            } else if let due = first.due {
                current = .init(job: first.id, text: words, phase: .retrying(at: due))
            }
        }
        let own = conversation.jobs.prefix(100).filter { $0.isAbout(caller) }
        let question = conversation.openQuestions().first { question in own.contains { $0.id == question.job } }
        return ConversationStatus(
            current: current, isOthers: isOthers, waiting: own.count { $0.state != .running && $0.id != current?.job },
            question: question?.asked.question.title)
    }

    // MARK: Operators

    package func cancel(
        _ job: JobID, why: String, notice: String, at now: Timestamp
    ) throws -> Result<CancelResult, ControlRefusal> {
        guard let conversation = owner(of: job.number), let known = conversation.job(job) else {
            return .failure(.unknown("job \(job)"))
        }
        let told = known.messages.last.flatMap { Part(to: $0.address, saying: notice) }
        let ended = known.state
        return try decide(conversation, at: now, knowing: openJobs(conversation, at: now)) { machine in
            do throws(ControlRefusal) {
                return .success(try machine.cancel(job, endedAs: ended, why: why, notice: told))
            } catch { return .failure(error) }
        }
    }

    package func retry(_ job: JobID, at now: Timestamp) throws -> Result<JobID, ControlRefusal> {
        guard let conversation = owner(of: job.number), let ended = ended(job, in: conversation) else {
            return .failure(.unknown("job \(job)"))
        }
        var machine = places(conversation, at: now)
        if let member = ended.member { machine.learn(own: conversation.own(of: member)) }
        let result = try decide(conversation, at: now, knowing: machine) {
            machine -> Result<JobID, ControlRefusal> in
            do throws(ControlRefusal) { return .success(try machine.retry(ended)) } catch { return .failure(error) }
        }
        if case .success(let new) = result, let index = conversation.jobs.firstIndex(where: { $0.id == new }) {
            conversation.jobs[index].isOperators = true
        }
        return result
    }

    package func replay(_ delivery: DeliveryID, at now: Timestamp) throws -> Result<[DeliveryID], ControlRefusal> {
        guard let conversation = owner(of: delivery.number), let known = conversation.delivery(delivery) else {
            return .failure(.unknown("delivery \(delivery)"))
        }
        let ended = ConversationMachine.EndedDelivery(
            delivery, known.state, of: known.job, replayedAs: conversation.replay(of: delivery))
        let rest = conversation.endedDeliveries.values.filter {
            $0.id == delivery
                || known.job != nil && $0.job == known.job && $0.id > delivery && $0.state == .failed
                    && conversation.replay(of: $0.id) == nil
        }
        let failed = rest.sorted { $0.id < $1.id }.map(\.seen)
        let holdsKept = !conversation.keptAnswers.isEmpty
        return try decide(conversation, at: now, knowing: places(conversation, at: now)) { machine in
            do throws(ControlRefusal) {
                return .success(try machine.replay(ended, with: failed, holdsKept: holdsKept))
            } catch { return .failure(error) }
        }
    }

    private func ended(_ job: JobID, in conversation: ReferenceConversation) -> ConversationMachine.EndedJob? {
        conversation.job(job).map {
            .init($0.id, $0.state, retriedAs: conversation.retry(of: job), senders: $0.senders, member: $0.member)
        }
    }

    /// Makes the machine that cancelling needs: the open jobs, their questions, and the signs of life of those that have
    /// run.
    private func openJobs(
        _ conversation: ReferenceConversation, for caller: UserID? = nil, at now: Timestamp
    ) -> ConversationMachine {
        var machine = places(conversation, at: now)
        machine.learn(jobs: conversation.jobs.map { $0.seen(by: caller) })
        machine.learn(signs: conversation.jobs.filter { $0.lease > 0 }.flatMap { conversation.signs(of: $0.id) })
        machine.learn(questions: conversation.openQuestions())
        return machine
    }
}

extension ReferenceConversation {
    /// The messages of open jobs that other members of a group than the caller wrote; of no caller none are others'.
    fileprivate func messagesOfOthers(than caller: UserID?) -> [Int] {
        guard let caller else { return [] }
        return jobs.flatMap { $0.messages.filter { $0.sender != caller }.map(\.number) }
    }
}
