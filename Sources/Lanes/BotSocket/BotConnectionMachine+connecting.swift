import Lifecycle
import System
import WeCom

// How a connection begins, lives and ends.

extension BotConnectionMachine {
    mutating func start(_ moment: Moment) {
        switch state {
        case .stopped(.notStarted), .stopped(.leaseLost), .displaced: open("the bot is ours", moment)
        case .stopped, .connecting, .subscribing, .ready, .retrying, .refused: break
        }
    }

    mutating func reconnect(_ moment: Moment) {
        failures = 0
        refusals = 0
        dropAll("an operator wants another connection")
        open("an operator wants it", moment)
    }

    /// Stops the connection. A lost lease does not replace a graver reason.
    mutating func stop(_ why: Stop) {
        if why == .leaseLost, !state.hasSocket, state != .retrying { return }
        end(.stopped(why), why.rawValue)
    }

    // MARK: Beginning

    private mutating func open(_ why: String, _ moment: Moment) {
        socket += 1
        stateEnds = moment.now.advanced(by: limits.connecting)
        enter(.connecting, why)
        actions.append(.open(socket))
    }

    mutating func opened(_ moment: Moment) {
        guard state == .connecting else { return }
        let id = ids.next(for: .subscribe)
        subscription = id
        stateEnds = moment.now.advanced(by: limits.subscribing)
        enter(.subscribing, "the socket is open")
        actions.append(.write(socket, id, .subscribe(bot, secret)))
    }

    mutating func subscribed(_ answer: BotAnswer, _ moment: Moment) {
        guard answer.isSuccess else { return notSubscribed(answer, moment) }
        subscription = nil
        failures = 0
        refusals = 0
        lastSign = moment.now
        stateEnds = moment.now.advanced(by: limits.heartbeat)
        enter(.ready, "subscribed")
        repeatHeld(moment)
    }

    private mutating func notSubscribed(_ answer: BotAnswer, _ moment: Moment) {
        let why = "the subscription is refused: \(answer.reason)"
        guard let code = answer.code, code.refusesBot else { return lose(why, moment) }
        refusals += 1
        if refusals < limits.refusals {
            lose(why, moment)
        } else {
            end(.refused, why)
        }
    }

    // MARK: Living

    mutating func tick(_ moment: Moment) {
        if let held, held.until <= moment.now {
            self.held = nil
            settle(held.send, .unsent("there was no connection again in time"))
        }
        if let stateEnds, stateEnds <= moment.now { endState(moment) }
        // Of a connection that is dead nothing waits for its turn any more.
        if state == .ready {
            expireLateAnswers(moment)
            expireFlights(moment)
        }
    }

    /// The time that the state allows is over.
    private mutating func endState(_ moment: Moment) {
        switch state {
        case .connecting: lose("no connection within \(limits.connecting)", moment)
        case .subscribing: lose("no answer to the subscription within \(limits.subscribing)", moment)
        case .ready: beat(moment)
        case .retrying: open("it is time to try again", moment)
        case .stopped, .displaced, .refused: stateEnds = nil
        }
    }

    private mutating func beat(_ moment: Moment) {
        guard heartbeats.count < limits.missedHeartbeats else {
            return lose("\(heartbeats.count) heartbeats in a row were not answered", moment)
        }
        let id = ids.next(for: .ping)
        heartbeats.append(id)
        stateEnds = moment.now.advanced(by: limits.heartbeat)
        actions.append(.write(socket, id, .ping))
    }

    /// A heartbeat that is refused proves no life, and may say that the subscription is gone.
    mutating func beaten(_ answer: BotAnswer, _ moment: Moment) {
        if answer.isSuccess {
            heartbeats = []
            lastSign = moment.now
        } else if let code = answer.code, code.endsSubscription {
            lose(answer.reason, moment)
        }
    }

    // MARK: Ending

    /// The connection is of no use any more: another will be opened. `isClosed` says that its socket is gone already.
    mutating func lose(_ why: String, _ moment: Moment, isClosed: Bool = false) {
        dropAll(why, isClosed: isClosed)
        failures += 1
        let wait = limits.backoff.longestDelay(afterAttempt: failures) * moment.random
        stateEnds = moment.now.advanced(by: wait)
        enter(.retrying, why)
    }

    /// No other connection will be opened.
    mutating func end(_ next: State, _ why: String) {
        dropAll(why)
        if let held { settle(held.send, .unsent(why)) }
        held = nil
        stateEnds = nil
        failures = 0
        refusals = 0
        enter(next, why)
    }

    /// Closes the socket, if there is one, and fails all that was to go over it.
    private mutating func dropAll(_ why: String, isClosed: Bool = false) {
        if state.hasSocket, !isClosed { actions.append(.close(socket)) }
        subscription = nil
        heartbeats = []
        failPending(why)
    }

    private mutating func enter(_ next: State, _ why: String) {
        state = next
        actions.append(.enter(next, why: why))
    }
}

extension BotAnswer {
    /// WeCom's refusal in words, with what to do about it.
    var reason: String {
        guard let code else { return "WeCom answered without saying how it went" }
        return WeComError.refused(code, message: message).description
    }
}
