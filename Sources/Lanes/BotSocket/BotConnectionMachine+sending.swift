import System
import WeCom

// Answers are told apart by nothing but the id, which all frames of one reply share: so one of them is under way at a
// time.

extension BotConnectionMachine {
    /// The commands that are sent under one id.
    struct Line: Sendable {
        var flight: Flight?
        /// Those that wait for the flight or for what is late, never an intermediate frame.
        var waiting: [Send] = []
        /// The flights that were given up and whose answers may still come, each before that of a later one.
        var late: [LateAnswer] = []

        var isFree: Bool { flight == nil && late.isEmpty }
    }

    /// The answer to a command that was given up. From that moment on it does not come any more.
    struct LateAnswer: Sendable {
        let command: BotCommand
        let until: MonotonicTime
    }

    /// A command that is under way.
    struct Flight: Sendable {
        let send: Send
        let ends: MonotonicTime
        /// It has gone out before, over a connection that had lost its subscription.
        let isRepeat: Bool
    }

    mutating func take(_ send: Send, _ moment: Moment) {
        guard state == .ready else { return settle(send, .unsent("the bot is not connected")) }
        let id = send.id ?? ids.next(for: send.command.name)
        if case .respond(.stream(let frame)) = send.command {
            if !frame.isFinished, ended.has(frame.id) { return settle(send, .skipped) }
            if frame.isFinished { ended.add(frame.id) }
        }
        let line = lines[id] ?? Line()
        // An answer that is late would be taken for that of this frame, and this one's for that of the last.
        if send.isIntermediate, !line.isFree { return settle(send, .skipped) }
        guard pending < limits.pending, line.waiting.count < limits.waiting else {
            return settle(send, .unsent("too much is under way over the bot's connection"))
        }
        pending += 1
        lines[id, default: Line()].waiting.append(send)
        goOn(id, moment)
    }

    mutating func repeatHeld(_ moment: Moment) {
        guard let send = held?.send else { return }
        held = nil
        pending += 1
        launch(send, send.id ?? ids.next(for: send.command.name), moment, isRepeat: true)
    }

    private mutating func launch(_ send: Send, _ id: BotRequestID, _ moment: Moment, isRepeat: Bool = false) {
        let ends = moment.now.advanced(by: limits.answer(to: send.command))
        lines[id, default: Line()].flight = Flight(send: send, ends: ends, isRepeat: isRepeat)
        actions.append(.write(socket, id, send.command))
    }

    /// Sends what waits under that id, or forgets it.
    ///
    /// While an answer is late nothing goes that may be shown once only: it could not be told whether it was. The last frame of a
    /// stream does, since it may go again.
    private mutating func goOn(_ id: BotRequestID, _ moment: Moment) {
        guard let line = lines[id], line.flight == nil else { return }
        guard let next = line.waiting.first else {
            if line.late.isEmpty { lines[id] = nil }
            return
        }
        guard line.late.isEmpty || next.endsStream else { return }
        lines[id]?.waiting.removeFirst()
        launch(next, id, moment)
    }

    // MARK: Answers

    mutating func take(_ answer: BotAnswer, _ moment: Moment) {
        guard let line = lines[answer.id] else { return ignore(answer, moment) }
        // Answers come in the order of what they answer. Where all that is late was the same frame, it is this one's as well.
        guard let flight = line.flight, line.late.allSatisfy({ $0.command == flight.send.command }) else {
            return takeLate(answer, moment)
        }
        lines[answer.id]?.flight = nil
        if let code = answer.code, code.endsSubscription {
            return loseSubscription(answer, flight, moment)
        }
        pending -= 1
        settle(flight.send, Outcome(answer))
        goOn(answer.id, moment)
    }

    private mutating func takeLate(_ answer: BotAnswer, _ moment: Moment) {
        if lines[answer.id]?.late.isEmpty == false { lines[answer.id]?.late.removeFirst() }
        ignore(answer, moment)
        clearLate(answer.id, moment)
    }

    /// Goes on under an id of which no answer is late any more.
    private mutating func clearLate(_ id: BotRequestID, _ moment: Moment) {
        guard lines[id]?.late.isEmpty ?? true else { return }
        lateLines.removeAll { $0 == id }
        goOn(id, moment)
    }

    /// Passes an answer over that no command waits for, unless it tells that the subscription is gone.
    private mutating func ignore(_ answer: BotAnswer, _ moment: Moment) {
        actions.append(.ignore(answer))
        if state == .ready, let code = answer.code, code.endsSubscription { lose(answer.reason, moment) }
    }

    /// The connection looks healthy and takes nothing: what it did not take goes once more over another.
    private mutating func loseSubscription(_ answer: BotAnswer, _ flight: Flight, _ moment: Moment) {
        pending -= 1
        if flight.isRepeat {
            settle(flight.send, Outcome(answer))
        } else if flight.send.isIntermediate {
            // Over another connection it might open a stream that nobody closes.
            settle(flight.send, .unsent(answer.reason))
        } else {
            held = (flight.send, moment.now.advanced(by: limits.holding))
        }
        lose(answer.reason, moment)
    }

    mutating func expireFlights(_ moment: Moment) {
        let expired = lines.compactMap { id, line in line.flight.map { (id: id, flight: $0) } }
            .filter { $0.flight.ends <= moment.now }
        for (id, flight) in expired.sorted(by: { $0.flight.send.ticket.number < $1.flight.send.ticket.number }) {
            lines[id]?.flight = nil
            noteLate(flight.send.command, id, moment)
            pending -= 1
            settle(flight.send, .unanswered("no answer within \(limits.answer(to: flight.send.command))"))
            goOn(id, moment)
        }
    }

    private mutating func noteLate(_ command: BotCommand, _ id: BotRequestID, _ moment: Moment) {
        lines[id]?.late.append(LateAnswer(command: command, until: moment.now.advanced(by: limits.lateness)))
        guard lines[id]?.late.count == 1 else { return }
        lateLines.append(id)
        guard lateLines.count > limits.lateLines, let oldest = lateLines.first else { return }
        lines[oldest]?.late = []
        clearLate(oldest, moment)
    }

    /// Waits no more for answers that are too late to come.
    mutating func expireLateAnswers(_ moment: Moment) {
        for id in lateLines {
            lines[id]?.late.removeAll { $0.until <= moment.now }
            clearLate(id, moment)
        }
    }

    // MARK: Settling

    mutating func settle(_ send: Send, _ outcome: Outcome) { actions.append(.settle(send.ticket, outcome)) }

    mutating func failPending(_ why: String) {
        var failed: [(send: Send, outcome: Outcome)] = []
        for line in lines.values {
            if let flight = line.flight { failed.append((flight.send, .brokenOff(why))) }
            for send in line.waiting { failed.append((send, .unsent(why))) }
        }
        for (send, outcome) in failed.sorted(by: { $0.send.ticket.number < $1.send.ticket.number }) {
            settle(send, outcome)
        }
        lines = [:]
        lateLines = []
        pending = 0
    }
}

extension BotConnectionMachine.Outcome {
    fileprivate init(_ answer: BotAnswer) {
        guard let code = answer.code else {
            self = .refused(nil, message: answer.message)
            return
        }
        if answer.isSuccess {
            self = .done(body: answer.body)
        } else if code.endsWay {
            self = .wayGone(code, message: answer.message)
        } else {
            self = .refused(code, message: answer.message)
        }
    }
}
