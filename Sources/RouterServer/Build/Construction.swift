import HTTP
import HTTPClient
import HTTPServer
import Lanes
import Lifecycle
import Observability
import PostgreSQL
import Router
import System
import WeCom

/// A server under construction: the parts that several of its services share, and a method for each service.
///
/// The methods stand in extensions, in the order in which `RouterServer.build` calls them: `+serving`, `+listeners`, `+work`,
/// `+metrics`.
struct Construction {
    let configuration: Configuration
    let log: Logger
    let metrics = Metrics()
    let appLabels: AppLabels
    /// Apps alone, until agents and lanes have joined them.
    let current: Serving.Current
    let storeService: StoreService
    let callbackMetrics: CallbackMetrics
    let blobs: BlobFolder
    /// Shared by all that show streams: few are made at once.
    let shownPictures: ShownPictures
    let attachments: AttachmentFolder
    let received: ReceivedFolder
    let files: SentFileFetch
    /// Files that are to be fetched before their turns begin.
    let fileQueue = SentFileQueue()
    let workspaces: WorkspaceFolder
    let access: ManagementAccess
    let loops: Loops
    /// To WeCom.
    let transport = CurlTransport()
    let wecomClock = WeComClock()
    let refused: RefusedCallbacks
    /// The clock of turns from the message to its answer, and of bots' connections.
    let clock: any WorkClock
    let turns: RunningTurns
    /// Since when the store has heard of this process.
    let contact: StoreContact
    let wakeups = Wakeups()
    var work: Wakeup { wakeups.work }
    var outbox: Wakeup { wakeups.outbox }
    var cancellations: Wakeup { wakeups.cancellations }
    var socketChanges: Wakeup { wakeups.socketChanges }
    /// The name under which this process holds leases.
    var owner: String { storeService.node.incarnation }

    /// The wakeups of those who work, each for what there may be to do.
    struct Wakeups: Sendable {
        /// There may be jobs to run.
        let work = Wakeup()
        /// There may be deliveries to carry.
        let outbox = Wakeup()
        /// Turns may have to stop, or have got answers.
        let cancellations = Wakeup()
        /// Bots' connections may have to be shared out anew.
        let socketChanges = Wakeup()

        /// Takes a hint of another process. Without one some may have been lost.
        func hear(_ hint: StoreHint?) {
            if hint == .jobs || hint == nil { work.signal() }
            if hint == .deliveries || hint == nil { outbox.signal() }
            if hint == .turns || hint == nil { cancellations.signal() }
            if hint == .bots || hint == nil { socketChanges.signal() }
        }
    }

    struct Loops {
        let http: EventLoop
        /// An operator has to get through above all while the public side is under attack.
        let management: EventLoop
        /// The loop of agents' programs.
        let programs: EventLoop
        /// The loop of the connections that bots hold to WeCom.
        let bots: EventLoop
    }

    var store: any Store { storeService.store }

    var intake: Intake {
        Intake(store: store, work: work, outbox: outbox, cancellations: cancellations, turns: turns, files: fileQueue)
    }

    var streamView: StreamView { StreamView(store: store, turns: turns, pictures: shownPictures) }

    var botEvents: BotEvents { BotEvents(intake: intake, store: store) }

    /// Opens the store before all else: another process may have it.
    init(
        _ configuration: Configuration, turnClock: any WorkClock, leases: LeaseLengths, isolation: Isolation,
        log: Logger
    ) async throws {
        self.configuration = configuration
        clock = turnClock
        turns = RunningTurns(by: turnClock, leases: LeaseLimits(length: leases.turns))
        contact = StoreContact(LeaseLimits(length: leases.others))
        self.log = log
        current = Serving.Current(Serving(try configuration.directory()))
        appLabels = AppLabels { [current] in current.serving.directory.apps.map(\.name) }
        storeService = try await StoreService.open(
            configuration.store, named: configuration.node.name, serving: current, isolation: isolation, log: log,
            whenHinted: { [wakeups] word in wakeups.hear(StoreHint(rawValue: word)) })
        refused = RefusedCallbacks(
            behind: ClientAddresses(configuration.server), clock: wecomClock,
            isServed: { [current] in current.serving.directory[named: $0] != nil })
        callbackMetrics = CallbackMetrics(metrics, of: current, apps: appLabels)
        access = ManagementAccess(configuration)
        loops = Loops(
            http: try EventLoop(named: "http"), management: try EventLoop(named: "management"),
            programs: try EventLoop(named: "programs", rank: .background), bots: try EventLoop(named: "bots"))
        blobs = try BlobFolder(at: configuration.store.blobs, shared: storeService.shared.map(SharedBlobs.init))
        shownPictures = ShownPictures(in: blobs)
        attachments = try AttachmentFolder(
            at: configuration.store.attachments, shared: storeService.shared.map(SharedBlobs.init))
        received = try ReceivedFolder(at: configuration.store.received, minFree: configuration.store.minFree)
        files = SentFileFetch(into: received)
        workspaces = try WorkspaceFolder(
            at: configuration.workers.directory ?? configuration.store.workspaces,
            shared: SharedWorkspaces(storeService, configuration.workers, log))
    }
}

extension SharedWorkspaces {
    /// Nil where no other process needs copies: there is none, or all have the same disk.
    fileprivate init?(_ service: StoreService, _ workers: Configuration.Workers, _ log: Logger) {
        guard let store = service.shared, !workers.sharesDirectory else { return nil }
        self.init(
            in: store, SharedBlobs(in: store), at: service.node.name,
            within: WorkspaceLimits(bytes: workers.directoryCopy), log: log)
    }
}

extension App {
    /// An app of the configuration, as the router knows it.
    convenience init(_ app: Configuration.App) throws {
        self.init(
            .app(AppKey(app)), name: app.name,
            keys: try CallbackKeys(token: app.token, encodingAESKey: app.encodingAESKey),
            formerKeys: try FormerKeys.all(
                token: app.token, encodingAESKey: app.encodingAESKey, oldToken: app.oldToken,
                oldEncodingAESKey: app.oldEncodingAESKey),
            agent: app.agent, policy: app.policy, speech: AppLane.speech, conduct: app.conduct,
            texts: app.texts, language: app.language, timeZone: app.timeZone)
    }
}

extension App {
    /// A bot of the configuration.
    convenience init(_ bot: Configuration.Bot) throws {
        let speech = bot.socket == nil ? BotWebhookLane.speech : BotSocketLane.speech
        self.init(
            bot.endpoint, name: bot.name, keys: try bot.webhook.map { try CallbackKeys($0) },
            traits: BotTraits(
                receiver: bot.webhook?.receiveID, isIdentified: bot.botID != nil, nameInChats: bot.nameInChats,
                hasFallback: bot.fallbackApp != nil),
            agent: bot.agent, policy: bot.policy,
            speech: bot.fallbackApp == nil ? speech : speech.withFallback, conduct: bot.conduct, texts: bot.texts,
            language: bot.language, timeZone: bot.timeZone)
    }
}

extension CallbackKeys {
    init(_ webhook: Configuration.Bot.Webhook) throws {
        try self.init(token: webhook.token, encodingAESKey: webhook.encodingAESKey)
    }
}

extension Configuration {
    /// All that people can write to, and what is not served for now.
    func directory() throws -> AppDirectory {
        let all =
            try apps.map { (app: try Router.App($0), dormancy: dormancy(of: $0)) }
            + bots.map { (app: try Router.App($0), dormancy: dormancy(of: $0)) }
        return AppDirectory(
            all.filter { $0.dormancy == nil }.map(\.app),
            dormant: all.compactMap { app, dormancy in dormancy.map { DormantApp(app, $0) } },
            defaultBot: defaultBot ?? (bots.count == 1 ? bots[0].name : nil))
    }
}

extension AppKey {
    init(_ app: Configuration.App) { self.init(corpID: app.corpID, agentID: app.agentID) }
}
