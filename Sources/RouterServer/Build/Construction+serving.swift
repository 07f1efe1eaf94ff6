import HTTPClient
import Lanes
import Router
import System
import WeCom

/// The agents that answer, and the lanes to WeCom.
extension Construction {
    /// Starts agents' programs.
    func spawner(_ executable: String) -> Spawner {
        Spawner(on: loops.programs, executable: executable, limit: Construction.maxPrograms)
    }

    /// Makes what is served, now and after each reload.
    func servingMaker(
        _ spawner: Spawner, over agentTransport: CurlTransport, environment: [String: String],
        standIns: [String: AgentSetup], sockets: BotSockets
    ) -> ServingMaker {
        ServingMaker(
            spawner: spawner, workspaces: workspaces, transport: transport, agentTransport: agentTransport,
            wecomClock: wecomClock, tokens: sharedTokens, environment: environment, standIns: standIns, streams: store,
            sockets: sockets, clock: clock, log: log)
    }

    /// The access tokens that the processes over one database have in common, where there is a key to keep them under.
    private var sharedTokens: SharedTokens? {
        guard let tokens = storeService.shared, let key = StoreKey(configuration.store) else { return nil }
        return SharedTokens(store: tokens, key: key, owner: owner, log: log)
    }

    /// The connections of the bots that hold one.
    func botSockets(_ records: BotRecords) -> BotSockets {
        let record = CallbackRecord(metrics: callbackMetrics, log: log)
        return BotSockets(
            over: CurlWebSockets(on: loops.bots), files: transport, loop: loops.bots,
            hearing: BotSocketEndpoint(
                current: current, intake: intake, view: streamView, events: botEvents, record: record,
                by: clock),
            store: store, outbox: outbox, records: records, sharing: storeService.shared, as: owner,
            leases: contact.limits, changes: socketChanges, metrics: metrics, clock: clock, log: log)
    }

    /// Tells a wrong clock of ours from old messages. Any client will do: WeCom's clock is the same for all.
    func clockWatch() -> ClockWatch {
        ClockWatch(wecomClock, maxAge: { [current] in current.serving.maxMessageAge }, log: log) { [current] in
            await current.serving.clients.values.first?.askForDate()
        }
    }

    /// More programs than this are never running at once.
    private static let maxPrograms = 2048
}

extension CurlTransport.Limits {
    /// As many turns as workers may run, each for half an hour.
    static var forAgents: CurlTransport.Limits {
        var limits = CurlTransport.Limits()
        limits.concurrent = 10_000
        limits.waiting = 1000
        limits.rank = .background
        return limits
    }
}
