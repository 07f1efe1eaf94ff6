import Lanes
import Router
import System
import WeCom

// What those who look after bots do with their connections, and want to know of them.

extension BotSockets {
    /// Has a bot connect anew, whatever there is, and connect from now on. False where it holds no connection.
    func reconnect(_ bot: BotID) async throws -> Bool {
        guard let connection = connection(of: bot) else { return false }
        try await records.noteDisconnected(bot, since: nil)
        if let ownership { try await ownership.carryOut(bot) } else { await connection.reconnect() }
        return true
    }

    /// Disconnects a bot until it is told to reconnect, over restarts and reloads, too. False where it holds no connection.
    func disconnect(_ bot: BotID, at now: Timestamp) async throws -> Bool {
        guard let connection = connection(of: bot) else { return false }
        try await records.noteDisconnected(bot, since: now)
        if let ownership { try await ownership.carryOut(bot) } else { await connection.disconnect() }
        return true
    }

    /// The connections of bots that are served here as all processes see them that share the store; empty where none does.
    func shared() async throws -> [BotID: SharedSocket] {
        guard let ownership else { return [:] }
        return try await ownership.records(of: bots)
    }
}
