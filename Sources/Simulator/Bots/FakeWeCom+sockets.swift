import Crypto
import HTTP
import JSON
import Lifecycle
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

    /// Puts a file where WeCom has those that people send to a bot, sealed by a key of its own. WeCom writes the key with the
    /// padding of base64 or without. Returns what stands for the file in a message.
    package func seal(
        _ file: [UInt8], named name: String, as kind: SealedMedia.Kind, for bot: FakeSocketBot,
        padsKey: Bool = .random()
    ) throws(MediaKeyError) -> SealedMedia {
        let text = Base64.encode(randomBytes(32))
        let key = Secret(padsKey ? text : String(text.dropLast()))
        return SealedMedia(kind, at: keep(try MediaKey(key).seal(file), named: name), key: key)
    }

    /// Has a person open the chat with a bot, which hears of it once a day.
    @discardableResult
    package func enter(
        _ bot: FakeSocketBot, as user: UserID, watching: @escaping @Sendable (Bubble) -> Void = { _ in }
    ) async -> BotRequestID? {
        guard sockets.isConnected(bot.id), entries.withLock({ $0.enter(bot.id, user, at: clock.wall) }) else {
            return nil
        }
        var message = message(.event(.bot(.enterChat)), from: user, in: .single, to: bot.id)
        message.responseURL = nil
        return await give(message, to: bot, watching: watching)
    }

    /// Gives a bot a message or an event, as often as one likes: each time it is the same under another id, as after a
    /// connection was lost.
    @discardableResult
    package func give(
        _ message: InboundMessage, to bot: FakeSocketBot, watching: @escaping @Sendable (Bubble) -> Void = { _ in }
    ) async -> BotRequestID? {
        guard sockets.isConnected(bot.id), refusal(of: message, openFor: sockets.rules.streamLife) == nil else {
            return nil
        }
        return await sockets.give(message, to: bot.id, watching: watching)
    }
}
