import HTTPClient
package import Lifecycle
package import Observability
package import PostgreSQL
package import Router
import System

extension RouterServer {
    /// Puts the parts together: the one place that knows them all. Services start in the order of `entries`; they stop in
    /// reverse, workers first, the listener last but for the store, so that WeCom's callbacks are accepted for as long as we
    /// live.
    ///
    /// A stop takes `afterDrain` more than turns are given. `spawnerExecutable` is this program, or another that serves as the
    /// spawner's process. `agents` stand in for those of the configuration that bear their names. `environment` is what
    /// agents' programs get their variables from. `ownsProcess` says that nothing else runs in this process: whatever
    /// descends from it was started for agents. `source` is where the configuration is read again, when somebody asks for that.
    /// `turnClock` is the clock that turns go by from the message to its answer: their leases, questions, streams and ways
    /// out, and the connections of bots. `isolation` is the strength of transactions in PostgreSQL: another than the usual one stands
    /// for engines that know no weaker.
    package static func build(
        _ configuration: Configuration, agents standIns: [String: AgentSetup] = [:],
        spawnerExecutable: String = "/proc/self/exe", environment: [String: String] = Process.environment,
        ownsProcess: Bool = false, from source: ConfigurationSource? = nil,
        afterDrain: Duration = RouterServer.afterDrain, turnClock: any WorkClock = .steady,
        leases: LeaseLengths = LeaseLengths(), isolation: Isolation = .readCommitted, log: Logger
    ) async throws -> RouterServer {
        let parts = try await Construction(
            configuration, turnClock: turnClock, leases: leases, isolation: isolation, log: log)

        let spawner = parts.spawner(spawnerExecutable)
        let agentTransport = CurlTransport(limits: .forAgents)
        let records = BotRecords(parts.store)
        let sockets = parts.botSockets(records)
        let bots = LiveBots(sockets: sockets, records: records, node: parts.storeService.node.name)
        let maker = parts.servingMaker(
            spawner, over: agentTransport, environment: environment, standIns: standIns, sockets: sockets)
        let served = try maker.make(configuration)
        parts.current.swap(to: served.serving)
        let reloader = Reloader(
            served, from: source, maker: maker, current: parts.current, access: parts.access, store: parts.store,
            credentials: CredentialCheck(current: parts.current, log: log), log: log)
        let programs = SpawnerService(spawner: spawner, loop: parts.loops.programs) {
            await reloader.close()
            await agentTransport.close()
        }

        let clock = parts.clockWatch()
        let readiness = Readiness(store: parts.store, clock: clock, log: log) { [current = parts.current] in
            bots.deaf(current.serving)
        }
        let control = parts.controlRoutes(reloader, bots)
        let publicListener = parts.publicListener(readiness, clock, records)
        let admin = parts.admin(readiness, control)
        let managementListener = parts.managementListener(readiness, control, admin)
        parts.describe(readiness)
        parts.describe(bots)

        // The reserves are shares of what is left of the stop when turns have had their time.
        let entries: [ServiceGroup.Entry?] = [
            .init(parts.storeService, grace: .seconds(5), reserve: afterDrain * 0.15),
            .init(
                BotRecorder(
                    statuses: { sockets.statuses }, news: sockets.news, records: records, store: parts.store, log: log),
                grace: .milliseconds(500), reserve: afterDrain * 0.005),
            .init(parts.pruner(), grace: .seconds(1), reserve: afterDrain * 0.01),
            .init(TransportService(transport: parts.transport), grace: .seconds(1), reserve: afterDrain * 0.02),
            .init(parts.earlyFetch(), grace: .milliseconds(500), reserve: afterDrain * 0.004),
            parts.controlListener(control, admin, managementListener, ancestor: ownsProcess ? Process.id : nil).map {
                .init($0, grace: .milliseconds(200), reserve: afterDrain * 0.02)
            },
            .init(managementListener, grace: .milliseconds(200), reserve: afterDrain * 0.02),
            .init(publicListener, grace: .milliseconds(500), reserve: afterDrain * 0.06),
            .init(sockets, grace: .milliseconds(500), reserve: afterDrain * 0.07),
            parts.storeWatch().map { .init($0, grace: .milliseconds(100), reserve: afterDrain * 0.001) },
            .init(parts.untakenAnswers(), grace: .milliseconds(200), reserve: afterDrain * 0.001),
            .init(parts.couriers(sockets), grace: .seconds(1), reserve: afterDrain * 0.06),
            .init(programs, grace: .seconds(1), reserve: afterDrain * 0.1),
            .init(parts.leaseKeeper(reloader), grace: .seconds(1), reserve: afterDrain * 0.01),
            parts.progressTeller().map { .init($0, grace: .milliseconds(100), reserve: afterDrain * 0.001) },
            .init(parts.workers(), grace: configuration.workers.drainTimeout, reserve: afterDrain * 0.37),
        ]
        // A tenth is for the way from the last service to the end of the process.
        let stopTime = configuration.workers.drainTimeout + afterDrain * 0.9
        return RouterServer(
            services: ServiceGroup(entries.compactMap(\.self), budget: stopTime, log: log),
            loops: [parts.loops.http, parts.loops.management], log: log, metrics: parts.metrics, readiness: readiness,
            current: parts.current, reloader: reloader,
            agents: AgentWatch(serving: served.serving, configuration: configuration, log: log),
            publicListener: publicListener, managementListener: managementListener, programs: programs,
            store: parts.storeService, transport: parts.transport)
    }

    /// The promise of `serve`: it ends so long after `workers.drain_timeout` at the latest.
    package static let afterDrain = Duration.seconds(1)
}
