import JSON
import Lanes
import Lifecycle
import Observability
import Router
import System
import WeCom

/// The right to bots' connections where several processes share a store: takes those that are free, holds on to them, and has only
/// those connect that are this process's.
///
/// A connection ends by its own clock before its lease does: nothing here has to be in time for that. A bot that an operator has
/// disconnected, or that another program has taken, stays this process's: no other is to try its luck with it.
actor SocketOwnership {
    /// A connection that is this process's.
    struct Right {
        let number: Int64
        var end: MonotonicTime
        /// The operators' orders that were carried out; nil before the connection was begun.
        var obeyed: Int?
    }

    let store: any SocketStore
    let records: BotRecords
    let owner: String
    let limits: LeaseLimits
    let clock: any WorkClock
    let log: Logger
    /// The connections of the bots that are served here.
    let connections: @Sendable () -> [BotID: BotConnection]
    /// Hears which of them are this process's.
    private let noteOwn: @Sendable (Set<BotID>) -> Void

    var rights: [BotID: Right] = [:]
    var told: [BotID: SocketStanding] = [:]
    private var isFailing = false

    /// Another process, an operator, a reload or a connection has something new.
    private let news: Wakeup

    /// Beneath every hint, which may be lost, a look at the store.
    private static let interval = Duration.seconds(1)
    /// Many connections that change together are one look.
    private static let gathering = Duration.milliseconds(50)

    init(
        store: any SocketStore, records: BotRecords, owner: String, limits: LeaseLimits, clock: any WorkClock,
        log: Logger, news: Wakeup, over connections: @escaping @Sendable () -> [BotID: BotConnection],
        whenOwn noteOwn: @escaping @Sendable (Set<BotID>) -> Void
    ) {
        self.store = store
        self.records = records
        self.owner = owner
        self.limits = limits
        self.clock = clock
        self.log = log
        self.news = news
        self.connections = connections
        self.noteOwn = noteOwn
    }

    /// Goes on until it is told to stop. What it has then is its own until `free`.
    func run(until stop: @escaping @Sendable () async -> Void) async {
        await firstOf(stop, { await self.keepLooking() }, { await self.keepHolding() })
    }

    private func keepLooking() async {
        while !Task.isCancelled {
            await look()
            await news.wait(atMost: SocketOwnership.interval, by: clock)
            try? await clock.sleep(for: SocketOwnership.gathering)
        }
    }

    private func keepHolding() async {
        var wait = limits.renewal
        while (try? await clock.sleep(for: wait)) != nil {
            do {
                try await hold(Array(rights.keys))
                wait = limits.renewal
            } catch {
                tell(error)
                wait = limits.retry
            }
        }
    }

    /// Takes what is free, does what operators want, and lets others know how connections stand.
    func look() async {
        let known = connections()
        do {
            rights = rights.filter { known[$0.key] != nil }
            noteOwn(Set(rights.keys))
            if known.isEmpty { return }
            let records = try await store.sockets(of: Array(known.keys))
            try await take(records)
            for (bot, connection) in known { await obey(records[bot] ?? SharedSocket(), bot, connection) }
            try await report(known)
            isFailing = false
        } catch {
            tell(error)
        }
    }

    /// Lets go of all, for others to take at once. To be called when the connections are closed.
    func free() async {
        guard !rights.isEmpty else { return }
        do {
            try await records.keep(statuses(of: Array(rights.keys)))
            try await store.freeSockets(of: Array(rights.keys), for: owner, at: clock.timestamp)
            rights = [:]
        } catch {
            tell(error)
        }
    }

    nonisolated func records(of bots: [BotID]) async throws -> [BotID: SharedSocket] {
        bots.isEmpty ? [:] : try await store.sockets(of: bots)
    }

    /// Has whoever has the connection of a bot do what operators want, and waits for that, a moment at most.
    nonisolated func carryOut(_ bot: BotID) async throws {
        await look()
        for _ in 1...30 {
            guard let record = try await store.sockets(of: [bot])[bot],
                record.holder(at: clock.timestamp) != nil, record.standing.map({ $0.obeyed < record.orders }) ?? true
            else { return }
            try await clock.sleep(for: .milliseconds(100))
        }
    }

    // MARK: Having

    private func take(_ records: [BotID: SharedSocket]) async throws {
        let now = clock.timestamp
        let free = records.filter { rights[$0.key] == nil && $0.value.isFree(for: owner, at: now) }.map(\.key)
        guard !free.isEmpty else { return }
        try await hold(free)
        let taken = Set(free.filter { rights[$0] != nil })
        if !taken.isEmpty { try await self.records.takeOver(taken) }
    }

    private func hold(_ bots: [BotID]) async throws {
        guard !bots.isEmpty else { return }
        let began = clock.now
        let numbers = try await store.holdSockets(
            of: bots, for: owner, lasting: limits.length, at: clock.timestamp)
        let (end, known) = (began.advanced(by: limits.fence), connections())
        for bot in bots {
            guard let connection = known[bot] else { continue }
            if let number = numbers[bot] {
                // Under another number somebody had it meanwhile, and it begins anew.
                let obeyed = rights[bot].flatMap { $0.number == number ? $0.obeyed : nil }
                rights[bot] = Right(number: number, end: end, obeyed: obeyed)
                await connection.hold(until: end)
            } else {
                rights[bot] = nil
                await connection.loseLease()
            }
        }
        noteOwn(Set(rights.keys))
    }

    private func tell(_ error: any Error) {
        guard !isFailing, !(error is CancellationError) else { return }
        isFailing = true
        log.warning("who has which bot cannot be looked up", [.error: .string("\(error)")])
    }
}
