import System
import WeCom

// Answers are told apart by nothing but the id, which all frames of one reply share: so one of them is under way at a
// time.

extension BotConnectionMachine {
    /// The commands that are sent under one id.
    struct Line: Sendable {
        var flight: Flight?
        /// Those that wait for the flight, never an intermediate frame.
        var waiting: [Send] = []
        /// The flights that were given up, whose answers may still come, each before that of a later one.
        var lateAnswers = 0
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
        let line = lines[id]
        let isBusy = line?.flight != nil
        // An answer that is late would be taken for that of this frame, and this one's for that of the last.
        if send.isIntermediate, isBusy || (line?.lateAnswers ?? 0) > 0 { return settle(send, .skipped) }
        guard pending < limits.pending, (line?.waiting.count ?? 0) < limits.waiting else {
            return settle(send, .unsent("too much is under way over the bot's connection"))
        }
        pending += 1
        if isBusy {
            lines[id]?.waiting.append(send)
        } else {
            launch(send, id, moment)
        }
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
    private mutating func goOn(_ id: BotRequestID, _ moment: Moment) {
        guard let line = lines[id] else { return }
        if let next = line.waiting.first {
            lines[id]?.waiting.removeFirst()
            launch(next, id, moment)
        } else if line.lateAnswers == 0 {
            lines[id] = nil
        }
    }

    // MARK: Answers

    mutating func take(_ answer: BotAnswer, _ moment: Moment) {
        guard let line = lines[answer.id] else { return ignore(answer, moment) }
        // It is that of a flight that was given up: answers come in the order of what they answer.
        if line.lateAnswers > 0 { return takeLate(answer, moment) }
        guard let flight = line.flight else { return ignore(answer, moment) }
        lines[answer.id]?.flight = nil
        if let code = answer.code, code.endsSubscription {
            return loseSubscription(answer, flight, moment)
        }
        pending -= 1
        settle(flight.send, Outcome(answer))
        goOn(answer.id, moment)
    }

    private mutating func takeLate(_ answer: BotAnswer, _ moment: Moment) {
        lines[answer.id]?.lateAnswers -= 1
        if lines[answer.id]?.lateAnswers == 0 {
            lateLines.removeAll { $0 == answer.id }
            if lines[answer.id]?.flight == nil { lines[answer.id] = nil }
        }
        ignore(answer, moment)
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
            noteLate(id)
            pending -= 1
            settle(flight.send, .unanswered("no answer within \(limits.answer(to: flight.send.command))"))
            goOn(id, moment)
        }
    }

    private mutating func noteLate(_ id: BotRequestID) {
        lines[id]?.lateAnswers += 1
        guard lines[id]?.lateAnswers == 1 else { return }
        lateLines.append(id)
        guard lateLines.count > limits.lateLines else { return }
        let oldest = lateLines.removeFirst()
        lines[oldest]?.lateAnswers = 0
        if let line = lines[oldest], line.flight == nil, line.waiting.isEmpty { lines[oldest] = nil }
    }

    // MARK: Settling

    mutating func settle(_ send: Send, _ outcome: Outcome) { actions.append(.settle(send.ticket, outcome)) }

    mutating func failPending(_ why: String) {
        var failed: [(send: Send, outcome: Outcome)] = []
        for line in lines.values {
            if let flight = line.flight { failed.append((flight.send, .unanswered(why))) }
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
