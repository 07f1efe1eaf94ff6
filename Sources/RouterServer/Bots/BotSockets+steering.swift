import Lanes
import System
import WeCom

// What those who look after bots do with their connections, and want to know of them.

extension BotSockets {
    /// Has a bot connect anew, whatever there is, and connect from now on. False where it holds no connection.
    func reconnect(_ bot: BotID) async throws -> Bool {
        guard let connection = connection(of: bot) else { return false }
        try await records.noteDisconnected(bot, since: nil)
        await connection.reconnect()
        return true
    }

    /// Disconnects a bot until it is told to reconnect, over restarts and reloads, too. False where it holds no connection.
    func disconnect(_ bot: BotID, at now: Timestamp) async throws -> Bool {
        guard let connection = connection(of: bot) else { return false }
        try await records.noteDisconnected(bot, since: now)
        await connection.disconnect()
        return true
    }
}
