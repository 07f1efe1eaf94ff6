import PromiseTesting
import Simulator
import System

/// Watches WeCom's end of the bot's long connections: who has the bot, and whether another had it still.
final class SocketWatch: Sendable {
    /// A connection that took the bot while another was open, or said something when it had it no more.
    struct Clash: Sendable {
        let what: String
        let at: MonotonicTime
        /// Two were there at once. A server that stands still can close nothing.
        let isTakeover: Bool
    }

    fileprivate struct State {
        var owner: Int?
        var connections = 0
        var clashes: [Clash] = []
    }

    private let state = Lock(State())

    init(_ record: SocketRecord) {
        record.watch { [state] event in state.withLock { $0.take(event) } }
    }

    /// The number of times that the bot was connected.
    var connections: Int { state.withLock { $0.connections } }
    var clashes: [Clash] { state.withLock { $0.clashes } }
}

extension SocketWatch.State {
    fileprivate mutating func take(_ event: SocketEvent) {
        switch event {
        case .subscribed(let number, _):
            if let owner {
                clashes.append(.init(what: "\(number) took it from \(owner)", at: .now, isTakeover: true))
            }
            owner = number
            connections += 1
        case .closed(let number): if owner == number { owner = nil }
        case .command(let number, let name, code: 0):
            guard let owner, owner != number else { return }
            clashes.append(.init(what: "\(name) over \(number), which was \(owner)'s", at: .now, isTakeover: false))
        case .opened, .kicked, .command: break
        }
    }
}
