import System
import WeCom

/// The addresses at which bots may answer a message once, within an hour.
struct ResponseDesk {
    private struct Ticket {
        let bot: BotID
        let chat: InboundMessage.Chat
        let user: UserID
        let issuedAt: MonotonicTime
        var isUsed = false
    }

    private var tickets: [String: Ticket] = [:]

    mutating func issue(
        _ code: String, to bot: BotID, _ chat: InboundMessage.Chat, _ user: UserID, at now: MonotonicTime
    ) {
        tickets[code] = Ticket(bot: bot, chat: chat, user: user, issuedAt: now)
    }

    mutating func use(
        _ code: String, at now: MonotonicTime
    ) throws(Refusal) -> (bot: BotID, chat: InboundMessage.Chat, user: UserID) {
        guard let ticket = tickets[code] else { throw Refusal(40029, "invalid response_code") }
        guard now.since(ticket.issuedAt) < .seconds(3600) else { throw Refusal(40029, "response_code expired") }
        guard !ticket.isUsed else { throw Refusal(40029, "response_code has been used") }
        tickets[code]?.isUsed = true
        return (ticket.bot, ticket.chat, ticket.user)
    }
}
