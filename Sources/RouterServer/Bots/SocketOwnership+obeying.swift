import Lanes
import Lifecycle
import Router
import WeCom

// What is done with the connections that are this process's, and said of them to others.

extension SocketOwnership {
    /// Has a connection do what operators want, and begins one that was taken.
    func obey(_ record: SharedSocket, _ bot: BotID, _ connection: BotConnection) async {
        guard let right = rights[bot] else { return }
        // A look that began earlier may come later.
        rights[bot]?.obeyed = max(record.orders, right.obeyed ?? 0)
        records.noteHeard(bot, disconnectedSince: record.disconnectedSince)
        await connection.hold(until: right.end)
        let state = connection.status.state
        let isOff = state == .stopped(.byOperator)
        if record.disconnectedSince != nil {
            if !isOff { await connection.disconnect() }
        } else if isOff || right.obeyed.map({ $0 < record.orders }) ?? false {
            await connection.reconnect()
        } else if right.obeyed == nil || state == .stopped(.notStarted) || state == .stopped(.leaseLost) {
            await connection.start()
        }
    }

    /// Writes down how connections stand, of those that stand another way than was written.
    func report(_ known: [BotID: BotConnection]) async throws {
        let standings = rights.reduce(into: [BotID: SocketStanding]()) { standings, one in
            guard let connection = known[one.key], let obeyed = one.value.obeyed else { return }
            standings[one.key] = SocketStanding(connection.status, obeyed: obeyed)
        }
        let changed = standings.filter { told[$0.key] != $0.value }
        if !changed.isEmpty {
            try await records.keep(statuses(of: Array(changed.keys)))
            try await store.note(changed, of: owner, at: clock.timestamp)
        }
        told = standings
    }

    func statuses(of bots: [BotID]) -> [BotID: BotConnection.Status] {
        let known = connections()
        return bots.reduce(into: [:]) { $0[$1] = known[$1]?.status }
    }
}

extension SocketStanding {
    init(_ status: BotConnection.Status, obeyed: Int = 0) {
        self.init(
            status.state.word, because: status.why, since: status.since, failures: status.failures, obeyed: obeyed)
    }
}
