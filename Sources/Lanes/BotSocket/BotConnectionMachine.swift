package import System
package import WeCom

/// The rules of one bot's long connection as a pure value: an event goes in with the time at which it came, and what is
/// to be done comes out. It is the only place that decides; what is around it does as it is told.
package struct BotConnectionMachine: Sendable {
    package internal(set) var state = State.stopped(.notStarted)

    let bot: BotID
    let secret: Secret
    let limits: BotConnectionLimits
    var ids: BotRequestIDs

    // MARK: The socket

    /// The number of the newest socket: what is heard of any other is old.
    var socket = 0
    /// The end of what the state allows: to connect, to subscribe, to wait, or until the next heartbeat.
    var stateEnds: MonotonicTime?
    /// Connections in a row that came to nothing.
    package internal(set) var failures = 0
    /// Subscriptions in a row that were refused until somebody mends the configuration.
    package internal(set) var refusals = 0
    /// The last time WeCom answered a heartbeat or the subscription.
    package internal(set) var lastSign: MonotonicTime?
    var subscription: BotRequestID?
    /// The heartbeats that were not answered, the oldest first.
    var heartbeats: [BotRequestID] = []

    /// The moment at which another process may have the bot; nil where none can.
    var heldUntil: MonotonicTime?

    // MARK: What is sent

    var lines: [BotRequestID: Line] = [:]
    /// The lines of which an answer is late, the oldest first.
    var lateLines: [BotRequestID] = []
    /// The streams that have had their last frame: what comes later of one is old.
    var ended = EndedStreams()
    /// The number of commands that are under way or wait for their turn.
    var pending = 0
    /// A command that WeCom did not take because the subscription was gone: it goes once more over the next connection.
    var held: (send: Send, until: MonotonicTime)?

    var actions: [Action] = []

    /// `salt` tells the ids of this connection's commands from those of another's.
    package init(
        _ bot: BotID, secret: Secret, limits: BotConnectionLimits = BotConnectionLimits(), salt: UInt64
    ) {
        self.bot = bot
        self.secret = secret
        self.limits = limits
        ids = BotRequestIDs(salt: salt)
    }

    /// Takes what has happened, and says what is to be done, in this order. `random` is a number from 0 up to 1, drawn
    /// anew for each event: it spreads those who lost their connections together.
    package mutating func handle(_ event: Event, at now: MonotonicTime, random: Double) -> [Action] {
        let moment = Moment(now: now, random: random)
        // Whoever was suspended for longer than that finds it before all else.
        if !isOurs(at: now) { stop(.leaseLost) }
        switch event {
        case .hold(let end): heldUntil = max(heldUntil ?? end, end)
        case .start: if isOurs(at: now) { start(moment) }
        case .reconnect: if isOurs(at: now) { reconnect(moment) }
        case .stop(let why): stop(why)
        case .opened(let number): if isCurrent(number) { opened(moment) }
        case .openFailed(let number, let reason), .closed(let number, let reason):
            if isCurrent(number) { lose(reason, moment, isClosed: true) }
        case .giveUp(let number, let reason): if isCurrent(number) { lose(reason, moment) }
        case .frame(let number, let frame): if isCurrent(number) { take(frame, moment) }
        case .send(let send): take(send, moment)
        case .tick: tick(moment)
        }
        defer { actions = [] }
        return actions
    }

    /// True until another process may have the bot.
    func isOurs(at now: MonotonicTime) -> Bool { heldUntil.map { now < $0 } ?? true }

    private func isCurrent(_ number: Int) -> Bool { number == socket && state.hasSocket }

    /// The next moment at which a tick changes anything; nil for none.
    package var deadline: MonotonicTime? {
        let flights = lines.values.lazy.compactMap { $0.flight?.ends }.min()
        let lates = lateLines.lazy.compactMap { lines[$0]?.late.first?.until }.min()
        let right = state.hasSocket || state == .retrying ? heldUntil : nil
        return [stateEnds, flights, lates, held?.until, right].compactMap(\.self).min()
    }

    /// The time of an event, and the number that was drawn for it.
    struct Moment {
        let now: MonotonicTime
        let random: Double
    }
}
