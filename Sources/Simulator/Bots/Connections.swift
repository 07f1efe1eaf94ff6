import WeCom

/// The bots that have a connection, as the events of sockets tell it.
struct Connections: Sendable {
    private var bots: [Int: BotID] = [:]

    /// The bot that an event has connected or disconnected.
    mutating func change(_ event: SocketEvent) -> (bot: BotID, isConnected: Bool)? {
        switch event {
        case .subscribed(let socket, let bot):
            bots[socket] = bot
            return (bot, true)
        case .kicked(let socket), .closed(let socket):
            return bots.removeValue(forKey: socket).map { ($0, false) }
        case .opened, .command: return nil
        }
    }

    /// The bots that are connected once these events have happened.
    static func after(_ events: [SocketEvent]) -> Set<BotID> {
        var connections = Connections()
        for event in events { _ = connections.change(event) }
        return Set(connections.bots.values)
    }
}
