import Router
import System

extension Reference {
    /// Does what a command says, and says what came of it.
    func carryOut(
        _ request: CommandRequest, in conversation: ReferenceConversation, at now: Timestamp
    ) throws {
        let result = try result(of: request.command, in: conversation, at: now)
        if request.command == .stop { try checkStopped(conversation) }
        guard let part = request.answer(result) else { return }
        _ = try decide(conversation, at: now, knowing: places(conversation, at: now)) { machine in
            machine.tell(part)
            return true
        }
    }

    private func checkStopped(_ conversation: ReferenceConversation) throws {
        try demand(conversation.jobs.count == (conversation.running == nil ? 0 : 1), "/stop leaves what waits")
        if let running = conversation.running {
            try demand(
                running.cancel != nil && running.cancel != Cancellation.superseded, "/stop does not stop \(running.id)")
            try demand(
                running.cancel != Cancellation.stopped || conversation.openQuestions().isEmpty,
                "/stop leaves the questions open")
        }
    }

    private func result(
        of command: ChatCommand, in conversation: ReferenceConversation, at now: Timestamp
    ) throws -> CommandResult {
        let jobs = conversation.jobs
        switch command {
        case .new:
            return try decide(conversation, at: now, knowing: openJobs(conversation, at: now)) { $0.beginEpoch() }
        case .stop: return try decide(conversation, at: now, knowing: openJobs(conversation, at: now)) { $0.stop() }
        case .status: return .status(status(of: conversation))
        case .queue: return .queue(jobs.prefix(100).filter { $0.state != .running }.map(\.firstWords))
        case .drop(let number):
            let dropped = try decide(conversation, at: now, knowing: openJobs(conversation, at: now)) { machine in
                let job = machine.waitingJob(number)
                if let job { machine.drop(job) }
                return job?.id
            }
            guard let dropped else { return .noSuchItem(number) }
            return .dropped(conversation.job(dropped)?.firstWords ?? "")
        case .retry: return try retryLast(conversation, at: now)
        case .help: return .help
        }
    }

    private func retryLast(_ conversation: ReferenceConversation, at now: Timestamp) throws -> CommandResult {
        var machine = places(conversation, at: now)
        if conversation.place != nil {
            machine.learn(jobs: [], unseen: min(conversation.jobs.count, Submission.maxWaiting + 2))
        }
        let last = conversation.lastEnded.flatMap { ended($0, in: conversation) }
        switch try decide(conversation, at: now, knowing: machine, { $0.retryLast(last) }) {
        case .made: return .retried(last.flatMap { conversation.job($0.id)?.firstWords } ?? "")
        case .full: return .queueIsFull
        case .nothing: return .nothingToRetry
        }
    }

    private func status(of conversation: ReferenceConversation) -> ConversationStatus {
        var current: ConversationStatus.Current?
        if let first = conversation.jobs.first {
            if let since = first.runningSince {
                current = .init(job: first.id, text: first.firstWords, phase: .running(since: since))
            } else if let due = first.due {
                current = .init(job: first.id, text: first.firstWords, phase: .retrying(at: due))
            }
        }
        return ConversationStatus(
            current: current, waiting: conversation.jobs.prefix(100).count { $0.id != current?.job },
            question: conversation.openQuestions().first?.asked.question.title)
    }

    // MARK: Operators

    func cancel(
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

    func retry(_ job: JobID, at now: Timestamp) throws -> Result<JobID, ControlRefusal> {
        guard let conversation = owner(of: job.number), let ended = ended(job, in: conversation) else {
            return .failure(.unknown("job \(job)"))
        }
        let result = try decide(conversation, at: now, knowing: places(conversation, at: now)) {
            machine -> Result<JobID, ControlRefusal> in
            do throws(ControlRefusal) { return .success(try machine.retry(ended)) } catch { return .failure(error) }
        }
        if case .success(let new) = result, let index = conversation.jobs.firstIndex(where: { $0.id == new }) {
            conversation.jobs[index].isOperators = true
        }
        return result
    }

    func replay(_ delivery: DeliveryID, at now: Timestamp) throws -> Result<[DeliveryID], ControlRefusal> {
        guard let conversation = owner(of: delivery.number), let known = conversation.delivery(delivery) else {
            return .failure(.unknown("delivery \(delivery)"))
        }
        if let earlier = conversation.replay(of: delivery) {
            return .failure(.notNow("\(delivery) was replayed already, as \(earlier)"))
        }
        guard known.state == .failed else {
            return .failure(.notNow("\(delivery) is \(known.state): only what has failed can be replayed"))
        }
        let rest = conversation.endedDeliveries.values.filter {
            $0.id == delivery
                || known.job != nil && $0.job == known.job && $0.id > delivery && $0.state == .failed
                    && conversation.replay(of: $0.id) == nil
        }
        let failed = rest.sorted { $0.id < $1.id }.map(\.seen)
        return .success(
            try decide(conversation, at: now, knowing: places(conversation, at: now)) {
                $0.replay(failed, of: known.job)
            })
    }

    private func ended(_ job: JobID, in conversation: ReferenceConversation) -> ConversationMachine.EndedJob? {
        conversation.job(job).map {
            .init($0.id, $0.state, retriedAs: conversation.retry(of: job), hasMessages: !$0.messages.isEmpty)
        }
    }

    /// Makes the machine that cancelling needs: the open jobs, their questions, and the signs of life of those that have
    /// run.
    private func openJobs(_ conversation: ReferenceConversation, at now: Timestamp) -> ConversationMachine {
        var machine = places(conversation, at: now)
        machine.learn(jobs: conversation.jobs.map { $0.seen() })
        machine.learn(signs: conversation.jobs.filter { $0.lease > 0 }.flatMap { conversation.signs(of: $0.id) })
        machine.learn(questions: conversation.openQuestions())
        return machine
    }
}
