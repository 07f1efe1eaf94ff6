import JSON
import Lifecycle
package import Observability
import System
import WeCom

/// Takes one claimed job through its agent and settles it.
package struct JobRun: Sendable {
    private let store: any JobStore
    private let directory: AppDirectory
    private let agents: [String: AgentSetup]
    private let splitter = ReplySplitter(limit: OutboundMessage.maxTextBytes)
    private let texts: ChatTexts
    private let turns: RunningTurns
    private let outbox: Wakeup
    private let metrics: WorkMetrics
    private let log: Logger

    package init(
        store: any JobStore, directory: AppDirectory, agents: [String: AgentSetup], texts: ChatTexts = .init(),
        turns: RunningTurns = RunningTurns(), outbox: Wakeup, metrics: WorkMetrics, log: Logger
    ) {
        self.store = store
        self.directory = directory
        self.agents = agents
        self.texts = texts
        self.turns = turns
        self.outbox = outbox
        self.metrics = metrics
        self.log = log
    }

    package func run(_ job: ClaimedJob) async {
        let log = log.with([
            .job: .string(job.lease.job.description), .app: .string(label(of: job)),
            .user: .string(job.conversation.scopedUser), .attempt: .integer(Int64(job.attempt)),
        ])
        let running = turns.begin(job)
        defer { turns.end(running) }
        let outcome = await turn(running, log)
        CrashPoint.reach(.midTurn)
        metrics.count(outcome)
        await settle(job, outcome, log)
    }

    private func label(of job: ClaimedJob) -> String {
        directory[job.conversation.app]?.name ?? job.conversation.app.description
    }

    // MARK: The turn

    private func turn(_ running: RunningTurn, _ log: Logger) async -> Outcome {
        let job = running.job
        guard !job.messages.isEmpty else { return .failed(AgentFailure(.input, "the job has no messages")) }
        guard let app = directory[job.conversation.app] else { return .failed(AgentFailure(.config, "app_gone")) }
        guard let agent = agents[app.agent] else { return .failed(AgentFailure(.config, "agent_gone")) }
        let turn = Turn(
            job: job.lease.job, attempt: job.attempt, crashes: job.crashes, conversation: job.conversation,
            epoch: job.epoch, text: job.messages.map(\.text).joined(separator: "\n"))
        return await TurnSupervisor(limits: agent.limits, log: log).run(agent.agent, turn, as: running)
    }

    // MARK: The settlement

    private func settle(_ job: ClaimedJob, _ outcome: Outcome, _ log: Logger) async {
        let settlement = settlement(of: outcome, job, to: job.messages.last?.replyAddress)
        let isSettled = await untilStored("the outcome of a turn", log, failures: metrics.unstored) {
            try await store.settle(job.lease, as: settlement, at: .steady)
        }
        switch isSettled {
        case nil: log.error("the outcome is not stored; the job runs again after the next start")
        case false?: log.warning("another worker has taken this job over; what this one made is dropped")
        case true?:
            if !settlement.parts.isEmpty || !settlement.notices.isEmpty { outbox.signal() }
            report(settlement, log)
        }
    }

    private func settlement(of outcome: Outcome, _ job: ClaimedJob, to address: ReplyAddress?) -> Settlement {
        switch outcome {
        case .answered(let reply):
            Settlement(.done, parts: parts(of: reply.text, to: address))
        case .failed(let failure):
            settlement(of: failure, job, to: address)
        case .interrupted:
            Settlement(.ready, reason: "interrupted by our own stop", spendsAttempt: false)
        case .outbid:
            // If nobody has taken the job after all, it must not stay ours: nobody would give it back.
            Settlement(.ready, reason: "its lease was not renewed in time", spendsAttempt: false)
        case .cancelled(let reason):
            Settlement(.cancelled, reason: reason)
        }
    }

    private func settlement(of failure: AgentFailure, _ job: ClaimedJob, to address: ReplyAddress?) -> Settlement {
        let now = Timestamp.steady
        let policy = directory[job.conversation.app]?.conduct.retry ?? RetryPolicy()
        let age = now.since(IdentifierSource.time(of: job.lease.job.number))
        var random = SystemRandomNumberGenerator()
        switch policy.decision(on: failure, attempt: job.attempt, age: age, using: &random) {
        case .retry(let wait, let spendsAttempt):
            return Settlement(
                .waiting, reason: failure.description,
                // The user hears once that it takes longer.
                notices: job.attempt == 1 && spendsAttempt ? parts(of: texts.retrying, to: address) : [],
                due: now.advanced(by: wait), spendsAttempt: spendsAttempt)
        case .giveUp:
            let text = failure.kind == .timeout ? texts.tookTooLong : texts.failed
            return Settlement(.failed, reason: failure.description, parts: parts(of: text, to: address))
        }
    }

    private func parts(of text: String, to address: ReplyAddress?) -> [Part] {
        guard let address else { return [] }
        return splitter.split(text).map { Part(to: address, $0) }
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
