package import HTTP
import JSON
package import Lifecycle
package import Observability
import System
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
    private let random: @Sendable () -> Double
    private let current: Lock<Status>

    var machine: Machine
    /// The newest socket, as long as the machine wants it.
    var link: BotSocketLink?
    private let links: AsyncStream<BotSocketLink>
    let opening: AsyncStream<BotSocketLink>.Continuation
    private var isOver = false

    private var tickets: UInt64 = 0
    private var senders: [Machine.Ticket: CheckedContinuation<Machine.Outcome, Never>] = [:]

    var unheard = UnheardFrames()
    let rubbish = Occasionally(every: .seconds(60))

    /// The moment at which the keeper of time wakes, and what wakes it before.
    private var wakes: MonotonicTime?
    private var alarm = Signpost()

    /// `random` draws a number from 0 up to 1: it spreads those who lost their connections together.
    package init(
        _ bot: BotID, secret: Secret, over transport: any WebSocketTransport, to route: Route,
        limits: BotConnectionLimits = BotConnectionLimits(), by clock: any WorkClock = .steady, log: Logger,
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }, hearing hear: @escaping Ear
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
        await withDiscardingTaskGroup { group in
            group.addTask { await self.keepTime() }
            group.addTask { await self.handOn() }
            group.addTask {
                await life.untilToldToStop()
                await self.finish()
            }
            for await link in links {
                group.addTask { await self.live(link) }
            }
        }
    }

    private func finish() {
        handle(.stop(.shutdown))
        isOver = true
        opening.finish()
        alarm.reach()
        unheard.finish()
    }

    /// The bot is ours: connects, unless an operator has disconnected it or WeCom refuses it.
    package func start() { handle(.start) }

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
            Task { await self.settle(ticket, .unanswered("cancelled")) }
        }
    }

    private func settle(_ ticket: Machine.Ticket, _ outcome: Machine.Outcome) {
        senders.removeValue(forKey: ticket)?.resume(returning: outcome)
    }

    // MARK: The machine

    /// Tells the machine what has happened and does what follows. `size` is that of a frame.
    func handle(_ event: Machine.Event, size: Int = 0) {
        // Nobody is there any more to open a socket or to keep time.
        if isOver { return refuse(event) }
        for action in machine.handle(event, at: clock.now, random: random()) { perform(action, size) }
        changeStatus { $0.note(machine) }
        guard let deadline = machine.deadline else { return }
        if wakes.map({ deadline < $0 }) ?? true { alarm.reach() }
    }

    private func refuse(_ event: Machine.Event) {
        guard case .send(let send) = event else { return }
        settle(send.ticket, .unsent(Machine.Stop.shutdown.rawValue))
    }

    private func perform(_ action: Machine.Action, _ size: Int) {
        switch action {
        case .open(let number): open(number)
        case .close: link?.over.reach()
        case .write(_, let id, let command): write(command, id)
        case .hear(let frame): keep(frame, size)
        case .settle(let ticket, let outcome): settle(ticket, outcome)
        case .enter(let state, let why): enter(state, why)
        case .ignore(let answer): log.debug("an answer that nobody waits for", [.reason: .string(answer.reason)])
        }
    }

    private func enter(_ state: Machine.State, _ why: String) {
        let before = status
        changeStatus { $0.enter(state, why, at: clock.timestamp) }
        tell(state, why, after: before.state)
        // What was slept for belonged to the state before.
        alarm.reach()
    }

    // MARK: Time

    private func keepTime() async {
        while !isOver, !Task.isCancelled {
            let alarm = Signpost()
            self.alarm = alarm
            wakes = machine.deadline
            if let moment = machine.deadline {
                let clock = clock
                await firstOf(alarm.wait) { try? await clock.sleep(until: moment) }
            } else {
                await alarm.wait()
            }
            if let deadline = machine.deadline, deadline <= clock.now { handle(.tick) }
        }
    }
}
