import JSON
import Lifecycle
package import Observability
package import System
import Text
import WeCom

/// Takes one claimed job through its agent and settles it.
///
/// A turn waits for minutes in the innermost call, and what all around it keep in their frames is what it costs in memory. So
/// this is no struct, and what is done before the agent runs is not inlined: its frames are gone by then.
package final class JobRun: Sendable {
    let store: any TurnStore
    let current: Serving.Current
    let attachments: AttachmentFolder
    let files: SentFileFetch
    /// Where agents' programs work; nil where other processes have no use for that.
    let workspaces: WorkspaceFolder?
    let packer: ReplyPacker
    let turns: RunningTurns
    /// The threads on which agents run and their words are read.
    let threads: WorkThreads
    /// The threads on which replies are made of agents' words. No agent's code runs here: a turn that never ends holds up
    /// none of it.
    let renderers: WorkThreads
    let outbox: Wakeup
    let metrics: WorkMetrics
    var clock: any WorkClock { turns.clock }
    let log: Logger

    package init(
        store: any TurnStore, current: Serving.Current, attachments: AttachmentFolder, files: SentFileFetch,
        workspaces: WorkspaceFolder? = nil, blobs: BlobFolder,
        turns: RunningTurns, threads: WorkThreads, renderers: WorkThreads,
        outbox: Wakeup, metrics: WorkMetrics, log: Logger
    ) {
        self.store = store
        self.current = current
        self.attachments = attachments
        self.files = files
        self.workspaces = workspaces
        packer = ReplyPacker(blobs: blobs, log: log)
        self.turns = turns
        self.threads = threads
        self.renderers = renderers
        self.outbox = outbox
        self.metrics = metrics
        self.log = log
    }

    package func run(_ job: ClaimedJob) async {
        let serving = current.serving
        let app = serving.app(job.conversation.endpoint)
        let log = log.with([
            .job: .string(job.lease.job.description), .app: .string(app?.name ?? job.conversation.endpoint.description),
            .user: .string(job.conversation.scopedUser), .attempt: .integer(Int64(job.attempt)),
        ])
        let running = turns.begin(job)
        defer { turns.end(running) }
        let ended = await turn(running, serving, log)
        CrashPoint.reach(.midTurn)
        metrics.count(ended.outcome, of: app?.name ?? job.conversation.endpoint.description)
        await settle(job, ended, of: app, log)
    }

    // MARK: The turn

    private func turn(_ running: RunningTurn, _ serving: Serving, _ log: Logger) async -> EndedTurn {
        let job = running.job
        guard !job.messages.isEmpty else { return .failed(AgentFailure(.input, "the job has no messages")) }
        guard let app = serving.app(job.conversation.endpoint) else {
            // One that was switched off since this was claimed takes it up again later.
            let isDormant = serving.directory.isDormant(job.conversation.endpoint)
            return isDormant
                ? EndedTurn(outcome: .interrupted, memory: nil) : .failed(AgentFailure(.config, "app_gone"))
        }
        guard let setup = serving.agents[app.agent] else {
            log.error("nobody answers: the agent is not there", [.reason: .string(App.absentAgentAdvice)])
            return .failed(AgentFailure(.config, "agent_gone"))
        }
        let session: Session?
        do {
            session = try await usableSession(of: job, app, setup)
        } catch {
            return .failed(AgentFailure(.transient, "the session cannot be read: \(error)"))
        }
        let memory = TurnMemory(of: app.agent, hasSession: session != nil)
        let supervisor = TurnSupervisor(limits: setup.limits, threads: threads, log: log)
        let deadline = clock.timestamp.advanced(by: setup.limits.total)
        let outcome = await withSigns(of: running, app, log) {
            await supervisor.run(running) { [self] in
                guard try await mayWrite(job, to: app, serving) else { throw NotAllowed() }
                var turn = try await prepare(job, of: app, serving, log)
                let attendance = attendance(
                    running, app, setup, memory, turn.attachments, serving.returnAddress, log)
                turn.session = session?.state
                turn.resumes = try await resumes(job, session, app, attendance)
                // It begins anew: what an earlier run has told is not a part of it.
                if job.crashes > 0, !turn.resumes { try await store.forgetCalls(about: job.lease.job) }
                turn.language = app.language
                turn.timeZone = app.timeZone
                turn.texts = app.texts
                turn.deadline = deadline
                if setup.agent.learnsWhoAsks { turn.person = await person(of: job, app, serving) }
                try Task.checkCancellation()
                return try await run(turn, through: setup.agent, attendance, of: app, log)
            }
        }
        return EndedTurn(
            outcome: outcome, memory: memory, isAbandoned: running.isAbandoned, saidBack: running.saidBack)
    }

    private func attendance(
        _ running: RunningTurn, _ app: App, _ setup: AgentSetup, _ memory: TurnMemory, _ attachments: [Attachment],
        _ returnAddress: ReturnAddress?, _ log: Logger
    ) -> TurnAttendance {
        TurnAttendance(
            running: running, store: store, memory: memory,
            asking: AskingRules(app: app, time: setup.questionTime),
            returnAddress: returnAddress, attachments: attachments, folder: self.attachments, outbox: outbox, log: log)
    }

    /// A session that its agent has lost is begun afresh, once, and the person is told.
    @inline(never)
    private func run(
        _ turn: Turn, through agent: any Agent, _ attendance: TurnAttendance, of app: App, _ log: Logger
    ) async throws -> Reply {
        do {
            return try await agent.run(turn, attendedBy: attendance)
        } catch let failure as AgentFailure where failure.kind == .lostSession && turn.session != nil {
            log.warning("the agent has lost its session; it begins another", [.reason: .string(failure.reason)])
            await say(app.texts.sessionLost, as: .control, to: attendance.running.job, of: app, log)
            attendance.memory.startAfresh()
            try await store.forgetCalls(about: turn.job)
            var turn = turn
            turn.session = nil
            turn.resumes = false
            return try await agent.run(turn, attendedBy: attendance)
        }
    }

    // MARK: What went before

    @inline(never)
    private func usableSession(of job: ClaimedJob, _ app: App, _ setup: AgentSetup) async throws -> Session? {
        guard setup.agent.remembers else { return nil }
        let session = try await store.session(of: job.conversation, epoch: job.epoch, agent: app.agent)
        return session.flatMap { setup.sessions.allow($0, at: clock.timestamp) || $0.job == job.lease.job ? $0 : nil }
    }

    /// True if the agent goes on where an earlier run of this job broke off.
    @inline(never)
    private func resumes(
        _ job: ClaimedJob, _ session: Session?, _ app: App, _ attendance: TurnAttendance
    ) async throws -> Bool {
        let canResume = session?.job == job.lease.job
        switch app.conduct.onCrash {
        case .resume: return canResume
        case .retry, .fail: return false
        case .ask:
            guard job.crashes > 0 else { return canResume }
            return try await asksWhetherToResume(job, canResume, app, attendance)
        }
    }

    @inline(never)
    private func asksWhetherToResume(
        _ job: ClaimedJob, _ canResume: Bool, _ app: App, _ attendance: TurnAttendance
    ) async throws -> Bool {
        let texts = app.texts
        let resume = Question.Option("resume", texts.crashResume, style: .encouraged)
        let answer = try await attendance.ask(
            Question(
                texts.crashQuestion,
                detail: job.messages.map(\.text).joined(separator: "\n").cut(toCharacters: 100, bytes: 400),
                options: (canResume ? [resume] : []) + [
                    .init("retry", texts.crashRetry), .init("stop", texts.crashStop, style: .dangerous),
                ], key: "\(CrashRecovery.questionKey)\(job.crashes)"))
        switch answer {
        case .chosen(["resume"], _): return true
        case .chosen(["retry"], _): return false
        case .chosen: throw NotWantedAgain()
        case .expired: throw AgentFailure(.timeout, "nobody said whether it was to go on after a crash")
        }
    }

    // MARK: Who asks

    /// The address book is not worth a long wait: an agent can do without.
    private static let patienceForNames = Duration.seconds(3)

    @inline(never)
    private func person(of job: ClaimedJob, _ app: App, _ serving: Serving) async -> Person? {
        guard let user = job.user, let key = app.key else { return nil }
        return await firstOf(
            { [people = serving.people] in try? await people.person(user, in: key) },
            { [clock] in
                try? await clock.sleep(for: JobRun.patienceForNames)
                return nil
            })
    }

    /// True if the sender may write to the app at all, where the address book has to say.
    @inline(never)
    private func mayWrite(_ job: ClaimedJob, to app: App, _ serving: Serving) async throws -> Bool {
        guard let user = job.user else { return true }
        switch app.policy.verdict(on: user) {
        case .allowed: return true
        case .refused: return false
        case .undecided:
            // A bot knows no address book.
            guard let key = app.key else { return false }
            do {
                return try await serving.people.belongs(user, to: app.policy.groups, in: key)
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
        clock.timestamp.since(IdentifierSource.time(of: job.lease.job.number))
    }

    @inline(never)
    private func prepare(
        _ job: ClaimedJob, of app: App, _ serving: Serving, _ log: Logger
    ) async throws -> Turn {
        let fetched = try await AttachmentFetch(
            lane: serving.lanes[app.endpoint], folder: attachments, files: files,
            limit: app.conduct.maxAttachmentBytes, clock: clock, log: log
        ).run(job)
        for missing in fetched.missing where !attachments.isKnownMissing(in: missing.folder) {
            try await tell(of: missing, to: job, of: app, log)
        }
        let lost = fetched.missing.map { "[\($0.media.name ?? $0.media.kind.rawValue) could not be fetched]" }
        var turn = Turn(
            job: job.lease.job, attempt: job.attempt, crashes: job.crashes, conversation: job.conversation,
            epoch: job.epoch, sender: job.messages.last?.sender,
            text: (job.messages.map(\.text).filter { !$0.isEmpty } + lost).joined(separator: "\n"),
            attachments: fetched.attachments)
        turn.member = job.member
        return turn
    }

    /// Says that something is missing, and takes note of that. Later nobody would: a store that is away for a while is waited for.
    private func tell(
        of missing: AttachmentFetch.Missing, to job: ClaimedJob, of app: App, _ log: Logger
    ) async throws {
        let text = app.texts.attachmentFailed.filled(["name": app.texts.name(of: missing.media)])
        guard let part = part(text, to: job, of: app) else { return }
        let isTold = await untilStored("a notice to the user", log, failures: metrics.unstored) {
            try await store.say(part, as: .control, for: job.lease, at: clock.timestamp)
        }
        guard isTold == true else { return }
        outbox.signal()
        try await attachments.noteMissing(in: missing.folder)
    }

    /// Sends a text of our own while the turn runs.
    private func say(
        _ text: String, as kind: Delivery.Class, to job: ClaimedJob, of app: App, _ log: Logger
    ) async {
        await write(text, to: job, of: app, log) { part in
            try await self.store.say(part, as: kind, for: job.lease, at: self.clock.timestamp)
        }
    }

    private func acknowledge(_ text: String, _ job: ClaimedJob, of app: App, _ log: Logger) async {
        await write(text, to: job, of: app, log) { part in
            try await self.store.acknowledge(part, for: job.lease, at: self.clock.timestamp)
        }
    }

    private func write(
        _ text: String, to job: ClaimedJob, of app: App, _ log: Logger, _ write: (Part) async throws -> Bool
    ) async {
        guard let part = part(text, to: job, of: app) else { return }
        do {
            if try await write(part) { outbox.signal() }
        } catch {
            log.warning("a notice to the user could not be stored", [.error: .string("\(error)")])
        }
    }

    /// A text of our own as the job is answered; nil where there is none, or nobody to answer.
    private func part(_ text: String, to job: ClaimedJob, of app: App) -> Part? {
        job.messages.last.flatMap { Part(to: $0.replyAddress, saying: text, within: speech(of: job, app)) }
    }

    /// The form of messages that the lane carries by which a job is answered.
    func speech(of job: ClaimedJob, _ app: App?) -> Speech {
        let speech = app?.speech ?? .least
        return job.messages.last.map { speech.to($0.replyAddress) } ?? speech
    }

    private func withSigns(
        of running: RunningTurn, _ app: App, _ log: Logger, _ turn: () async -> Outcome
    ) async -> Outcome {
        let signs = app.conduct.signs
        let speaks = signs.acknowledgeAfter != nil || signs.progressEvery != nil
        let (job, mayReturn) = (running.job, running.job.heldUpSince != nil)
        guard speaks || mayReturn else { return await turn() }
        return await withTaskGroup(of: Void.self) { group in
            if speaks {
                group.addTask { [self] in
                    let speaker = SignSpeaker(
                        app: app, age: age(of: job),
                        acknowledge: { [self] in await acknowledge($0, job, of: app, log) },
                        say: { [self] in await say($0, as: .progress, to: job, of: app, log) })
                    await speaker.run(running)
                }
            }
            if mayReturn { group.addTask { [self] in await tellReturn(of: running, app, log) } }
            defer { group.cancelAll() }
            return await turn()
        }
    }

    /// Tells who was told that the agent is away or too busy that it is not any more, as soon as it says something.
    private func tellReturn(of running: RunningTurn, _ app: App, _ log: Logger) async {
        while running.feed.lastActivity == nil {
            guard (try? await clock.sleep(for: .seconds(1))) != nil else { return }
        }
        running.noteSaidBack()
        await say(app.texts.back, as: .control, to: running.job, of: app, log)
    }
}

/// A turn that is over, and what its agent remembers of it.
struct EndedTurn: Sendable {
    let outcome: Outcome
    let memory: TurnMemory?
    /// Its agent may still be at work.
    var isAbandoned = false
    /// The person has heard that the agent is there again.
    var saidBack = false

    static func failed(_ failure: AgentFailure) -> EndedTurn { EndedTurn(outcome: .failed(failure), memory: nil) }
}

/// Not a failure of anybody's: the sender may not write here.
struct NotAllowed: Error {}

/// Nor this: the sender does not want an answer any more.
struct NotWantedAgain: Error {}
