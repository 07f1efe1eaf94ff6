import Crypto
import HTTP
import JSON
import System
import Text
package import WeCom

extension FakeWeCom {
    /// The address of the long connection, as a bot is told.
    package static func socketAddress(port: Int) -> String { "ws://127.0.0.1:\(port)/" }

    /// Has a person say something to a bot, in a group if `chat` is one. `watching` sees each change of what the bot shows
    /// in answer. Returns the id to answer under; nil where no socket has the bot, and the message is lost.
    @discardableResult
    package func tell(
        _ text: String, as user: UserID, in chat: InboundMessage.Chat = .single, to bot: FakeSocketBot,
        watching: @escaping @Sendable (Bubble) -> Void = { _ in }
    ) async -> BotRequestID? {
        await give(message(.text(text), from: user, in: chat, to: bot.id), to: bot, watching: watching)
    }

    /// Has a person open the chat with a bot.
    @discardableResult
    package func enter(_ bot: FakeSocketBot, as user: UserID) async -> BotRequestID? {
        var message = message(.event(.bot(.enterChat)), from: user, in: .single, to: bot.id)
        message.responseURL = nil
        return await give(message, to: bot)
    }

    /// Gives a bot a message or an event, as often as one likes: each time it is the same under another id, as after a
    /// connection was lost.
    @discardableResult
    package func give(
        _ message: InboundMessage, to bot: FakeSocketBot, watching: @escaping @Sendable (Bubble) -> Void = { _ in }
    ) async -> BotRequestID? {
        let id = BotRequestID("req-" + randomBytes(12).hexText)
        let kind = FakeBotSockets.Exchange.Kind(message.content)
        let socket = sockets.state.withLock { state -> (any WebSocket)? in
            guard let number = state.owner(of: bot.id), let socket = state.sockets[number]?.socket else { return nil }
            let peer = BotPeer(message)
            if kind == .message || kind == .enter, let peer {
                state.contacts.insert(.init(bot: bot.id, peer: peer))
            }
            state.begin(
                .init(
                    bot: bot.id, chat: message.chat, peer: peer, kind: kind, message: message.messageID,
                    socket: number, began: clock.now,
                    watching: watching),
                as: id.text)
            return socket
        }
        guard let socket else { return nil }
        let frame: BotFrame = kind == .message ? .message(id, message.json) : .event(id, message.json)
        try? await socket.send(.text(frame.json.bytes))
        return id
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
