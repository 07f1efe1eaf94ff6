import HTTP
import HTTPClient
import JSON
import Lanes
import Lifecycle
import Observability
import Router
import System
import WeCom

/// The long connections of the bots that hold one, for as long as the server runs.
///
/// A reload keeps those of bots that connect as before, and ends the others.
final class BotSockets: Service {
    let name = "bots' connections"

    private typealias Work = @Sendable () async -> Void

    private let transport: CurlWebSockets
    private let files: any HTTPTransport
    private let loop: EventLoop
    private let endpoint: BotSocketEndpoint
    private let store: any StreamStore & DeliveryStore
    /// There may be deliveries to carry.
    private let outbox: Wakeup
    private let unshown: Counter
    let records: BotRecords
    let clock: any WorkClock
    private let log: Logger
    private let state: Lock<State>
    /// Says which are this process's; nil where no other shares the store.
    let ownership: SocketOwnership?
    private let works: AsyncStream<Work>
    private let begin: AsyncStream<Work>.Continuation
    /// A connection is in another state.
    let news = Wakeup()
    /// The same, or there are others, or other processes have news: for whoever shares them out.
    private let changes: Wakeup

    init(
        over transport: CurlWebSockets, files: any HTTPTransport, loop: EventLoop, hearing endpoint: BotSocketEndpoint,
        store: any StreamStore & DeliveryStore, outbox: Wakeup, records: BotRecords,
        sharing shared: (any SocketStore)? = nil, as owner: String, leases: LeaseLimits, changes: Wakeup,
        metrics: Metrics, clock: any WorkClock = .steady, log: Logger
    ) {
        unshown = metrics.counter(
            "bot_unshown_answers_total",
            "Answers over bots' connections that were sent whole: too many were shown already")
        self.store = store
        self.outbox = outbox
        self.changes = changes
        self.transport = transport
        self.files = files
        self.loop = loop
        self.endpoint = endpoint
        self.records = records
        self.clock = clock
        self.log = log
        (works, begin) = AsyncStream.makeStream()
        let state = Lock(State(isShared: shared != nil))
        self.state = state
        ownership = shared.map { store in
            SocketOwnership(
                store: store, records: records, owner: owner, limits: leases, clock: clock, log: log,
                news: changes, over: { state.withLock { $0.held.mapValues(\.connection) } },
                whenOwn: { own in state.withLock { if $0.own != own { $0.own = own } } })
        }
    }

    func run(_ life: ServiceLife) async {
        life.hasStarted()
        await withTaskGroup(of: Void.self) { group in
            // On the thread that has the sockets: what is heard and said changes threads for the store and for agents alone.
            group.addTask(executorPreference: loop) { [works, records] in
                // Nobody connects before it is known whom an operator has disconnected.
                await firstOf(life.untilToldToStop, records.areRead.wait)
                await withDiscardingTaskGroup { group in
                    for await work in works { group.addTask { await work() } }
                    // What shows answers ends here; the connections have been told.
                    group.cancelAll()
                }
            }
            if let ownership {
                group.addTask { [records] in
                    await firstOf(life.untilToldToStop, records.areRead.wait)
                    await ownership.run(until: life.untilToldToStop)
                }
            }
            await life.untilToldToStop()
            let stop = life.stopDeadline ?? .now
            await takeLeave(for: max(stop.since(.now) / 2, BotSockets.leastLeave))
            for one in state.withLock({ Array($0.held.values) }) { one.life.tellToStop(by: stop) }
            begin.finish()
        }
        await ownership?.free()
        await transport.close()
        loop.stop()
    }

    /// Turns that took all their time leave none: it is part of what is kept for this service's stop.
    private static let leastLeave = Duration.milliseconds(40)

    /// Has the bubbles that grow say that the router stops.
    private func takeLeave(for time: Duration) async {
        let all = state.withLock { Array($0.held.values) }
        for one in all { one.lane.isLeaving.reach() }
        await firstOf({ for one in all { await one.shows.untilNone() } }) {
            try? await SteadyClock().sleep(for: time)
        }
    }

    /// The connections that are this process's, as they stand, by bot.
    var statuses: [BotID: BotConnection.Status] {
        state.withLock { state in
            state.held.filter { !state.isShared || state.own.contains($0.key) }.mapValues(\.connection.status)
        }
    }

    /// The bots whose connections other processes have, or nobody for the moment: who has one says all that is said over it.
    var elsewhere: Set<Endpoint> { state.withLock { $0.away } }

    /// The bots that hold a connection, here or elsewhere.
    var bots: [BotID] { state.withLock { Array($0.held.keys) } }

    /// The connection of a bot; nil of one that holds none.
    func connection(of bot: BotID) -> BotConnection? { state.withLock { $0.held[bot]?.connection } }

    /// The lane of a bot, over the connection it has or a new one.
    func lane(of bot: Configuration.Bot) throws -> BotSocketLane {
        guard let id = bot.botID, let socket = bot.socket else { preconditionFailure("a bot that connects has an id") }
        let wire = Wire(socket: socket, outside: bot.outside)
        return state.withLock { state in
            if let known = state.held[id], known.wire == wire { return known.lane }
            let new = connect(id, wire, named: bot.name)
            if let old = state.held[id] {
                old.life.tellToStop(by: .now)
                records.carryOver(id, old.connection.status)
            }
            state.held[id] = new
            return new.lane
        }
    }

    /// Ends the connections of bots that are not among these.
    func retain(_ endpoints: [Endpoint]) {
        let stay = Set(endpoints.compactMap(\.bot))
        state.withLock { state in
            for (id, one) in state.held where !stay.contains(id) {
                one.life.tellToStop(by: .now)
                records.carryOver(id, one.connection.status)
                state.held[id] = nil
            }
        }
    }

    private func connect(_ id: BotID, _ wire: Wire, named name: String) -> Held {
        var route = BotConnection.Route(wire.socket.address)
        route.options = WebSocketOptions(wire.socket, wire.outside)
        var limits = BotConnectionLimits()
        limits.heartbeat = wire.socket.pingInterval
        limits.backoff = Backoff(first: wire.socket.reconnectInterval, longest: limits.backoff.longest)
        limits.answer = wire.outside.timeout
        let (lane, shows) = (Lock<BotSocketLane?>(nil), BotShows())
        let (since, isResumed) = (clock.timestamp, Lock(false))
        let follow: @Sendable (@escaping Work) -> Void = { [begin, unshown] show in
            guard shows.begin() else { return unshown.increment() }
            begin.yield {
                await show()
                shows.end()
            }
        }
        // What waited for the connection goes out at once; what is not hurried goes when it is due.
        let hurry: Work = { [store, outbox, clock] in
            if let count = try? await store.hurry(.bot(id), at: clock.timestamp), count > 0 { outbox.signal() }
        }
        let connection = BotConnection(
            id, secret: wire.socket.secret, over: transport, to: route, limits: limits, by: clock,
            log: log.with([.app: .string(name)]),
            whenChanged: { [news, changes, begin, endpoint] state in
                news.signal()
                changes.signal()
                guard state == .ready else { return }
                begin.yield {
                    await hurry()
                    guard !isResumed.withLock({ exchange(&$0, with: true) }), let lane = lane.withLock({ $0 }) else {
                        return
                    }
                    await endpoint.resume(id, openedBefore: since, through: lane, follow: follow)
                }
            }
        ) { [endpoint] frame in
            guard let lane = lane.withLock({ $0 }) else { return false }
            return await endpoint.hear(frame, of: id, through: lane, follow: follow)
        }
        let new = BotSocketLane(connection, store: store, outside: BotOutside(wire.outside, over: files))
        lane.withLock { $0 = new }
        let life = ServiceLife()
        begin.yield { await connection.run(life) }
        // Who has the store to itself has the bot.
        if ownership != nil {
            changes.signal()
        } else {
            begin.yield { [records] in
                if records.isDisconnected(id) { await connection.disconnect() } else { await connection.start() }
            }
        }
        return Held(wire: wire, connection: connection, lane: new, shows: shows, life: life)
    }
}
