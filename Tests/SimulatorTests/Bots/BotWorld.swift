import HTTP
import HTTPClient
import HTTPServer
import JSON
import Lifecycle
import Observability
import Simulator
import System
import Testing
import WeCom

/// A simulated WeCom with a bot in each of the two ways, and somebody who is those bots by hand.
struct BotWorld: Sendable {
    let wecom: FakeWeCom
    let webhook: FakeBot
    let script: ScriptedBot
    let socket = FakeSocketBot(id: BotID("aibSocket"), secret: Secret("WORD"))
    let url: String
    let transport: CurlTransport
    let sockets: CurlWebSockets

    /// Often enough that no test waits.
    static let often = Duration.milliseconds(5)
    static let user = UserID("u1")
    static let group = InboundMessage.Chat.group(ChatID("wrGroup"))

    @discardableResult
    func say(_ text: String = "hi", as user: UserID = user, in chat: InboundMessage.Chat = .single) async -> Bubble? {
        await wecom.say(text, as: user, in: chat, to: webhook, asking: Self.often)
    }

    /// Posts to the address that came with a message, and returns the code of the answer.
    func respond(at address: Secret?, _ body: JSONValue) async throws -> Int64? {
        let request = HTTPRequest(.post, try #require(address).reveal(), body: body.bytes)
        let answer = try await transport.send(request, HTTPRequestOptions())
        return try JSONValue(parsing: answer.bytes)["errcode"]?.integer
    }

    func get(_ address: String) async throws -> HTTPResponse {
        try await transport.send(HTTPRequest(.get, address), HTTPRequestOptions())
    }

    /// A connection that has not subscribed.
    func connect() async throws -> BotWire {
        BotWire(try await sockets.connect("ws" + url.dropFirst("http".count) + "/", WebSocketOptions()))
    }

    /// A connection that has the bot.
    func subscribed() async throws -> BotWire {
        let wire = try await connect()
        #expect(try await wire.code(.subscribe(socket.id, socket.secret)) == 0)
        return wire
    }
}

/// A long connection, by hand.
final class BotWire: Sendable {
    private let socket: any WebSocket
    private let last = Lock(0)

    init(_ socket: any WebSocket) { self.socket = socket }

    func receive() async throws -> JSONValue { try JSONValue(parsing: try await socket.receive().bytes) }

    /// The reason why the connection has ended.
    func ending() async -> WebSocketError {
        while true {
            do throws(WebSocketError) { _ = try await socket.receive() } catch { return error }
        }
    }

    /// Gives a command, under an id of its own if it answers nothing, and returns the answer, which comes next.
    func give(_ command: BotCommand, answering id: String? = nil) async throws -> JSONValue {
        let id =
            id
            ?? last.withLock { last in
                last += 1
                return "own-\(last)"
            }
        try await socket.send(.text(command.frame(BotRequestID(id))))
        let answer = try await receive()
        #expect(answer["headers"]?["req_id"]?.string == id && answer["cmd"] == nil)
        return answer
    }

    func code(_ command: BotCommand, answering id: String? = nil) async throws -> Int64? {
        try await give(command, answering: id)["errcode"]?.integer
    }

    /// The same for a frame that we would never write.
    func give(raw body: JSONValue, of name: BotCommand.Name, answering id: String = "raw") async throws -> JSONValue {
        let frame: JSONValue = ["cmd": .string(name.rawValue), "headers": ["req_id": .string(id)], "body": body]
        try await socket.send(.text(frame.bytes))
        return try await receive()
    }

    func code(raw body: JSONValue, of name: BotCommand.Name, answering id: String = "raw") async throws -> Int64? {
        try await give(raw: body, of: name, answering: id)["errcode"]?.integer
    }

    /// The id of the next frame, which is a callback.
    func requestID() async throws -> String {
        try #require(try await receive()["headers"]?["req_id"]?.string)
    }
}

func withBots(_ body: (BotWorld) async throws -> Void) async throws {
    let keys = try CallbackKeys(token: Secret("token"), encodingAESKey: Secret(String(repeating: "A", count: 43)))
    let loop = try EventLoop(named: "test")
    let (serving, calling) = (try EventLoop(named: "simulator"), try EventLoop(named: "sockets"))
    let transport = CurlTransport()
    let log = Logger(to: LogSink(format: .text) { _ in }, level: .error)
    let wecom = FakeWeCom(apps: [], port: 0, transport: transport, on: serving, log: log)
    let url = "http://127.0.0.1:\(try await wecom.listener.open())"
    wecom.setBase(url)
    let script = ScriptedBot(keys)
    let listener = HTTPListener(
        name: "bot", at: .host("127.0.0.1", port: 0), on: loop, metrics: Metrics(), log: log
    ) { await script.answer($0) }
    let bot = FakeBot(
        id: BotID("aibHook"), keys: keys, callbackURL: "http://127.0.0.1:\(try await listener.open())/bot")
    let sockets = CurlWebSockets(on: calling)
    let world = BotWorld(
        wecom: wecom, webhook: bot, script: script, url: url, transport: transport, sockets: sockets)
    wecom.sockets.add(world.socket)
    try await attempt {
        try await body(world)
    } finally: {
        wecom.faults.clear()
        await sockets.close()
        await listener.quiesce(by: .now)
        await wecom.listener.quiesce(by: .now)
        await transport.close()
        for loop in [loop, serving, calling] { loop.stop() }
    }
}
