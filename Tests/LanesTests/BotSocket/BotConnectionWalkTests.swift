import SeededTesting
import System
import Testing
import WeCom

@testable import Lanes

@Suite struct BotConnectionWalkTests {
    @Test("whatever happens in whatever order, the promises hold")
    func walk() {
        var random = SeededNumbers()
        for _ in 0..<60 {
            var walk = Walk(&random)
            for _ in 0..<400 { walk.step(&random) }
            walk.finish()
        }
    }
}

/// A walk through a machine, with what has to hold of it.
private struct Walk {
    typealias Machine = BotConnectionMachine

    private var world: BotSocketWorld
    private var nextTicket: UInt64 = 0
    /// The commands whose outcome is still to be told.
    private var open: [Machine.Ticket: Machine.Send] = [:]
    private var told: Set<Machine.Ticket> = []
    /// The frames under way as far as anybody outside can know.
    private var underWay: [BotRequestID: BotCommand] = [:]
    /// The ids that were written over this socket, answered or not.
    private var written: [BotRequestID] = []
    private var seenSocket = 0
    private var isOpen = false
    private var wasDisplaced = false
    private var writes: [Machine.Ticket: Int] = [:]

    init(_ random: inout SeededNumbers) {
        var limits = BotConnectionLimits()
        limits.pending = Int.random(in: 1...12, using: &random)
        limits.waiting = Int.random(in: 1...4, using: &random)
        limits.lateLines = Int.random(in: 1...4, using: &random)
        world = BotSocketWorld(limits: limits)
    }

    mutating func step(_ random: inout SeededNumbers) {
        world.random = Double.random(in: 0..<1, using: &random)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<3: handle(.start)
        case 3..<4: handle(.reconnect)
        case 4..<6: handle(.stop(Machine.Stop.allCases.randomElement(using: &random) ?? .shutdown))
        case 6..<14: handle(.opened(number(&random)))
        case 14..<16: handle(.closed(number(&random), reason: "closed"))
        case 16..<17: handle(.openFailed(number(&random), reason: "failed"))
        case 17..<18: handle(.frame(number(&random), .kick(reason: nil)))
        case 18..<19: handle(.giveUp(number(&random), reason: "given up"))
        case 19..<20: handle(.frame(number(&random), .unknown(command: "x")))
        case 20..<45: answer(&random)
        case 45..<75: send(&random)
        case 75..<80: pass(.seconds(Int.random(in: 0...70, using: &random)))
        default: if let deadline = world.untilDeadline { pass(max(deadline, .zero)) }
        }
    }

    /// Ends it, by when everybody has been told.
    mutating func finish() {
        handle(.stop(.shutdown))
        #expect(open.isEmpty, "what became of a command is not told")
        #expect(world.machine.lines.isEmpty && world.machine.pending == 0 && world.untilDeadline == nil)
    }

    // MARK: What happens

    /// Nearly always the newest socket.
    private func number(_ random: inout SeededNumbers) -> Int {
        world.socket - (Int.random(in: 0..<10, using: &random) == 0 ? 1 : 0)
    }

    private mutating func pass(_ time: Duration) {
        world.now = world.now.advanced(by: time)
        handle(.tick)
        #expect(
            world.untilDeadline.map { $0 > .zero || world.state == .retrying } ?? true, "a deadline has passed twice")
    }

    private mutating func answer(_ random: inout SeededNumbers) {
        let id = written.randomElement(using: &random) ?? BotRequestID("nobody")
        let codes: [Int64?] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, nil, -1, 846_605, 846_608, 846_609, 853_000]
        let code = codes[Int.random(in: codes.indices, using: &random)]
        let answer = BotAnswer(id, code: code.map { ErrorCode($0) })
        handle(.frame(number(&random), .answer(answer)))
    }

    private mutating func send(_ random: inout SeededNumbers) {
        nextTicket += 1
        let ticket = Machine.Ticket(nextTicket)
        let id = BotRequestID("R\(Int.random(in: 0..<4, using: &random))")
        let frame: StreamFrame =
            switch Int.random(in: 0..<3, using: &random) {
            case 0: .opening("S\(nextTicket)")
            case 1: .running("S\(nextTicket)", "x")
            default: .closing("S\(nextTicket)", "x")
            }
        let command =
            Int.random(in: 0..<4, using: &random) == 0
            ? BotCommand.send(.markdown("\(nextTicket)"), to: .user(UserID("u"))) : .respond(.stream(frame))
        let isAnswer = if case .respond = command { true } else { false }
        let send = Machine.Send(command, answering: isAnswer ? id : nil, ticket)
        open[ticket] = send
        handle(.send(send))
    }

    // MARK: What has to hold

    private mutating func handle(_ event: Machine.Event) {
        var state = world.state
        for action in world.handle(event) {
            if case .enter(let next, _) = action {
                #expect(mayFollow(state, next, after: event), "\(state) leads to \(next)")
                state = next
            }
            check(action, after: event)
        }
        #expect(state == world.state, "a state is entered and not told")
        #expect(
            world.machine.lines.values.allSatisfy { $0.flight != nil || !$0.late.isEmpty },
            "a line is kept for nothing")
        if case .frame(let number, .answer(let answer)) = event, number == seenSocket { underWay[answer.id] = nil }
        #expect(world.machine.pending <= world.machine.limits.pending + 1, "more is under way than may be")
        #expect(world.machine.lateLines.count <= world.machine.limits.lateLines)
        #expect(world.machine.heartbeats.count <= world.machine.limits.missedHeartbeats)
    }

    /// The moves that the states' comments name.
    private func mayFollow(_ state: Machine.State, _ next: Machine.State, after event: Machine.Event) -> Bool {
        switch (event, next) {
        case (.reconnect, .connecting), (.stop, .stopped): return true
        default: break
        }
        return switch state {
        case .stopped(.notStarted), .stopped(.leaseLost), .displaced, .retrying: next == .connecting
        case .connecting: next == .subscribing || next == .retrying
        case .subscribing: [.ready, .retrying, .displaced, .refused].contains(next)
        case .ready: next == .retrying || next == .displaced
        case .stopped, .refused: false
        }
    }

    private mutating func check(_ action: Machine.Action, after event: Machine.Event) {
        switch action {
        case .open(let number):
            #expect(!isOpen, "a second socket is opened beside the first")
            #expect(number > seenSocket, "a number is used twice")
            if wasDisplaced { #expect(mayTakeBack(event), "a bot that was taken is taken back unasked") }
            wasDisplaced = false
            (seenSocket, isOpen, written, underWay) = (number, true, [], [:])
        case .close(let number):
            #expect(number == seenSocket && isOpen, "a socket is closed that is not open")
            isOpen = false
        case .write(let number, let id, let command): checkWrite(number, id, command)
        case .settle(let ticket, let outcome): settle(ticket, outcome)
        case .enter(let state, let why):
            #expect(!why.isEmpty)
            if state == .displaced { wasDisplaced = true }
            if state == .retrying || state == .displaced || state == .refused { isOpen = false }
        case .hear, .ignore: break
        }
    }

    private func mayTakeBack(_ event: Machine.Event) -> Bool {
        switch event {
        case .start, .reconnect: true
        default: false
        }
    }

    private mutating func checkWrite(_ number: Int, _ id: BotRequestID, _ command: BotCommand) {
        #expect(number == seenSocket && isOpen, "something is written to a socket that is not open")
        written.append(id)
        switch command {
        case .subscribe: #expect(written.count == 1, "the subscription is not the first and only")
        case .ping: #expect(world.state == .ready)
        default:
            #expect(world.state == .ready, "something is sent before the bot is ours")
            #expect(!isInFlightTwice(id), "two frames of one id are under way")
            underWay[id] = command
            if let ticket = open.first(where: { $0.value.command == command })?.key {
                writes[ticket, default: 0] += 1
                #expect(writes[ticket, default: 0] <= 2, "a command goes out a third time")
            }
        }
    }

    /// One that was given up is told before the next goes out, in the same step.
    private func isInFlightTwice(_ id: BotRequestID) -> Bool {
        guard let earlier = underWay[id] else { return false }
        return open.contains { $0.value.command == earlier }
    }

    private mutating func settle(_ ticket: Machine.Ticket, _ outcome: Machine.Outcome) {
        guard let send = open.removeValue(forKey: ticket) else {
            Issue.record("\(ticket) is told \(told.contains(ticket) ? "twice" : "and was never asked for")")
            return
        }
        told.insert(ticket)
        if outcome == .skipped { #expect(send.isIntermediate, "a frame is skipped that says what no later one will") }
        if case .done = outcome { #expect(writes[ticket, default: 0] > 0, "something is done that was never sent") }
    }
}
