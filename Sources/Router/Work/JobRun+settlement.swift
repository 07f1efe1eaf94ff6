import JSON
import Observability
import System
import WeCom

extension JobRun {
    func settle(_ job: ClaimedJob, _ outcome: Outcome, _ log: Logger) async {
        let settlement = await settlement(of: outcome, job)
        let isSettled = await untilStored("the outcome of a turn", log, failures: metrics.unstored) {
            try await store.settle(job.lease, as: settlement, at: .steady)
        }
        switch isSettled {
        case nil: log.error("the outcome is not stored; the job runs again after the next start")
        case false?: log.warning("another worker has taken this job over; what this one made is dropped")
        case true?:
            // Signs of life may have to be taken back, whatever else there is to send.
            outbox.signal()
            report(settlement, log)
        }
    }

    private func settlement(of outcome: Outcome, _ job: ClaimedJob) async -> Settlement {
        let app = directory[job.conversation.app]
        let recalls = app?.conduct.signs.recalls ?? true
        switch outcome {
        case .answered(let reply):
            guard let address = job.messages.last?.replyAddress else { return Settlement(.done) }
            let parts = await packer.parts(
                of: reply, to: address, in: app?.conduct.reply ?? ReplyStyle(), saying: app?.texts ?? .chinese)
            guard !parts.isEmpty else {
                return settlement(
                    of: AgentFailure(.config, "nothing of the reply can be sent"), job, app, recallsSigns: recalls)
            }
            return Settlement(.done, parts: parts, recallsSigns: recalls)
        case .failed(let failure):
            return settlement(of: failure, job, app, recallsSigns: recalls)
        case .refused:
            let refusal = job.conversation.user.flatMap { user in app?.refusal(of: user) }
            return Settlement(
                .cancelled, reason: "the user may not write to this app", notice: refusal, recallsSigns: recalls)
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
        of failure: AgentFailure, _ job: ClaimedJob, _ app: App?, recallsSigns: Bool
    ) -> Settlement {
        let now = Timestamp.steady
        let policy = app?.conduct.retry ?? RetryPolicy()
        let texts = app?.texts ?? .chinese
        var random = SystemRandomNumberGenerator()
        switch policy.decision(on: failure, attempt: job.attempt, age: age(of: job), using: &random) {
        case .retry(let wait, let spendsAttempt):
            return Settlement(
                .waiting, reason: failure.description,
                // The user hears once that it takes longer.
                notices: job.attempt == 1 && spendsAttempt ? parts(of: texts.retrying, job) : [],
                due: now.advanced(by: wait), spendsAttempt: spendsAttempt)
        case .giveUp:
            let text = failure.kind == .timeout ? texts.tookTooLong : texts.failed
            return Settlement(
                .failed, reason: failure.description, parts: parts(of: text, job), recallsSigns: recallsSigns)
        }
    }

    private func parts(of text: String, _ job: ClaimedJob) -> [Part] {
        guard let address = job.messages.last?.replyAddress else { return [] }
        return Part(to: address, saying: text).map { [$0] } ?? []
    }

    private func report(_ settlement: Settlement, _ log: Logger) {
        let reason = settlement.reason.map(JSONValue.string)
        switch settlement.state {
        case .failed: log.warning("the job failed", [.reason: reason])
        case .waiting: log.warning("the job waits for its next try", [.reason: reason])
        default:
            log.info(
                "the job is \(settlement.state)", ["parts": .integer(Int64(settlement.parts.count)), .reason: reason])
        }
    }
}
