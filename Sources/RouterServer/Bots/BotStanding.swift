import JSON
import Lanes
import Router
import System
import WeCom

/// A bot as it stands: what it is, whether it hears, and if not, why not.
struct BotStanding: Sendable {
    let bot: App
    /// nil where it is served, or leaves.
    var dormancy: DormantApp.Reason?
    /// It has left the configuration, and finishes what it had accepted.
    var isLeaving = false
    /// False where no agent answers it.
    var isBound = true
    /// The state of its connection; nil for a bot without one.
    var connection: SocketStanding?
    var record = BotRecord()
    /// The process that serves, or has its connection; nil where none does.
    var owner: String?
    /// It has the connection by a lease: also while that hears nothing.
    var isLeased = false

    /// WeCom calls it, rather than that it connects.
    var isCalled: Bool { bot.keys != nil }

    var state: String {
        if let dormancy { return dormancy.rawValue }
        if !isBound { return DormantApp.Reason.unbound.rawValue }
        if let connection { return connection.state }
        return isCalled && owner != nil ? "ready" : "stopped"
    }

    /// The reason why it is off, in words; nil while it is on, or will be by itself.
    var off: String? {
        switch dormancy {
        case .disabled: return "it is disabled: enabled is false"
        case .unbound: return App.absentAgentAdvice
        case .leftOut: return "serve --only names others"
        case nil: break
        }
        if !isBound { return App.absentAgentAdvice }
        if record.disconnectedSince != nil { return "an operator has disconnected it: bots reconnect takes it back" }
        if owner == nil { return "no server runs here" }
        switch connection?.state {
        case "displaced", "refused": return record.lastError
        case "stopped": return connection?.why
        default: return nil
        }
    }

    /// A process holds its connection, or answers its callbacks.
    private var isHeld: Bool { isLeased || connection?.isReady ?? (isCalled && dormancy == nil) }
}

extension BotStanding {
    /// Those of all bots, by name. `shared` and `kept` are what the store says: of connections, and of bots that no process here has.
    static func all(
        _ serving: Serving, _ live: LiveBots?, shared: [BotID: SharedSocket] = [:], kept: [BotID: BotRecord] = [:],
        at now: Timestamp = .steady
    ) -> [BotStanding] {
        let statuses = live?.sockets.statuses ?? [:]
        func standing(_ app: App) -> BotStanding? {
            guard let id = app.endpoint.bot else { return nil }
            let status = statuses[id]
            var standing = BotStanding(
                bot: app, connection: status.map { SocketStanding($0) }, owner: live?.owner)
            standing.record = live?.records.record(of: id, status) ?? kept[id] ?? BotRecord()
            if let socket = shared[id] { standing.note(socket, kept[id], isHere: status != nil, at: now) }
            // The command line by itself builds no agents.
            standing.isBound = live == nil || serving.agents[app.agent] != nil
            return standing
        }
        let served = serving.directory.apps.compactMap(standing)
        let dormant = serving.directory.dormant.compactMap { dormant in
            standing(dormant.app).map { one in
                var one = one
                one.dormancy = dormant.reason
                return one
            }
        }
        let leaving = serving.leaving.compactMap(standing).map { one in
            var one = one
            one.isLeaving = true
            return one
        }
        return (served + dormant + leaving).sorted { $0.bot.name < $1.bot.name }
    }

    /// Takes note of what the store says of a connection that all processes share, and of the bot where another has it.
    private mutating func note(_ socket: SharedSocket, _ kept: BotRecord?, isHere: Bool, at now: Timestamp) {
        let holder = socket.holder(at: now)
        isLeased = holder != nil
        if isHere { return }
        owner = holder.map { $0.name ?? $0.incarnation }
        record = kept ?? record
        record.disconnectedSince = socket.disconnectedSince
        connection =
            holder == nil
            ? SocketStanding(
                "stopped", because: "no process has its connection yet", since: socket.owner?.until ?? now)
            : socket.standing
    }

    var json: JSONValue {
        func time(_ moment: Timestamp?) -> JSONValue { moment.map { .string($0.description) } ?? .null }
        func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
        let members: [JSONValue.Member] = [
            .init("bot", .string(bot.name)), .init("bot_key", .string(bot.endpoint.description)),
            .init("bot_id", text(bot.traits.isIdentified ? bot.endpoint.bot?.text : nil)),
            .init("mode", isCalled ? "webhook" : "socket"), .init("state", .string(state)),
            .init("reason", text(connection?.why)), .init("since", time(connection?.since)), .init("off", text(off)),
            .init("leaving", .bool(isLeaving)), .init("agent", text(bot.agent.isEmpty ? nil : bot.agent)),
            .init("owner", text(isHeld ? owner : nil)),
        ]
        return .object(
            members + [
                .init("last_connected_at", time(record.lastConnected)),
                .init("last_disconnected_at", time(record.lastDisconnected)),
                .init("last_callback_at", time(record.lastCallback)),
                .init("last_heartbeat_at", time(record.lastHeartbeat)), .init("last_error", text(record.lastError)),
                .init("last_error_at", time(record.lastErrorAt)),
                .init("reconnects", .integer(Int64(record.reconnects))),
                .init("failures", .integer(Int64(connection?.failures ?? 0))),
            ])
    }
}
