import Lanes
import Lifecycle
import Router
import WeCom

extension BotSockets {
    struct Held {
        let wire: Wire
        let connection: BotConnection
        let lane: BotSocketLane
        let shows: BotShows
        let life: ServiceLife
    }

    /// The settings that make a connection the same.
    struct Wire: Equatable {
        let socket: Configuration.Bot.Socket
        let outside: BotOutside.Settings
    }

    /// The connections here, and which of them are this process's.
    struct State {
        /// Other processes may have some.
        let isShared: Bool
        var held: [BotID: Held] = [:] { didSet { findAway() } }
        var own: Set<BotID> = [] { didSet { findAway() } }
        /// Known beforehand: every claim of deliveries asks.
        private(set) var away: Set<Endpoint> = []

        private mutating func findAway() {
            if isShared { away = Set(Set(held.keys).subtracting(own).map { .bot($0) }) }
        }
    }
}
