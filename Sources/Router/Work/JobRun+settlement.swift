import JSON
import Lifecycle
import Observability
import System
import Text
import WeCom

extension JobRun {
    func settle(_ job: ClaimedJob, _ ended: EndedTurn, of app: App?, _ log: Logger) async {
        // A long reply takes long to render: not on the pool, which keeps turns going, nor with the turns, one of which may keep
        // its thread for ever. What renders nothing waits for no thread.
        var settlement =
            ended.outcome.isRendered
            ? await renderers.run { [self] in await self.settlement(of: ended, job, app) }
            : await self.settlement(of: ended, job, app)
        // Whoever told it to stop is told that it has, if it has.
        if !ended.isAbandoned {
            settlement.whenStopped = parts(of: app?.texts.stopped ?? "", job, app)
        }
        settlement.remains = shownSoFar(of: job, app)
        addReturn(of: ended, job, app, to: &settlement, log)
        if case .refused = ended.outcome {} else { settlement.agent = app?.agent }
        let isSettled = await untilStored("the outcome of a turn", log, failures: metrics.unstored) {
            try await share(settlement, log)
            // Before the answer that tells of them. Our own stop waits for little, and who was outbid has nothing to say.
            if ended.outcome != .outbid {
                try await workspaces?.keep(after: job.lease, inHurry: ended.outcome == .interrupted)
            }
            return try await store.settle(job.lease, as: settlement, at: clock.timestamp)
        }
        workspaces?.leave(job.lease.job)
        switch isSettled {
        case nil: log.error("the outcome is not stored; the job runs again after the next start")
        case false?: log.warning("another worker has taken this job over; what this one made is dropped")
        case true?:
            // Signs of life may have to be taken back, whatever else there is to send.
            outbox.signal()
            report(settlement, log)
        }
    }

    /// Lets whoever sends the files of an answer have them. One that is damaged on our disk is told of when it is sent.
    private func share(_ settlement: Settlement, _ log: Logger) async throws {
        for blob in settlement.parts.compactMap(\.body.blob) {
            do {
                try await packer.blobs.share(blob)
            } catch let error as FileError {
                log.error("a file of an answer cannot be read back", [.error: .string("\(error)")])
            }
        }
    }

    private func settlement(of ended: EndedTurn, _ job: ClaimedJob, _ app: App?) async -> Settlement {
        let recalls = app?.recallsSigns ?? true
        switch ended.outcome {
        case .answered(let reply):
            return await settlement(of: reply, ended.memory, job, app, recallsSigns: recalls)
        case .failed(let failure):
            return await settlement(of: failure, job, app, recallsSigns: recalls)
        case .refused:
            let refusal = job.messages.last.flatMap { app?.refusal(to: $0.replyAddress) }
            var settlement = Settlement(
                .cancelled, reason: Notice.Kind.refusal.refusal, notice: refusal, recallsSigns: recalls)
            settlement.forgetsText = true
            return settlement
        case .interrupted:
            return Settlement(.ready, reason: "interrupted by our own stop", spendsAttempt: false)
        case .outbid:
            // If nobody has taken the job after all, it must not stay ours: nobody would give it back.
            return Settlement(.ready, reason: "its lease was not renewed in time", spendsAttempt: false)
        case .cancelled(let reason):
            return Settlement(.cancelled, reason: reason, recallsSigns: recalls)
        }
    }

    private func settlement(
        of reply: Reply, _ memory: TurnMemory?, _ job: ClaimedJob, _ app: App?, recallsSigns: Bool
    ) async -> Settlement {
        guard let address = job.messages.last?.replyAddress else { return Settlement(.done) }
        let given = await kept(for: job, at: address, above: reply, app)
        let parts =
            given.files.map { Part(to: address, $0) }
            + (await packer.parts(
                of: given.above(reply), to: address, in: app?.conduct.reply ?? ReplyStyle(),
                within: speech(of: job, app),
                saying: app?.texts ?? .chinese))
        guard !parts.isEmpty else {
            return await settlement(
                of: AgentFailure(.config, "nothing of the reply can be sent"), job, app, recallsSigns: recallsSigns)
        }
        if let usage = reply.usage { metrics.count(usage, of: app?.agent ?? "") }
        var settlement: Settlement
        do {
            settlement = Settlement(
                .done, reason: reply.usage?.words, parts: parts, recallsSigns: recallsSigns,
                session: try memory?.update(after: reply))
        } catch {
            // The answer is worth more than what the agent would have liked to remember of it.
            settlement = Settlement(.done, reason: "\(error)", parts: parts, recallsSigns: recallsSigns)
        }
        settlement.gives = given.given
        return settlement
    }

    /// The answers of before that go with this one. Where it has no way out itself, they wait for another.
    private func kept(
        for job: ClaimedJob, at address: ReplyAddress, above reply: Reply, _ app: App?
    ) async -> GivenAnswers {
        var kept: [KeptAnswer] = []
        if address.way(at: clock.timestamp) != nil {
            do {
                kept = try await store.kept(for: job.conversation)
            } catch {
                log.warning(
                    "answers that are kept could not be read; they wait for the next one", [.error: .string("\(error)")]
                )
            }
        }
        return GivenAnswers(
            kept, above: reply.text, within: speech(of: job, app), saying: app?.texts ?? .chinese,
            in: app?.timeZone ?? .shanghai)
    }

    private func settlement(
        of failure: AgentFailure, _ job: ClaimedJob, _ app: App?, recallsSigns: Bool
    ) async -> Settlement {
        let now = clock.timestamp
        let policy = app?.conduct.retry ?? RetryPolicy()
        var random = SystemRandomNumberGenerator()
        let holdUp = RetryPolicy.HoldUp(
            length: job.heldUpSince.map { now.since($0) } ?? .zero, runs: job.unspentRuns)
        switch policy.decision(
            on: failure, attempt: job.attempt, age: age(of: job), holdUp: holdUp, using: &random)
        {
        case .retry(let wait, let spendsAttempt):
            let isNews = isNews(failure, in: wait, spendsAttempt, job)
            var settlement = Settlement(
                .waiting, reason: failure.description,
                notices: isNews ? parts(of: news(of: failure, app), job, app) : [],
                due: now.advanced(by: wait), spendsAttempt: spendsAttempt)
            settlement.isHeldUp = !spendsAttempt && (isNews || job.heldUpSince != nil)
            return settlement
        case .giveUp:
            metrics.count(
                failure, of: app?.agent ?? "", for: app?.name ?? job.conversation.endpoint.description)
            var settlement = Settlement(
                .failed, reason: failure.description,
                parts: telling(failure, of: job, app) + (await remains(of: failure, job, app)),
                recallsSigns: recallsSigns)
            settlement.failure = failure.kind
            return settlement
        }
    }

    /// True if the person is to hear of another try to come: once that the agent is away or that something went wrong; of an
    /// agent that is only busy, when it takes long.
    private func isNews(
        _ failure: AgentFailure, in wait: Duration, _ spendsAttempt: Bool, _ job: ClaimedJob
    ) -> Bool {
        if spendsAttempt { return job.isFirstRun }
        return job.heldUpSince == nil && (failure.kind == .away || age(of: job) + wait >= JobRun.noticeable)
    }

    private func news(of failure: AgentFailure, _ app: App?) -> String {
        let texts = app?.texts ?? .chinese
        guard let text = failure.kind == .away ? texts.away : failure.kind == .rate ? texts.busy : nil else {
            return texts.retrying
        }
        let end = clock.timestamp.advanced(by: (app?.conduct.retry ?? RetryPolicy()).patience)
        return text.filled(["until": end.minutes(in: app?.timeZone ?? .shanghai)])
    }

    /// Tells who was told that the agent is away or too busy that it is not any more, before its answer, unless its turn has.
    private func addReturn(
        of ended: EndedTurn, _ job: ClaimedJob, _ app: App?, to settlement: inout Settlement, _ log: Logger
    ) {
        guard let app else { return }
        metrics.absences.note(ended.outcome, of: app.agent, among: current.serving.agents.keys, log)
        guard job.heldUpSince != nil, !ended.saidBack, case .answered = ended.outcome else { return }
        settlement.notices = parts(of: app.texts.back, job, app) + settlement.notices
    }

    private func telling(_ failure: AgentFailure, of job: ClaimedJob, _ app: App?) -> [Part] {
        let parts = parts(of: words(for: failure, job, app), job, app)
        return app?.offeringToStartOver(parts) ?? parts
    }

    private func words(for failure: AgentFailure, _ job: ClaimedJob, _ app: App?) -> String {
        (app?.texts ?? .chinese).words(
            for: failure, of: job.lease.job, retry: app?.conduct.commands.retryWord)
    }

    /// A shorter wait is not told of.
    private static let noticeable = Duration.seconds(30)

    /// Shows as incomplete what the agent had said before it broke off.
    private func remains(of failure: AgentFailure, _ job: ClaimedJob, _ app: App?) async -> [Part] {
        let texts = app?.texts ?? .chinese
        guard let address = job.messages.last?.replyAddress, !texts.incomplete.isEmpty,
            failure.partialText.hasWords
        else { return [] }
        return await packer.parts(
            of: Reply("\(texts.incomplete)\n\n\(failure.partialText)"), to: address,
            in: app?.conduct.reply ?? ReplyStyle(), within: speech(of: job, app), saying: texts)
    }

    private func parts(of text: String, _ job: ClaimedJob, _ app: App?) -> [Part] {
        guard let address = job.messages.last?.replyAddress else { return [] }
        return Part(to: address, saying: text, within: speech(of: job, app)).map { [$0] } ?? []
    }

    /// The answer as far as the person has seen it, where it shows while it is written.
    private func shownSoFar(of job: ClaimedJob, _ app: App?) -> [Part] {
        let speech = speech(of: job, app)
        guard speech.signs == .stream, let text = turns.feed(of: job.lease.job)?.snapshot.text else { return [] }
        return parts(of: text.cut(toBytes: speech.limit - JobRun.roomForNotices), job, app)
    }

    /// The bytes of a message that an answer which was stopped leaves to what we say of that.
    private static let roomForNotices = 1 << 10

    private func report(_ settlement: Settlement, _ log: Logger) {
        let reason = settlement.reason.map(JSONValue.string)
        switch settlement.state {
        case .failed where settlement.failure == .config || settlement.failure == .auth:
            log.error("the job failed, as others will until somebody sets it right", [.reason: reason])
        case .failed: log.warning("the job failed", [.reason: reason])
        case .waiting: log.warning("the job waits for its next try", [.reason: reason])
        default:
            log.info(
                "the job is \(settlement.state)", ["parts": .integer(Int64(settlement.parts.count)), .reason: reason])
        }
    }
}

extension Outcome {
    /// The reason why nothing of the turn reached the agent; nil where anything did.
    var absence: String? {
        guard case .failed(let failure) = self, failure.kind == .away else { return nil }
        return failure.reason
    }

    /// The agent took the turn, whatever it made of it.
    var reachedAgent: Bool {
        switch self {
        case .answered: true
        // One that is not rightly set up may never have been asked.
        case .failed(let failure): ![.away, .rate, .config, .timeout].contains(failure.kind)
        case .refused, .interrupted, .cancelled, .outbid: false
        }
    }

    /// An agent's words are made into a reply.
    fileprivate var isRendered: Bool {
        switch self {
        case .answered: true
        case .failed(let failure): !failure.partialText.isEmpty
        case .refused, .interrupted, .outbid, .cancelled: false
        }
    }
}

extension Usage {
    /// The figures as the time line has them.
    fileprivate var words: String {
        "tokens: \(input) in, \(output) out" + (cached > 0 ? ", \(cached) of them cached" : "")
            + (microdollars > 0 ? "; \(microdollars / 1_000_000).\(padded(microdollars % 1_000_000 / 100)) USD" : "")
    }
}

private func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
