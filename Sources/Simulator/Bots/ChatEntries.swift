import System
import WeCom

/// The days on which people came into their chats with bots: a bot hears of the first time in a day alone.
struct ChatEntries {
    private struct Visitor: Hashable {
        let bot: BotID
        let user: UserID
    }

    private var days: [Visitor: Int64] = [:]
    private static let secondsOfDay: Int64 = 24 * 3600

    /// False if the person has been there that day.
    mutating func enter(_ bot: BotID, _ user: UserID, at moment: Timestamp) -> Bool {
        let day = moment.seconds / Self.secondsOfDay
        return days.updateValue(day, forKey: Visitor(bot: bot, user: user)) != day
    }
}
