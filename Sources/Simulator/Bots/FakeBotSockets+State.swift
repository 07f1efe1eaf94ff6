import HTTP
import Lifecycle
import System
import WeCom

extension FakeBotSockets {
    struct State {
        var secrets: [BotID: Secret] = [:]
        var sockets: [Int: Socket] = [:]
        var lastSocket = 0
        var exchanges: [String: Exchange] = [:]
        /// The ids of the exchanges, the oldest first.
        var order: [String] = []
        /// Those who have written to a bot, in that very chat.
        var contacts: Set<Contact> = []
        var rates = MessageRates<Contact>()
        var uploads = BotUploadDesk()
        var uploadRates = MessageRates<BotID>()
        var cards = BotCardDesk()

        static let mostExchanges = 100_000
    }

    /// The place of a socket in a bot's life.
    enum Standing { case new, owner, lost, kicked }

    struct Socket {
        let socket: any WebSocket
        let kicked: Signpost
        let over: Signpost
        var bot: BotID?
        var standing = Standing.new
        /// The last heartbeat, or the opening.
        var lastSign: MonotonicTime
        /// It ends without a word.
        var isAbandoned = false
    }

    /// A message or an event that a bot was given.
    struct Exchange {
        enum Kind { case message, enter, click, other }

        let bot: BotID
        let message: InboundMessage
        /// Those who see the answer; nil where nobody would.
        let peer: BotPeer?
        let kind: Kind
        /// The task of the card that was pressed.
        var task: String? {
            if case .event(.templateCard(let click)) = message.content { click.taskID } else { nil }
        }
        let socket: Int
        let began: MonotonicTime
        let watching: @Sendable (Bubble) -> Void
        /// It has had the one answer that there is to an event, or one to a message that is whole.
        var isAnswered = false
        /// The streams that answer it, by their ids.
        var streams: [String: Shown] = [:]

        var chat: InboundMessage.Chat { message.chat }
    }

    struct Shown {
        var bubble: Bubble
        let began: MonotonicTime
        var isExpired = false
    }

    struct Contact: Hashable {
        let bot: BotID
        let peer: BotPeer
    }
}

extension FakeBotSockets.State {
    func owner(of bot: BotID) -> Int? { sockets.first { $0.value.bot == bot && $0.value.standing == .owner }?.key }

    mutating func open(
        _ socket: any WebSocket, at now: MonotonicTime
    ) -> (number: Int, kicked: Signpost, over: Signpost) {
        lastSocket += 1
        let new = FakeBotSockets.Socket(socket: socket, kicked: Signpost(), over: Signpost(), lastSign: now)
        sockets[lastSocket] = new
        return (lastSocket, new.kicked, new.over)
    }

    /// Takes a bot from the sockets that have it, but from this one.
    mutating func kick(_ bot: BotID, but number: Int? = nil) {
        for (other, socket) in sockets where other != number && socket.bot == bot && socket.standing != .kicked {
            sockets[other]?.standing = .kicked
            socket.kicked.reach()
        }
    }

    mutating func subscribe(_ number: Int, to bot: BotID) {
        kick(bot, but: number)
        sockets[number]?.bot = bot
        sockets[number]?.standing = .owner
    }

    /// Counts a message to a chat, unless it is one too many.
    mutating func count(_ bot: BotID, _ peer: BotPeer?, at now: MonotonicTime) -> Bool {
        peer.map { rates.take(.init(bot: bot, peer: $0), at: now) } ?? true
    }

    mutating func begin(_ exchange: FakeBotSockets.Exchange, as id: String) {
        exchanges[id] = exchange
        order.append(id)
        guard order.count > Self.mostExchanges else { return }
        exchanges[order.removeFirst()] = nil
    }
}
