import HTTP
import JSON
import System
import Text
import WeCom

/// A bot's long connection whose frames the wire keeps: what WeCom gives the bot, and the bot's commands with their answers.
final class WatchedSocket: WebSocket {
    private struct State {
        var bot: BotID?
        /// The commands that have no answer yet, by their ids.
        var open: [String: (entry: Int, began: MonotonicTime)] = [:]
        /// The people and groups of what the bot was given, by its ids.
        var places: [String: (users: [UserID], group: ChatID?, links: Set<String>)] = [:]

        static let most = 1024
    }

    private let inner: any WebSocket
    private let wire: Wire
    private let state = Lock(State())

    init(_ inner: any WebSocket, on wire: Wire) {
        self.inner = inner
        self.wire = wire
    }

    func receive() async throws(WebSocketError) -> WebSocketMessage {
        let message = try await inner.receive()
        let isWatched = wire.isWatched
        // The bot is to be known to those who begin to watch later.
        if isWatched || state.withLock({ $0.bot == nil }), let command = FakeBotCommand(message.bytes) {
            noteBot(command)
            if isWatched { note(command, message.bytes) }
        }
        return message
    }

    func send(_ message: WebSocketMessage) async throws(WebSocketError) {
        if wire.isWatched { noteFrame(message.bytes) }
        try await inner.send(message)
    }

    func close(_ close: WebSocketClose) async { await inner.close(close) }

    // MARK: From the bot

    private func noteBot(_ command: FakeBotCommand) {
        guard command.kind == .subscribe, let bot = command.body["bot_id"]?.string else { return }
        state.withLock { $0.bot = BotID(bot) }
    }

    /// Heartbeats are left out: there is one every half minute, and nothing in it.
    private func note(_ command: FakeBotCommand, _ bytes: [UInt8]) {
        guard command.kind != .ping else { return }
        var entry = WireEntry(.call, command.name.cut(toBytes: 80), at: wire.clock.wall)
        let place = state.withLock { state in
            entry.subject = state.bot.map { .bot($0) }
            return state.places[command.id]
        }
        if let place { (entry.users, entry.group, entry.links) = place }
        if command.kind == .send, let chat = command.body["chatid"]?.string {
            (entry.users, entry.group) = ([UserID(chat)], ChatID(chat))
        }
        let stream = command.body["stream"]?["id"]?.string.map { "stream:\($0)" }
        if let stream { entry.links = [stream] }
        entry.note = command.body["msgtype"]?.string ?? ""
        entry.request = .init(body: bytes)
        guard let id = wire.begin(entry, followingStream: stream) else { return }
        state.withLock { state in
            if state.open.count >= State.most { state.open = [:] }
            state.open[command.id] = (id, .now)
        }
    }

    // MARK: To the bot

    private func noteFrame(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), let id = json["headers"]?["req_id"]?.string else { return }
        if let answered = state.withLock({ $0.open.removeValue(forKey: id) }) {
            wire.change(answered.entry) { entry in
                entry.code = json["errcode"]?.integer
                entry.answer = .init(body: bytes)
                entry.took = MonotonicTime.now.since(answered.began)
            }
        } else if let name = json["cmd"]?.string, let body = json["body"] {
            note(body, named: name, id, bytes)
        }
    }

    private func note(_ body: JSONValue, named name: String, _ id: String, _ bytes: [UInt8]) {
        let document = CallbackDocument(botDocument: body)
        var entry = WireEntry(.callback, name, at: wire.clock.wall)
        (entry.note, entry.users, entry.group) = (document.note, document.users, document.group)
        entry.links = document.links
        entry.request = .init(body: bytes)
        entry.took = .zero
        state.withLock { state in
            entry.subject = state.bot.map { .bot($0) }
            if state.places.count >= State.most { state.places = [:] }
            state.places[id] = (document.users, document.group, [])
        }
        _ = wire.begin(entry)
    }
}

extension Wire {
    func watching(_ socket: any WebSocket) -> any WebSocket { WatchedSocket(socket, on: self) }
}
