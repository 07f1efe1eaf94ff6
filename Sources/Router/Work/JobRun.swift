import System
import JSON
package import Observability
import WeCom

/// Takes one claimed job through its agent and settles it.
package struct JobRun: Sendable {
    private let store: any JobStore
    private let directory: AppDirectory
    private let agents: [String: any Agent]
    private let splitter = ReplySplitter(limit: OutboundMessage.maxTextBytes)
    private let texts: ChatTexts
    private let outbox: Wakeup
    private let metrics: WorkMetrics
    private let log: Logger

    package init(
        store: any JobStore, directory: AppDirectory, agents: [String: any Agent], texts: ChatTexts = .init(),
        outbox: Wakeup, metrics: WorkMetrics, log: Logger
    ) {
        self.store = store
        self.directory = directory
        self.agents = agents
        self.texts = texts
        self.outbox = outbox
        self.metrics = metrics
        self.log = log
    }

    package func run(_ job: ClaimedJob) async {
        let log = log.with([
            .job: .string(job.lease.job.description), .app: .string(label(of: job)),
            .user: .string(job.conversation.scopedUser), .attempt: .integer(Int64(job.attempt)),
        ])
        let outcome = await turn(job, log)
        await settle(job, outcome, log)
    }

    private func label(of job: ClaimedJob) -> String {
        directory[job.conversation.app]?.name ?? job.conversation.app.description
    }

    // MARK: The turn

    private func turn(_ job: ClaimedJob, _ log: Logger) async -> Outcome {
        guard let app = directory[job.conversation.app] else { return .failed(reason: "app_gone") }
        guard let agent = agents[app.agent] else { return .failed(reason: "agent_gone") }
        let turn = Turn(
            job: job.lease.job, attempt: job.attempt, conversation: job.conversation, epoch: job.epoch,
            text: job.messages.map(\.text).joined(separator: "\n"))
        do {
            let reply = try await agent.run(turn) { event in
                switch event {
                case .progress(let line): log.debug("progress: \(line)")
                }
            }
            // Silence is no answer: the user would wait for ever.
            return reply.isEmpty ? .failed(reason: "the agent answered nothing") : .answered(reply)
        } catch {
            // Only our own stop interrupts. An agent that cancels itself has failed, or it would run again for ever.
            return Task.isCancelled ? .interrupted : .failed(reason: String(describing: error))
        }
    }

    // MARK: The settlement

    private func settle(_ job: ClaimedJob, _ outcome: Outcome, _ log: Logger) async {
        guard let address = job.messages.last?.replyAddress else { return }
        let settlement = settlement(of: outcome, to: address)
        metrics.count(outcome)
        let isSettled = await untilStored("the outcome of a turn", log) {
            try await store.settle(job.lease, as: settlement, at: .now)
        }
        switch isSettled {
        case nil: log.error("the outcome is not stored; the job runs again after the next start")
        case false?: log.warning("another worker has taken this job over; what this one made is dropped")
        case true?:
            if !settlement.parts.isEmpty { outbox.signal() }
            report(settlement, log)
        }
    }

    private func settlement(of outcome: Outcome, to address: ReplyAddress) -> Settlement {
        switch outcome {
        case .answered(let reply):
            Settlement(.done, parts: parts(of: reply.text, to: address))
        case .failed(let reason):
            Settlement(.failed, reason: reason, parts: parts(of: texts.failed, to: address))
        case .interrupted:
            Settlement(.ready, reason: "interrupted by our own stop", spendsAttempt: false)
        }
    }

    private func parts(of text: String, to address: ReplyAddress) -> [Part] {
        splitter.split(text).map { Part(to: address, $0) }
    }

    private func report(_ settlement: Settlement, _ log: Logger) {
        switch settlement.state {
        case .failed: log.warning("the job failed", [.reason: settlement.reason.map(JSONValue.string)])
        default: log.info("the job is \(settlement.state)", ["parts": .integer(Int64(settlement.parts.count))])
        }
    }
}
