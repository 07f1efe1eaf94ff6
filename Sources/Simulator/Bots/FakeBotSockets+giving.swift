import Crypto
import HTTP
import JSON
import System
import Text
import WeCom

extension FakeBotSockets {
    /// Gives a bot a message or an event under an id of its own; nil where no socket has the bot.
    func give(
        _ message: InboundMessage, to bot: BotID, watching: @escaping @Sendable (Bubble) -> Void
    ) async -> BotRequestID? {
        let id = BotRequestID("req-" + randomBytes(12).hexText)
        let kind = Exchange.Kind(message.content)
        let socket = state.withLock { state -> (any WebSocket)? in
            guard let number = state.owner(of: bot), let socket = state.sockets[number]?.socket else { return nil }
            let peer = BotPeer(message)
            if kind == .message || kind == .enter, let peer { state.contacts.insert(.init(bot: bot, peer: peer)) }
            state.begin(
                .init(
                    bot: bot, message: message, peer: peer, kind: kind, socket: number, began: clock.now,
                    watching: watching),
                as: id.text)
            return socket
        }
        guard let socket else { return nil }
        let frame: BotFrame = kind == .message ? .message(id, message.json) : .event(id, message.json)
        try? await socket.send(.text(frame.json.bytes))
        return id
    }

    /// Gives a bot again what it has not answered and was given over another socket, if the rules have it so.
    func giveAgain(to bot: BotID, over number: Int) async {
        guard rules.redelivers else { return }
        for exchange in state.withLock({ $0.unanswered(of: bot, notOver: number) }) {
            _ = await give(exchange.message, to: bot, watching: exchange.watching)
        }
    }

    /// The message has its answer.
    func settle(_ id: String, _ exchange: Exchange) {
        state.withLock { $0.exchanges[id]?.isAnswered = true }
        interactions.withLock { $0.end(exchange.message) }
    }
}

extension FakeBotSockets.State {
    /// The messages that a bot was given and has answered under no id, each as it was given last.
    fileprivate func unanswered(of bot: BotID, notOver number: Int) -> [FakeBotSockets.Exchange] {
        let mine = order.compactMap { exchanges[$0] }.filter { $0.bot == bot && $0.kind == .message }
        let answered = Set(mine.filter(\.isAnswered).compactMap(\.message.messageID))
        var seen: Set<String> = []
        let last = mine.reversed().filter { seen.insert($0.message.messageID ?? "").inserted }
        return last.reversed().filter { $0.socket != number && !answered.contains($0.message.messageID ?? "") }
    }
}

extension FakeBotSockets.Exchange.Kind {
    fileprivate init(_ content: InboundMessage.Content) {
        self =
            switch content {
            case .event(.bot(.enterChat)): .enter
            case .event(.templateCard): .click
            case .event: .other
            default: .message
            }
    }
}

extension BotPeer {
    /// Those who see what is said there.
    fileprivate init?(_ message: InboundMessage) {
        switch message.chat {
        case .group(let chat): self = .group(chat)
        case .single:
            guard let user = message.from else { return nil }
            self = .user(user)
        }
    }
}
