import JSON
import System
import WeCom

@testable import Lanes

/// A machine with a clock that stands until it is moved, and what has come out of it.
struct BotSocketWorld {
    typealias Machine = BotConnectionMachine

    var machine: Machine
    var now = MonotonicTime.now
    /// The number that is drawn for each event.
    var random = 0.5
    private(set) var last: [Machine.Action] = []
    private var tickets: UInt64 = 0

    init(limits: BotConnectionLimits = BotConnectionLimits()) {
        machine = Machine(BotID("aib1"), secret: Secret("S"), limits: limits, salt: 7)
    }

    /// One that is ready, over socket 1.
    static func ready(limits: BotConnectionLimits = BotConnectionLimits()) -> BotSocketWorld {
        var world = BotSocketWorld(limits: limits)
        world.handle(.start)
        world.subscribe()
        return world
    }

    var state: Machine.State { machine.state }

    @discardableResult
    mutating func handle(_ event: Machine.Event) -> [Machine.Action] {
        last = machine.handle(event, at: now, random: random)
        return last
    }

    /// Lets time pass and ticks at its end.
    @discardableResult
    mutating func pass(_ time: Duration) -> [Machine.Action] {
        now = now.advanced(by: time)
        return handle(.tick)
    }

    /// The time until the next tick that matters.
    var untilDeadline: Duration? { machine.deadline.map { $0.since(now) } }

    // MARK: WeCom's part

    var socket: Int { machine.socket }

    @discardableResult
    mutating func receive(_ frame: BotFrame) -> [Machine.Action] { handle(.frame(socket, frame)) }

    @discardableResult
    mutating func answer(
        _ id: BotRequestID, _ code: Int64? = 0, body: JSONValue? = nil
    ) -> [Machine.Action] {
        receive(.answer(BotAnswer(id, code: code.map { ErrorCode($0) }, message: "words", body: body)))
    }

    /// Opens the socket that is being opened, and gives it the bot, or does not.
    @discardableResult
    mutating func subscribe(_ code: Int64? = 0) -> [Machine.Action] {
        handle(.opened(socket))
        return answer(written.first?.id ?? BotRequestID("none"), code)
    }

    mutating func close() { handle(.closed(socket, reason: "closed by the other side")) }

    // MARK: What came out last

    var written: [(id: BotRequestID, command: BotCommand)] {
        last.compactMap { if case .write(_, let id, let command) = $0 { (id, command) } else { nil } }
    }

    var outcomes: [Machine.Outcome] {
        last.compactMap { if case .settle(_, let outcome) = $0 { outcome } else { nil } }
    }

    var isClosing: Bool { last.contains(.close(socket)) }

    var why: String {
        last.reduce("") { if case .enter(_, let why) = $1 { why } else { $0 } }
    }

    // MARK: Commands

    private mutating func ticket() -> Machine.Ticket {
        tickets += 1
        return Machine.Ticket(tickets)
    }

    /// Sends a command that answers nothing, and returns its ticket.
    @discardableResult
    mutating func say(_ text: String = "hi") -> Machine.Ticket {
        let ticket = ticket()
        handle(.send(.init(.send(.markdown(text), to: .user(UserID("u"))), ticket)))
        return ticket
    }

    @discardableResult
    mutating func respond(_ frame: StreamFrame, to id: String = "R") -> Machine.Ticket {
        answer(with: .stream(frame), to: id)
    }

    @discardableResult
    mutating func answer(with reply: BotReply, to id: String = "R") -> Machine.Ticket {
        let ticket = ticket()
        handle(.send(.init(.respond(reply), answering: BotRequestID(id), ticket)))
        return ticket
    }
}
