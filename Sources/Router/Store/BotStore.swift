package import System
package import WeCom

/// Keeps what is known of AI bots across restarts.
package protocol BotStore: Sendable {
    func botRecords() async throws -> [BotID: BotRecord]

    /// Writes down what is known of these bots. What an operator has said of them stays.
    func keep(_ records: [BotID: BotRecord]) async throws

    /// Notes since when an operator has a bot disconnected; nil: it may connect.
    func noteDisconnected(_ bot: BotID, since moment: Timestamp?) async throws
}

/// The part of what is known of a bot that outlives its connection and the process that holds it.
package struct BotRecord: Sendable, Equatable {
    /// The time since when an operator has it disconnected; nil where none has.
    package var disconnectedSince: Timestamp?
    /// The last time that WeCom gave us the bot.
    package var lastConnected: Timestamp?
    /// The last time that a connection which had the bot ended.
    package var lastDisconnected: Timestamp?
    /// The last message or event.
    package var lastCallback: Timestamp?
    /// The last time that WeCom answered a heartbeat, or the subscription.
    package var lastHeartbeat: Timestamp?
    /// The reason why the bot was last lost or not given to us, with what to do.
    package var lastError: String?
    package var lastErrorAt: Timestamp?
    /// The number of times that WeCom has given us the bot again.
    package var reconnects = 0

    package init() {}

    /// Longer reasons are cut.
    package static let longestError = 1000
}
