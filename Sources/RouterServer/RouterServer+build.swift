import SQLite
import Agents
import HTTP
import HTTPClient
import HTTPServer
import Lanes
import Lifecycle
package import Observability
package import Router
import SQLiteStore
import System
import WeCom

extension RouterServer {
    /// Puts the parts together: the one place that knows them all. Listed in the order in which services start; they stop
    /// in reverse, workers first, the listener last but for the store, so that WeCom's callbacks are accepted for as long
    /// as we live.
    ///
    /// A stop takes `afterDrain` more than turns are given. `spawnerExecutable` is this program, or another that serves as the
    /// spawner's process. `agents` stand in for those of the configuration that bear their names. `environment` is what
    /// agents' programs get their variables from. `ownsProcess` says that nothing else runs in this process: whatever
    /// descends from it was started for agents.
    package static func build(
        _ configuration: Configuration, agents standIns: [String: AgentSetup] = [:],
        spawnerExecutable: String = "/proc/self/exe", environment: [String: String] = Process.environment,
        ownsProcess: Bool = false, afterDrain: Duration = RouterServer.afterDrain, log: Logger
    ) async throws -> RouterServer {
        let metrics = Metrics()
        let directory = try AppDirectory(configuration.apps.map(App.init))
        let (work, outbox, cancellations) = (Wakeup(), Wakeup(), Wakeup())
        let turns = RunningTurns()
        // By chance rather than by number: another machine, or the next start of a container, has the same process id.
        let owner = String(UInt64.random(in: .min ... .max), radix: 36)

        let opened = try await StoreService.open(configuration.store, serving: directory, owner: owner, log: log)
        let store = opened.store
        let loop = try EventLoop(named: "http")
        // An operator has to get through above all while the public side is under attack.
        let managementLoop = try EventLoop(named: "management")
        let transport = CurlTransport()
        let wecomClock = WeComClock()
        let clients = clients(of: configuration, transport, wecomClock)
        let maxAge = configuration.server.maxMessageAge == .zero ? nil : configuration.server.maxMessageAge
        let clock = ClockWatch(wecomClock, maxAge: maxAge, log: log) {
            // They all have the same clock.
            await clients.values.first?.askForDate()
        }
        let readiness = Readiness(store: store, clock: clock, log: log)
        let lanes = clients.reduce(into: [Endpoint: any Lane]()) { $0[.app($1.key)] = AppLane($1.value) }
        let people = Contacts(clients)
        let blobs = try BlobFolder(at: configuration.store.blobs)
        let attachments = try AttachmentFolder(at: configuration.store.attachments)
        let workspaces = try WorkspaceFolder(at: configuration.workers.directory ?? configuration.store.workspaces)
        let programs = try EventLoop(named: "programs", rank: .background)
        let spawner = Spawner(on: programs, executable: spawnerExecutable, limit: maxPrograms)
        // An agent's answer may take half an hour: WeCom's calls are not to wait for a place behind it.
        let agentTransport = CurlTransport(limits: .forAgents)
        let host = ProgramHost(
            spawner: spawner, workspaces: workspaces, environment: configuration.programVariables(of: environment),
            hidden: configuration.ownPaths)

        let built = BuiltAgents(configuration, on: host, over: agentTransport, log: log)
        let agents = built.setups.merging(standIns) { $1 }

        let endpoint = CallbackEndpoint(
            opener: CallbackOpener(directory: directory, maxAge: maxAge),
            intake: Intake(store: store, work: work, outbox: outbox, cancellations: cancellations, turns: turns),
            metrics: CallbackMetrics(metrics), clock: clock, log: log)
        let calls = CallEndpoint(
            store: store, attachments: attachments, turns: turns, metrics: CallMetrics(metrics))
        let routes = Routes(
            path: configuration.server.path, callbacks: endpoint, calls: configuration.isCalledByAgents ? calls : nil,
            readiness: readiness)
        let publicListener = HTTPListener(
            name: "public", host: configuration.server.host, port: configuration.server.port,
            limits: .forCallbacks(Process.raiseOpenFileLimit()),
            budgets: ClientBudgets(ClientAddresses(configuration.server)), on: loop, metrics: metrics, log: log
        ) { await routes.answer($0) }

        let control = ControlRoutes(store: store, directory: directory, blobs: blobs) {
            for wakeup in [work, outbox, cancellations] { wakeup.signal() }
        }
        let management = ManagementRoutes(
            configuration.management, publicURL: configuration.server.publicURL, readiness: readiness,
            metrics: metrics, control: control)
        let managementListener = HTTPListener(
            name: "management", host: configuration.management.host, port: configuration.management.port,
            limits: .forManagement, on: managementLoop, metrics: metrics, log: log
        ) { await management.answer($0) }

        let controlListener = ControlListenerService(
            at: configuration.store.controlSocket, keyAt: configuration.store.controlKey,
            ancestor: ownsProcess ? Process.id : nil, on: managementLoop, metrics, log
        ) { await control.answer($0) }

        let courier = Courier(
            store: store, lanes: lanes, directory: directory, blobs: blobs, concurrency: 64, owner: owner,
            wakeup: outbox, metrics: DeliveryMetrics(metrics), log: log)
        let workers = WorkerPool(
            store: store,
            run: JobRun(
                store: store, directory: directory, agents: agents, lanes: lanes,
                people: people, attachments: attachments, blobs: blobs,
                returnAddress: configuration.isCalledByAgents
                    ? configuration.server.publicURL.map { ReturnAddress(publicURL: $0) } : nil,
                turns: turns, threads: WorkThreads(named: "turn"), renderers: WorkThreads(named: "reply"),
                outbox: outbox, metrics: WorkMetrics(metrics), log: log),
            turns: turns, directory: directory, concurrency: configuration.workers.concurrency, owner: owner,
            wakeup: work, log: log)
        let leases = LeaseKeeper(
            store: store, sendings: store, turns: turns, owner: owner, cancellations: cancellations, log: log)
        let pruner = Pruner(
            store: store, blobs: blobs, attachments: attachments, workspaces: workspaces, limits: .init(configuration),
            metrics: PruningMetrics(metrics), log: log)
        let running = SpawnerService(spawner: spawner, loop: programs) {
            await built.close()
            await agentTransport.close()
        }
        metrics.gauge("turns_running", "Turns that run now") { Double(turns.all.count) }
        metrics.gauge(
            "clock_lead_seconds", "How far our clock is ahead of WeCom's; 0 before WeCom has answered anything"
        ) { Double(wecomClock.lead()?.inMilliseconds ?? 0) / 1000 }
        metrics.gauge("ready", "1 while /ready is green, else 0") { readiness.reasons.isEmpty ? 1 : 0 }
        describe(store, log, in: metrics)

        // The reserves are shares of what is left of the stop when turns have had their time.
        var services: [ServiceGroup.Entry] = [
            .init(opened, grace: .seconds(5), reserve: afterDrain * 0.15),
            .init(pruner, grace: .seconds(1), reserve: afterDrain * 0.01),
            .init(TransportService(transport: transport), grace: .seconds(1), reserve: afterDrain * 0.02),
        ]
        if let controlListener {
            services.append(.init(controlListener, grace: .milliseconds(200), reserve: afterDrain * 0.02))
        }
        services += [
            .init(managementListener, grace: .milliseconds(200), reserve: afterDrain * 0.02),
            .init(publicListener, grace: .milliseconds(500), reserve: afterDrain * 0.06),
            .init(courier, grace: .seconds(1), reserve: afterDrain * 0.06),
            .init(running, grace: .seconds(1), reserve: afterDrain * 0.1),
            .init(leases, grace: .seconds(1), reserve: afterDrain * 0.01),
            .init(workers, grace: configuration.workers.drainTimeout, reserve: afterDrain * 0.4),
        ]
        // A tenth is for the way from the last service to the end of the process.
        let stopTime = configuration.workers.drainTimeout + afterDrain * 0.9
        return RouterServer(
            services: ServiceGroup(services, budget: stopTime, log: log), loops: [loop, managementLoop], log: log,
            metrics: metrics, readiness: readiness,
            agents: AgentWatch(agents: agents, configuration: configuration, log: log), publicListener: publicListener,
            managementListener: managementListener, programs: running, store: opened, transport: transport)
    }

    /// The promise of `serve`: it ends so long after `workers.drain_timeout` at the latest.
    package static let afterDrain = Duration.seconds(1)

    /// More programs than this are never running at once.
    private static let maxPrograms = 2048

    /// A client each: an app's token is its own.
    private static func clients(
        of configuration: Configuration, _ transport: CurlTransport, _ clock: WeComClock
    ) -> [AppKey: WeComClient] {
        configuration.apps.reduce(into: [:]) { clients, app in
            clients[AppKey(corpID: app.corpID, agentID: app.agentID)] =
                WeComClient(AppCredentials(app), transport: transport, clock: clock)
        }
    }

    private static func describe(_ store: SQLiteStore, _ log: Logger, in metrics: Metrics) {
        metrics.gauge("resident_memory_bytes", "Memory of the process that is resident") {
            Double(Process.residentBytes)
        }
        metrics.counted("store_commits_total", "Transactions committed") { store.statistics.batches }
        metrics.counted("store_writes_total", "Writes committed; many share a transaction") { store.statistics.bodies }
        metrics.counted("store_failed_commits_total", "Transactions that failed as a whole") {
            store.statistics.failedBatches
        }
        metrics.counted("store_failed_checkpoints_total", "Checkpoints that failed; the log grows meanwhile") {
            store.statistics.failedCheckpoints
        }
        metrics.gauge("store_waiting_writes", "Writes that wait for the writer; at most 4096") {
            Double(store.statistics.waitingWrites)
        }
        metrics.gauge("store_longest_commit_seconds", "The longest commit since the start") {
            Double(store.statistics.longestCommit.inMilliseconds) / 1000
        }
        metrics.gauge("store_log_bytes", "Size of the write-ahead log") { Double(store.statistics.logBytes) }
        metrics.gauge("store_free_bytes", "Free bytes on the store's disk") { Double(store.room.free()) }
        metrics.counted(
            "store_refused_messages_total", "Messages not accepted for want of disk", labels: "why=\"min_free\""
        ) { store.room.refusedForRoom }
        metrics.counted(
            "store_refused_messages_total", "Messages not accepted for want of disk", labels: "why=\"disk\""
        ) { store.health.refusedByDisk }
        metrics.counted("log_lines_dropped_total", "Log lines dropped because their reader was too slow") {
            log.droppedLines
        }
    }
}

extension App {
    /// An app of the configuration, as the router knows it.
    convenience init(_ app: Configuration.App) throws {
        self.init(
            key: AppKey(corpID: app.corpID, agentID: app.agentID), name: app.name,
            keys: try CallbackKeys(token: app.token, encodingAESKey: app.encodingAESKey), agent: app.agent,
            policy: app.policy, conduct: app.conduct, texts: app.texts, language: app.language)
    }
}

extension ClientAddresses {
    fileprivate init(_ server: Configuration.Server) {
        self.init(proxies: server.trustedProxies, known: server.wecomAddresses)
    }
}

extension CurlTransport.Limits {
    /// As many turns as workers may run, each for half an hour.
    fileprivate static var forAgents: CurlTransport.Limits {
        var limits = CurlTransport.Limits()
        limits.concurrent = 10_000
        limits.waiting = 1000
        limits.rank = .background
        return limits
    }
}

extension Pruner.Limits {
    /// A key must outlive the messages that it is to recognise: a replay is refused for its age only later than that.
    fileprivate init(_ configuration: Configuration) {
        self.init()
        keys = max(keys, configuration.server.maxMessageAge + .seconds(24 * 3600))
        let retention = configuration.store.retention
        if retention.jobs != .zero { age = retention.jobs }
        if retention.jobsMax != 0 { jobs = retention.jobsMax }
        files = retention.files
        sessions = retention.sessions
    }
}

extension HTTPLimits {
    /// What is not durable within three seconds is answered 503; WeCom would give up after five. Deadlines are looked at
    /// four times a second, which has to fit in.
    fileprivate static func forCallbacks(_ openFiles: Int) -> HTTPLimits {
        var limits = HTTPLimits()
        limits.connections = min(8192, max(16, openFiles - 256))
        limits.answerTime = .milliseconds(2700)
        return limits
    }

    static var forManagement: HTTPLimits {
        var limits = HTTPLimits()
        limits.connections = 64
        // A file of WeCom's largest size in base64, with what goes round it.
        limits.bodySize = 28 << 20
        limits.bodyTime = .seconds(60)
        limits.answerTime = .seconds(30)
        return limits
    }
}
