import Lifecycle
import Observability
@testable import Router
import SQLiteStore
import System
import Testing
import WeCom

@Suite(.timeLimit(.minutes(1))) struct JobRunTests {
    @Test("an answer ends the job and is left in the outbox, in parts that fit")
    func answered() async throws {
        try await withWorkshop { shop in
            let text = String(repeating: "中文", count: 700)
            try await shop.run("OK \(text)")
            let sent = try await shop.sent()
            let numbers = ["(1/3)", "(2/3)", "(3/3)"]
            #expect(zip(sent, numbers).allSatisfy { $0.hasSuffix($1) })
            let words = sent.map { $0.dropLast(5).filter { !$0.isWhitespace } }
            #expect(sent.count == 3 && words.joined() == text)
            #expect(sent.allSatisfy { $0.utf8.count <= OutboundMessage.maxTextBytes })
            #expect(try await shop.store.claim(9, for: "test", at: .now).isEmpty)
        }
    }

    @Test("a failure ends the job, and the person is told once")
    func failed() async throws {
        try await withWorkshop { shop in
            try await shop.run("ERROR no more tokens")
            #expect(try await shop.sent() == [ChatTexts.chinese.failed])
            #expect(try await shop.store.claim(9, for: "test", at: .now).isEmpty)
            #expect(shop.log.contains("no more tokens"))
        }
    }

    @Test("an agent that says nothing has failed", arguments: ["OK", "OK  \n "])
    func silent(text: String) async throws {
        try await withWorkshop { shop in
            try await shop.run(text)
            #expect(try await shop.sent() == [ChatTexts.chinese.failed])
        }
    }

    @Test("an agent that cancels itself has failed, and does not run for ever")
    func cancelsItself() async throws {
        try await withWorkshop { shop in
            try await shop.run("CANCEL")
            #expect(try await shop.sent() == [ChatTexts.chinese.failed])
            #expect(try await shop.store.claim(9, for: "test", at: .now).isEmpty)
        }
    }

    @Test("a turn that we stop comes again, with nothing said and no attempt spent")
    func interrupted() async throws {
        try await withWorkshop { shop in
            let job = try await shop.claim("WAIT")
            let run = Task { [shop] in await shop.jobRun.run(job) }
            await shop.agent.hasBegun.wait()
            run.cancel()
            await run.value
            #expect(try await shop.sent().isEmpty)
            let again = try #require(try await shop.store.claim(9, for: "test", at: .now).first)
            #expect(again.lease.job == job.lease.job && again.attempt == 1)
        }
    }

    @Test("a job whose app or agent has left fails, and the person is told", arguments: ["app_gone", "agent_gone"])
    func gone(reason: String) async throws {
        let apps = reason == "app_gone" ? [] : [try app(agent: "somebody else")]
        try await withWorkshop(apps: apps) { shop in
            try await shop.run("OK yes")
            #expect(try await shop.sent() == [ChatTexts.chinese.failed])
            #expect(shop.log.contains(reason))
        }
    }

    @Test("who was outbid leaves nothing behind")
    func outbid() async throws {
        try await withWorkshop { shop in
            let job = try await shop.claim("OK yes")
            #expect(try await shop.store.settle(job.lease, as: Settlement(.ready), at: .now))
            await shop.jobRun.run(job)
            #expect(try await shop.sent().isEmpty)
            #expect(try await shop.store.claim(9, for: "test", at: .now).count == 1)
        }
    }

    @Test("an outcome that the store cannot take at first is not lost")
    func storeRecovers() async throws {
        try await withWorkshop { shop in
            let job = try await shop.claim("OK yes")
            await shop.jobRun(over: StumblingStore(shop.store)).run(job)
            #expect(try await shop.sent() == ["yes"])
        }
    }

    @Test("an outcome that the store will never take gives its place back; the job is there after the next start")
    func storeRefuses() async throws {
        try await withWorkshop { shop in
            let job = try await shop.claim("OK yes")
            await shop.jobRun(over: StumblingStore(shop.store, over: Damaged())).run(job)
            #expect(try await shop.sent().isEmpty)
            #expect(try await shop.store.settle(job.lease, as: Settlement(.ready), at: .now))
            #expect(shop.log.contains("cannot be stored"))
        }
    }

    @Test("a job without messages has failed, and holds up nothing")
    func noMessages() async throws {
        try await withWorkshop { shop in
            let job = try await shop.claim("OK yes")
            await shop.jobRun.run(
                ClaimedJob(
                    lease: job.lease, conversation: job.conversation, epoch: job.epoch, attempt: 1, crashes: 0,
                    messages: []))
            #expect(try await shop.sent().isEmpty)
            #expect(try await !shop.store.settle(job.lease, as: Settlement(.ready), at: .now))
            #expect(shop.log.contains("the job has no messages"))
        }
    }

    @Test(
        "with every thread of the turns kept by one that was abandoned, failures are settled and told",
        arguments: [("", [ChatTexts.chinese.tookTooLong]), ("so far", [ChatTexts.chinese.tookTooLong, "so far"])])
    func abandoned(said: String, heard: [String]) async throws {
        try await withWorkshop { shop in
            let job = try await shop.claim("OK yes")
            let (begun, isReleased) = (Lock(0), Lock(false))
            // They end by themselves as well: what waits for them has then failed, and not hung.
            let end = MonotonicTime.now.advanced(by: .seconds(30))
            let turns = (0..<Process.cores).map { _ in
                shop.threads.start {
                    begun.withLock { $0 += 1 }
                    while !isReleased.withLock({ $0 }) && MonotonicTime.now < end {}
                    return isReleased.withLock { $0 }
                }
            }
            while begun.withLock({ $0 }) < Process.cores { await Task.yield() }
            let failure = AgentFailure(.timeout, "the agent did not end when it was stopped", partialText: said)
            let ended = EndedTurn(outcome: .failed(failure), memory: nil, isAbandoned: true)
            await shop.jobRun.settle(job, ended, shop.logger)
            isReleased.withLock { $0 = true }
            for turn in turns { #expect(try await turn.value) }
            let sent = try await shop.sent()
            #expect(sent.count == heard.count && zip(sent, heard).allSatisfy { $0.contains($1) })
        }
    }
}

private func app(agent: String = "scripted") throws -> App {
    let keys = try CallbackKeys(token: Secret("t"), encodingAESKey: Secret(String(repeating: "k", count: 43)))
    var conduct = Conduct()
    // A machine that is busy with other tests may take its time over a turn.
    conduct.signs.acknowledgeAfter = nil
    return App(key: appKey, name: "test", keys: keys, agent: agent, policy: .all, conduct: conduct)
}

private let appKey = AppKey(corpID: CorpID("ww1"), agentID: AgentID(1))

private func withWorkshop(apps: [App]? = nil, _ body: (Workshop) async throws -> Void) async throws {
    let shop = try await Workshop(apps: apps ?? [app()])
    do {
        try await body(shop)
    } catch {
        await shop.close()
        throw error
    }
    await shop.close()
}

/// A store, an agent and what runs jobs through it.
private struct Workshop: Sendable {
    let store: SQLiteStore
    let agent = ScriptedAgent()
    private let directory = try? TemporaryDirectory(prefix: "router-tests-")
    private let apps: AppDirectory
    private let blobs: BlobFolder
    private let attachments: AttachmentFolder
    private let lines = Lock<[UInt8]>([])
    private let sink: LogSink

    init(apps: [App]) async throws {
        self.apps = AppDirectory(apps)
        let path = try #require(directory?.path)
        store = try await SQLiteStore(at: path + "/router.db", serving: [.app(appKey)])
        blobs = try BlobFolder(at: path + "/blobs")
        attachments = try AttachmentFolder(at: path + "/attachments")
        sink = LogSink(format: .json) { [lines] bytes in lines.withLock { $0 += bytes } }
    }

    let threads = WorkThreads(named: "turn")
    private let renderers = WorkThreads(named: "reply")

    var jobRun: JobRun { jobRun(over: store) }

    func jobRun(over store: any TurnStore) -> JobRun {
        JobRun(
            store: store,
            directory: apps,
            agents: ["scripted": AgentSetup(agent)],
            lanes: [:],
            people: Nobody(),
            attachments: attachments,
            blobs: blobs,
            threads: threads,
            renderers: renderers,
            outbox: Wakeup(),
            metrics: WorkMetrics(Metrics()),
            log: logger
        )
    }

    var logger: Logger { Logger(to: sink) }

    /// Accepts a message and claims its job.
    func claim(_ text: String) async throws -> ClaimedJob {
        let user = UserID("zhangsan")
        let message = AcceptedMessage(text: text, messageID: "1", sentAt: .now, replyAddress: .user(user))
        _ = try await store.accept(
            Submission(
                key: DedupKey(stamp: 1, digest: Array(repeating: 1, count: 16)),
                conversation: ConversationKey(endpoint: .app(appKey), user: user),
                .job(JobRequest(message, refusal: Notice(.tooMuch, nil)))
            ),
            at: .now
        )
        return try #require(try await store.claim(1, for: "test", at: .now).first)
    }

    func run(_ text: String) async throws { await jobRun.run(try await claim(text)) }

    /// Everything that is in the outbox.
    func sent() async throws -> [String] {
        var texts: [String] = []
        while let delivery = try await store.claimDeliveries(1, for: "test", at: .now).first {
            texts.append(delivery.part.text)
            #expect(try await store.markSent(delivery.lease, SendReceipt(), at: .now))
        }
        return texts
    }

    /// All that was logged; nothing is afterwards.
    var log: String {
        sink.close()
        return String(decoding: lines.withLock { $0 }, as: UTF8.self)
    }

    func close() async { await store.close() }
}

private struct DiskFull: StoreError { let mayPass = true }
private struct Damaged: StoreError { let mayPass = false }

/// A store that fails the first time something is settled.
private final class StumblingStore: TurnStore {
    private let store: any TurnStore
    private let error: any StoreError
    private let hasStumbled = Lock(false)

    init(_ store: any TurnStore, over error: any StoreError = DiskFull()) {
        self.store = store
        self.error = error
    }

    func accept(_ submission: Submission, at now: Timestamp) async throws -> Acceptance {
        try await store.accept(submission, at: now)
    }

    func claim(for owner: String, within rules: ClaimRules, at now: Timestamp) async throws -> [ClaimedJob] {
        try await store.claim(for: owner, within: rules, at: now)
    }

    func renew(_ leases: [Lease], until: Timestamp) async throws -> [Lease] {
        try await store.renew(leases, until: until)
    }

    func cancellations() async throws -> [Cancellation] { try await store.cancellations() }

    func say(
        _ part: Part, as kind: Delivery.Class, for lease: Lease, at now: Timestamp
    ) async throws -> Bool {
        try await store.say(part, as: kind, for: lease, at: now)
    }

    func rescue(except owner: String, at now: Timestamp) async throws -> Int {
        try await store.rescue(except: owner, at: now)
    }

    func settle(_ lease: Lease, as settlement: Settlement, at now: Timestamp) async throws -> Bool {
        let isFirst = hasStumbled.withLock { hasStumbled in
            defer { hasStumbled = true }
            return !hasStumbled
        }
        if isFirst { throw error }
        return try await store.settle(lease, as: settlement, at: now)
    }

    // MARK: What stumbles over nothing

    func session(of conversation: ConversationKey, epoch: Int64, agent: String) async throws -> Session? {
        try await store.session(of: conversation, epoch: epoch, agent: agent)
    }

    func keep(_ update: SessionUpdate, for lease: Lease, at now: Timestamp) async throws -> Bool {
        try await store.keep(update, for: lease, at: now)
    }

    func sessions(matching filter: LedgerFilter) async throws -> Page<SessionSummary> {
        try await store.sessions(matching: filter)
    }

    func beginEpoch(of conversation: ConversationKey, at now: Timestamp) async throws -> Bool {
        try await store.beginEpoch(of: conversation, at: now)
    }

    func pruneSessions(unusedSince moment: Timestamp, behind mark: Int64?) async throws -> PrunedPage<Int64> {
        try await store.pruneSessions(unusedSince: moment, behind: mark)
    }

    func ask(_ asked: AskedQuestion, for lease: Lease, at now: Timestamp) async throws -> QuestionID? {
        try await store.ask(asked, for: lease, at: now)
    }

    func endings(of questions: [QuestionID]) async throws -> [QuestionID: QuestionEnding] {
        try await store.endings(of: questions)
    }

    func close(_ question: QuestionID, as ending: QuestionEnding, at now: Timestamp) async throws -> Bool {
        try await store.close(question, as: ending, at: now)
    }

    func answers(to job: JobID) async throws -> [KeyedAnswer] { try await store.answers(to: job) }

    func admit(
        _ digest: TokenDigest, for scope: CallScope, to lease: Lease, at now: Timestamp
    ) async throws -> Bool {
        try await store.admit(digest, for: scope, to: lease, at: now)
    }

    func take(
        _ call: AgentCall, about job: JobID, proving token: TokenDigest, at now: Timestamp
    ) async throws -> CallReceipt {
        try await store.take(call, about: job, proving: token, at: now)
    }

    func calls(about job: JobID, after arrival: Int64) async throws -> [AgentCall] {
        try await store.calls(about: job, after: arrival)
    }

    func forgetCalls(about job: JobID) async throws { try await store.forgetCalls(about: job) }

    func standing(
        of job: JobID, proving token: TokenDigest, for scope: CallScope
    ) async throws -> CallReceipt {
        try await store.standing(of: job, proving: token, for: scope)
    }
}

/// An address book with nobody in it.
struct Nobody: People {
    func person(_ user: UserID, in app: AppKey) async throws -> Person {
        throw PeopleUnavailable(reason: "there is nobody in it", isTransient: false)
    }

    func belongs(_ user: UserID, to groups: AllowedGroups, in app: AppKey) async throws -> Bool { false }
}

extension Part {
    var text: String { excerpt }
}
