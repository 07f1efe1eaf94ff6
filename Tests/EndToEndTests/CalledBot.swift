import Lifecycle
import Router
import Simulator
import System
import TestSupport
import WeCom

@testable import RouterServer

/// The lanes of AI bots.
enum BotLane: CaseIterable, Sendable {
    case webhook, socket

    var wire: Configuration.Bot.Wire {
        switch self {
        case .webhook:
            .webhook(
                .init(
                    token: Secret("bot-token"),
                    encodingAESKey: Secret("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")))
        case .socket: .socket(.init(secret: Secret("bot-secret")))
        }
    }
}

/// A bot of a world, which people call in the same way whatever its lane is.
struct CalledBot {
    let lane: BotLane
    let world: LoopbackWorld
    let router: RunningRouter
    let group = InboundMessage.Chat.group(ChatID("wrGroup"))

    private static let often = Duration.milliseconds(20)

    func untilReached() async {
        guard lane == .socket else { return }
        while !world.wecom.sockets.isConnected(world.socketBots[0].id) { await beforeLookingAgain() }
    }

    /// Has a person say something, in the group if nothing else is said. Returns the bubble that answers it, as it stays.
    func bubble(_ text: String, as user: UserID, in chat: InboundMessage.Chat? = nil) async -> Bubble? {
        await bubble(.text(text), as: user, in: chat ?? group)
    }

    /// The same of whatever a person sends, and points at meanwhile.
    func bubble(
        _ content: InboundMessage.Content, quoting quote: InboundMessage.Content? = nil, as user: UserID,
        in chat: InboundMessage.Chat
    ) async -> Bubble? {
        switch lane {
        case .webhook:
            var message = world.wecom.message(content, from: user, in: chat, to: world.bots[0])
            message.quote = quote
            return await world.wecom.post(message, to: world.bots[0], asking: CalledBot.often)
        case .socket:
            let (last, isFinished) = (Lock<Bubble?>(nil), Signpost())
            var message = world.wecom.message(content, from: user, in: chat, to: world.socketBots[0].id)
            message.quote = quote
            await world.wecom.give(message, to: world.socketBots[0]) { bubble in
                guard bubble.isFinished else { return }
                last.withLock { $0 = bubble }
                isFinished.reach()
            }
            await isFinished.wait()
            return last.withLock { $0 }
        }
    }

    /// The same, and returns the text.
    func ask(_ text: String, as user: UserID) async -> String? { await bubble(text, as: user)?.text }

    /// Gives the bot a thumb on whatever answer has that id.
    func hear(_ said: BotFeedback, as user: UserID, in chat: InboundMessage.Chat) async {
        let event = InboundMessage.Content.event(.bot(.feedback(said)))
        switch lane {
        case .webhook:
            let message = world.wecom.message(event, from: user, in: chat, to: world.bots[0])
            await world.wecom.post(message, to: world.bots[0], asking: .zero)
        case .socket:
            let message = world.wecom.message(event, from: user, in: chat, to: world.socketBots[0].id)
            await world.wecom.give(message, to: world.socketBots[0])
        }
    }

    func rate(
        _ bubble: Bubble, _ verdict: BotFeedback.Verdict, saying comment: String? = nil,
        because reasons: [BotFeedback.Reason] = [], as user: UserID
    ) async -> Bool {
        switch lane {
        case .webhook:
            await world.wecom.rate(
                bubble, verdict, saying: comment, because: reasons, as: user, to: world.bots[0])
        case .socket:
            await world.wecom.rate(
                bubble, verdict, saying: comment, because: reasons, as: user, to: world.socketBots[0])
        }
    }
}
