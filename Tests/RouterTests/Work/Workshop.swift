import Lifecycle
import Observability
import RouterTesting
import SQLiteStore
import System
import Testing
import WeCom

@testable import Router

func withWorkshop(
    apps: [App]? = nil, limits: TurnLimits = TurnLimits(), questionTime: Duration = .seconds(60),
    _ body: (Workshop) async throws -> Void
) async throws {
    let shop = try await Workshop(apps: apps ?? [Workshop.app()], limits, questionTime)
    try await attempt {
        try await body(shop)
    } finally: {
        await shop.close()
    }
}

/// A store, an agent, a clock that stands still, and what runs jobs by them.
struct Workshop: Sendable {
    let store: SQLiteStore
    let agent: ScriptedAgent
    let clock: ManualClock
    let turns: RunningTurns
    let cancellations = Wakeup()
    private let directory = try? TemporaryDirectory(prefix: "router-tests-")
    let current: Serving.Current
    private let blobs: BlobFolder
    private let attachments: AttachmentFolder
    let files: SentFileFetch
    private let capture = LogCapture()
    private let metrics = WorkMetrics(Metrics())
    let threads = WorkThreads(named: "turn")
    private let renderers = WorkThreads(named: "reply")

    static let key = AppKey(corpID: CorpID("ww1"), agentID: AgentID(1))

    static func app(
        agent: String = "scripted", speech: Speech = .app, texts: ChatTexts = .chinese,
        conduct adjust: (inout Conduct) -> Void = { _ in }
    ) throws -> App {
        let keys = try CallbackKeys(token: Secret("t"), encodingAESKey: Secret(String(repeating: "k", count: 43)))
        var conduct = Conduct()
        conduct.signs.acknowledgeAfter = nil
        adjust(&conduct)
        var texts = texts
        texts.hideHints()
        return App(
            .app(key), name: "test", keys: keys, agent: agent, policy: .all, speech: speech, conduct: conduct,
            texts: texts)
    }

    fileprivate init(apps: [App], _ limits: TurnLimits, _ questionTime: Duration) async throws {
        agent = ScriptedAgent()
        clock = ManualClock()
        turns = RunningTurns(by: clock)
        let setup = AgentSetup(agent, limits: limits, questionTime: questionTime)
        current = Serving.Current(Serving(AppDirectory(apps), agents: ["scripted": setup]))
        let path = try #require(directory?.path)
        store = try await SQLiteStore(at: path + "/router.db", serving: [.app(Workshop.key)])
        blobs = try BlobFolder(at: path + "/blobs")
        attachments = try AttachmentFolder(at: path + "/attachments")
        files = SentFileFetch(into: try ReceivedFolder(at: path + "/received", minFree: 0))
    }

    var jobRun: JobRun { jobRun(over: store) }
    var logger: Logger { capture.log }

    func jobRun(over store: any TurnStore) -> JobRun {
        JobRun(
            store: store, current: current, attachments: attachments, files: files, blobs: blobs, turns: turns,
            threads: threads,
            renderers: renderers, outbox: Wakeup(), metrics: metrics, log: capture.log)
    }

    /// Accepts a message and claims its job.
    func claim(_ text: String, with media: [SentMedia] = [], id: UInt8 = 1) async throws -> ClaimedJob {
        let user = UserID("zhangsan")
        let message = AcceptedMessage(
            from: user, text: text, media: media, messageID: "\(id)", sentAt: .now, replyAddress: .user(user))
        _ = try await store.accept(
            Submission(
                key: DedupKey(stamp: 1, digest: Array(repeating: id, count: 16)),
                conversation: ConversationKey(endpoint: .app(Workshop.key), user: user),
                .job(JobRequest(message, refusal: Notice(.tooMuch, nil)))),
            at: clock.timestamp)
        return try #require(try await store.claim(1, for: "test", at: clock.timestamp).first)
    }

    func run(_ text: String) async throws { await jobRun.run(try await claim(text)) }

    /// Runs the job that waits for its next try, five minutes later.
    func runAgain() async throws {
        clock.advance(by: .seconds(301))
        await jobRun.run(try #require(try await store.claim(1, for: "test", at: clock.timestamp).first))
    }

    /// Keeps the leases of the turns that run, while `body` does.
    func keepingLeases(
        over store: any TurnStore, as owner: String = "test", _ body: () async throws -> Void
    ) async throws {
        let life = ServiceLife()
        let keeper = LeaseKeeper(
            store: store, sendings: self.store, turns: turns, owner: owner, cancellations: cancellations,
            log: capture.log)
        async let run: Void = keeper.run(life)
        // One renews, another looks for what others have left.
        await clock.untilSomebodySleeps(for: turns.leases.renewal)
        await clock.untilSomebodySleeps(for: DeliveryRules.leaseLength / 3)
        try await body()
        life.tellToStop(by: .now)
        await run
    }

    /// Gives back what has expired by now, as another process does. How many jobs there were.
    func rescueElsewhere() async throws -> Int { try await store.rescue(except: "elsewhere", at: clock.timestamp) }

    /// Everything that is in the outbox, as it may be read.
    func sent() async throws -> [String] { try await deliver().map(\.excerpt) }

    /// Takes everything out of the outbox, as a lane by which all arrives.
    func deliver() async throws -> [Part] {
        var parts: [Part] = []
        // Later than whatever was written by either clock.
        while let delivery = try await store.claimDeliveries(1, for: "test", at: max(.now, clock.timestamp)).first {
            parts.append(delivery.part)
            let receipt = SendReceipt(wecomID: "\(delivery.id)")
            #expect(try await store.markSent(delivery.lease, receipt, at: .now))
        }
        return parts
    }

    /// All that was logged; nothing is afterwards.
    var log: String { capture.finish() }

    func close() async { await store.close() }
}
