package import HTTP
import JSON
package import Lifecycle
package import Observability
package import System
package import WeCom

/// The long connection of one bot: does over a socket what its `BotConnectionMachine` decides, and tells the machine what
/// comes of it.
///
/// The task that reads the socket waits for nobody: what it hears is handed on by another, and what is sent by a third.
package actor BotConnection {
    package typealias Machine = BotConnectionMachine

    /// Takes a message or an event, one after another as they came. False if it could not be kept: WeCom sends it again
    /// over another connection.
    package typealias Ear = @Sendable (BotFrame) async -> Bool

    /// The way to WeCom.
    package struct Route: Sendable {
        package var address: String
        package var options = WebSocketOptions()

        package init(_ address: String) { self.address = address }
    }

    package nonisolated let bot: BotID
    let transport: any WebSocketTransport
    let route: Route
    let limits: BotConnectionLimits
    let clock: any WorkClock
    let log: Logger
    let hear: Ear
    let whenChanged: @Sendable (Machine.State) -> Void
    let random: @Sendable () -> Double
    private let current: Lock<Status>

    var machine: Machine
    /// The newest socket, as long as the machine wants it.
    var link: BotSocketLink?
    private let links: AsyncStream<BotSocketLink>
    let opening: AsyncStream<BotSocketLink>.Continuation
    var isOver = false

    private var tickets: UInt64 = 0
    var senders: [Machine.Ticket: CheckedContinuation<Machine.Outcome, Never>] = [:]

    var unheard = UnheardFrames()
    let rubbish = Occasionally(every: .seconds(60))

    /// The moment at which the keeper of time wakes, and what wakes it before.
    var wakes: MonotonicTime?
    var alarm = Signpost()

    /// `random` draws a number from 0 up to 1: it spreads those who lost their connections together. `whenChanged` hears of
    /// each new state.
    package init(
        _ bot: BotID, secret: Secret, over transport: any WebSocketTransport, to route: Route,
        limits: BotConnectionLimits = BotConnectionLimits(), by clock: any WorkClock = .steady, log: Logger,
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        whenChanged: @escaping @Sendable (Machine.State) -> Void = { _ in }, hearing hear: @escaping Ear
    ) {
        self.bot = bot
        self.transport = transport
        var route = route
        route.options.connectTimeout = limits.connecting
        route.options.limits.message = limits.frame
        route.options.limits.closeTime = limits.closing
        self.route = route
        self.limits = limits
        self.clock = clock
        self.log = log.with(["bot": .string(bot.text)])
        self.hear = hear
        self.whenChanged = whenChanged
        self.random = random
        machine = Machine(bot, secret: secret, limits: limits, salt: .random(in: .min ... .max))
        current = Lock(Status(since: clock.timestamp))
        (links, opening) = AsyncStream.makeStream()
    }

    // MARK: Life

    /// Serves until it is told to stop, and ends when the socket is closed and what was heard is handed on. It connects
    /// once `start` is called.
    package func run(_ life: ServiceLife) async {
        life.hasStarted()
        // No task waits for it: of a thousand connections, each would hold memory for that.
        life.whenToldToStop { [opening] in opening.finish() }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.keepTime() }
            group.addTask { await self.handOn() }
            for await link in links {
                group.addTask { await self.live(link) }
            }
            finish()
        }
    }

    private func finish() {
        handle(.stop(.shutdown))
        isOver = true
        alarm.reach()
        unheard.finish()
    }

    /// The bot is ours: connects, unless an operator has disconnected it or WeCom refuses it.
    package func start() { handle(.start) }

    /// The bot is ours until that moment, unless this is said again before: the connection is closed then, and not opened by
    /// itself.
    package func hold(until end: MonotonicTime) { handle(.hold(until: end)) }

    /// The bot is somebody else's now.
    package func loseLease() { handle(.stop(.leaseLost)) }

    /// Connects anew, whatever there is.
    package func reconnect() { handle(.reconnect) }

    /// Disconnects until `reconnect`.
    package func disconnect() { handle(.stop(.byOperator)) }

    /// The connection as it stands, from any thread and at once.
    package nonisolated var status: Status { current.withLock { $0 } }

    func changeStatus(_ change: (inout Status) -> Void) { current.withLock { change(&$0) } }

    // MARK: Sending

    /// Sends a command, in answer to the frame with that id if there is one, and returns what became of it. To cancel the
    /// caller takes nothing back: the command may go out all the same.
    package func send(_ command: BotCommand, answering id: BotRequestID? = nil) async -> Machine.Outcome {
        tickets += 1
        let ticket = Machine.Ticket(tickets)
        return await withTaskCancellationHandler {
            guard !Task.isCancelled else { return .unsent("cancelled") }
            return await withCheckedContinuation { sender in
                senders[ticket] = sender
                handle(.send(.init(command, answering: id, ticket)))
            }
        } onCancel: {
            // Unstructured: a cancellation is told at once, and the actor comes to it in its turn.
            Task { await self.settle(ticket, .unanswered("cancelled")) }
        }
    }

    func settle(_ ticket: Machine.Ticket, _ outcome: Machine.Outcome) {
        senders.removeValue(forKey: ticket)?.resume(returning: outcome)
    }
}
