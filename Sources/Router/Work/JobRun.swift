import JSON
import Lifecycle
package import Observability
import System
import WeCom

/// Takes one claimed job through its agent and settles it.
package struct JobRun: Sendable {
    let store: any JobStore
    let directory: AppDirectory
    let agents: [String: AgentSetup]
    let lanes: [AppKey: any Lane]
    let people: any People
    let attachments: AttachmentFolder
    let packer: ReplyPacker
    let turns: RunningTurns
    let outbox: Wakeup
    let metrics: WorkMetrics
    private let log: Logger

    package init(
        store: any JobStore, directory: AppDirectory, agents: [String: AgentSetup], lanes: [AppKey: any Lane],
        people: any People, attachments: AttachmentFolder, blobs: BlobFolder, turns: RunningTurns = RunningTurns(),
        outbox: Wakeup, metrics: WorkMetrics, log: Logger
    ) {
        self.store = store
        self.directory = directory
        self.agents = agents
        self.lanes = lanes
        self.people = people
        self.attachments = attachments
        packer = ReplyPacker(blobs: blobs)
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
        let supervisor = TurnSupervisor(limits: agent.limits, log: log)
        return await withSigns(of: running, app, log) {
            await supervisor.run(running) { report in
                guard try await mayWrite(job, to: app) else { throw NotAllowed() }
                let turn = try await prepare(job, of: app, log)
                try Task.checkCancellation()
                return try await agent.agent.run(turn, report: report)
            }
        }
    }

    /// Whether the sender may write to the app at all, where the address book has to say.
    private func mayWrite(_ job: ClaimedJob, to app: App) async throws -> Bool {
        guard let user = job.conversation.user else { return true }
        switch app.policy.verdict(on: user) {
        case .allowed: return true
        case .refused: return false
        case .undecided:
            do {
                return try await people.belongs(user, to: app.policy.groups, in: app.key)
            } catch let error as PeopleUnavailable {
                let reason = "who may write is not known: \(error)"
                guard error.isTransient else { throw AgentFailure(.config, reason) }
                // The message waits for the address book; no attempt of its agent's is spent on that.
                throw AgentFailure(.rate, reason, retryAfter: JobRun.wait(ofJobAged: age(of: job)))
            }
        }
    }

    /// Half of the time that the job has waited already, within bounds.
    private static func wait(ofJobAged age: Duration) -> Duration { max(.seconds(1), min(age / 2, .seconds(60))) }

    func age(of job: ClaimedJob) -> Duration {
        Timestamp.steady.since(IdentifierSource.time(of: job.lease.job.number))
    }

    private func prepare(_ job: ClaimedJob, of app: App, _ log: Logger) async throws -> Turn {
        let fetched = try await AttachmentFetch(
            lane: lanes[app.key], folder: attachments, limit: app.conduct.maxAttachmentBytes, log: log
        ).run(job)
        for missing in fetched.missing where !attachments.isKnownMissing(in: missing.folder) {
            await say(app.texts.attachmentFailed.filled(["name": missing.name]), as: .control, to: job, log)
            try await attachments.noteMissing(in: missing.folder)
        }
        let lost = fetched.missing.map { "[\($0.name) could not be fetched]" }
        return Turn(
            job: job.lease.job, attempt: job.attempt, crashes: job.crashes, conversation: job.conversation,
            epoch: job.epoch,
            text: (job.messages.map(\.text).filter { !$0.isEmpty } + lost).joined(separator: "\n"),
            attachments: fetched.attachments)
    }

    /// A word of our own while the turn runs.
    private func say(_ text: String, as kind: Delivery.Class, to job: ClaimedJob, _ log: Logger) async {
        guard let address = job.messages.last?.replyAddress, let part = Part(to: address, saying: text) else { return }
        do {
            if try await store.say(part, as: kind, for: job.lease, at: .steady) { outbox.signal() }
        } catch {
            log.warning("a word to the user could not be stored", [.error: .string("\(error)")])
        }
    }

    private func withSigns(
        of running: RunningTurn, _ app: App, _ log: Logger, _ turn: () async -> Outcome
    ) async -> Outcome {
        let signs = app.conduct.signs
        guard signs.acknowledgeAfter != nil || signs.progressEvery != nil else { return await turn() }
        let speaker = Task {
            await SignSpeaker(signs: signs, texts: app.texts) { await say($0, as: .progress, to: running.job, log) }
                .run(running)
        }
        defer { speaker.cancel() }
        return await turn()
    }
}

/// Not a failure of anybody's: the sender may not write here.
struct NotAllowed: Error {}
