import System
import WeCom

/// The messages of people to bots that are not answered yet. WeCom lets a person have three of them with one bot.
struct OpenInteractions {
    fileprivate struct Pair: Hashable {
        let bot: BotID
        let user: UserID
    }

    private struct Open {
        let message: String
        let chat: InboundMessage.Chat
        let until: MonotonicTime
    }

    var most = 3
    private var open: [Pair: [Open]] = [:]

    /// Counts a message, unless it is one too many: then false. One that is given again is counted once. After `life` it is
    /// past, since nothing more is shown of its answer.
    mutating func begin(_ message: InboundMessage, at now: MonotonicTime, for life: Duration) -> Bool {
        guard let pair = Pair(message), let id = message.messageID else { return true }
        var mine = (open[pair] ?? []).filter { now < $0.until }
        guard !mine.contains(where: { $0.message == id }) else { return true }
        guard mine.count < most else { return false }
        mine.append(Open(message: id, chat: message.chat, until: now.advanced(by: life)))
        open[pair] = mine
        return true
    }

    /// The message is answered.
    mutating func end(_ message: InboundMessage) {
        guard let pair = Pair(message) else { return }
        remove(from: pair) { $0.message == message.messageID }
    }

    /// Ends the oldest message of a chat: a bot that says something of its own accord answers that.
    mutating func endOldest(of bot: BotID, with peer: BotPeer) {
        switch peer {
        case .user(let user): remove(from: Pair(bot: bot, user: user)) { $0.chat == .single }
        case .group(let chat):
            let asking = open.keys.filter { $0.bot == bot && open[$0]?.contains { $0.chat == .group(chat) } == true }
            let oldest = asking.min { first, second in began(first, chat) < began(second, chat) }
            if let oldest { remove(from: oldest) { $0.chat == .group(chat) } }
        }
    }

    private func began(_ pair: Pair, _ chat: ChatID) -> MonotonicTime {
        open[pair]?.first { $0.chat == .group(chat) }?.until ?? .now
    }

    private mutating func remove(from pair: Pair, _ isMeant: (Open) -> Bool) {
        guard let index = open[pair]?.firstIndex(where: isMeant) else { return }
        open[pair]?.remove(at: index)
        if open[pair]?.isEmpty == true { open[pair] = nil }
    }
}

extension OpenInteractions.Pair {
    /// Nil of what nobody wrote, or is no message.
    fileprivate init?(_ message: InboundMessage) {
        guard let bot = message.botID, let user = message.from else { return nil }
        if case .event = message.content { return nil }
        self.init(bot: bot, user: user)
    }
}
