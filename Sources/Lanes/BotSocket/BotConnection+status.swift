import JSON
import Lifecycle
import Observability
package import System
import WeCom

extension BotConnection {
    /// The connection as it stands, for whoever watches it.
    package struct Status: Sendable, Equatable {
        package fileprivate(set) var state = Machine.State.stopped(.notStarted)
        /// The reason why it is in that state.
        package fileprivate(set) var why = Machine.Stop.notStarted.rawValue
        package fileprivate(set) var since: Timestamp
        /// The last time that WeCom gave us the bot.
        package fileprivate(set) var lastConnected: Timestamp?
        /// The last time that a connection which had the bot ended.
        package fileprivate(set) var lastDisconnected: Timestamp?
        /// The last message or event.
        package fileprivate(set) var lastCallback: Timestamp?
        /// The last time that WeCom answered a heartbeat, or the subscription.
        package fileprivate(set) var lastHeartbeat: Timestamp?
        /// The reason why the bot was last lost or not given to us, with what to do.
        package fileprivate(set) var lastError: String?
        package fileprivate(set) var lastErrorAt: Timestamp?
        /// The number of times that WeCom has given us the bot again.
        package fileprivate(set) var reconnects = 0
        /// Connections in a row that came to nothing.
        package fileprivate(set) var failures = 0
        /// The time since when the bot hears nothing though it should; nil while it hears, and where nobody wants it to.
        package fileprivate(set) var deafSince: Timestamp?
        /// The number of times that it was not given to us, was lost or was taken, by the word for what followed.
        package fileprivate(set) var losses: [String: Int] = [:]

        init(since: Timestamp) { self.since = since }

        package var isReady: Bool { state == .ready }

        /// True if the bot has not been connected for so long.
        func isAway(for time: Duration, at now: Timestamp) -> Bool {
            !isReady && now.since(deafSince ?? since) >= time
        }
    }

    func noteCallback() {
        let now = clock.timestamp
        changeStatus { $0.lastCallback = now }
    }

    /// Says that the state is another, with what to do where nothing goes on by itself.
    func tell(_ state: Machine.State, _ why: String, after before: Machine.State) {
        let reason: JSONValue = .string(why)
        switch state {
        case .connecting, .subscribing: log.debug("the bot's connection is \(state.word)", [.reason: reason])
        case .ready: log.info("the bot is connected")
        case .stopped: log.info("the bot is disconnected", [.reason: reason])
        case .retrying:
            let verb = before == .ready ? "lost" : "not made"
            log.warning("the bot's connection is \(verb), and will be tried again", [.reason: reason])
        case .displaced, .refused:
            log.error("the bot is disconnected and stays so: \(state.advice ?? "")", [.reason: reason])
        }
    }
}

extension BotConnection.Status {
    mutating func enter(_ next: BotConnectionMachine.State, _ why: String, at now: Timestamp) {
        if state == .ready { lastDisconnected = now }
        if next == .ready {
            if lastConnected != nil { reconnects += 1 }
            lastConnected = now
        }
        switch next {
        case .retrying, .displaced, .refused:
            lastError = ([why] + [next.advice].compactMap(\.self)).joined(separator: ". ")
            lastErrorAt = now
            losses[next.word, default: 0] += 1
        case .stopped, .connecting, .subscribing, .ready: break
        }
        switch next {
        case .ready, .stopped: deafSince = nil
        case .connecting, .subscribing, .retrying, .displaced, .refused: deafSince = deafSince ?? now
        }
        (state, self.why, since) = (next, why, now)
    }

    mutating func note(_ machine: BotConnectionMachine) {
        failures = machine.failures
        lastHeartbeat = machine.lastSign.map { .steady(at: $0) }
    }
}

extension BotConnectionMachine.State {
    /// One word for it.
    package var word: String {
        switch self {
        case .stopped: "stopped"
        case .connecting: "connecting"
        case .subscribing: "subscribing"
        case .ready: "ready"
        case .retrying: "retrying"
        case .displaced: "displaced"
        case .refused: "refused"
        }
    }

    /// The words for what follows when a bot is not had any more.
    package static let wordsOfLoss = ["retrying", "displaced", "refused"]

    /// The thing to do about it; nil where it goes on by itself or somebody wanted it so.
    package var advice: String? {
        switch self {
        case .stopped, .connecting, .subscribing, .ready, .retrying: nil
        case .displaced:
            "find who else connects with this bot's id and secret, end that, and have the bot connect again"
        case .refused:
            "compare bot_id and secret with the bot's page in the WeCom console, and have the bot connect again"
        }
    }
}
