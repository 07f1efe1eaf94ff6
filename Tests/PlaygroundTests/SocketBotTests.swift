import HTTP
import HTTPClient
import HTTPServer
import JSON
import Lifecycle
import Observability
import Playground
import Simulator
import System
import TestSupport
import Testing
import WeCom

@Suite("A bot with a long connection in the playground", .timeLimit(.minutes(5))) struct SocketBotTests {
    private static let bot = FakeSocketBot(id: BotID("aibSocket"), secret: Secret("socket-secret"))

    private let files = Lock<[[UInt8]]>([])

    /// Fetches a file that came with a message, and opens it by its key.
    private func fetch(_ file: JSONValue) async throws {
        guard let url = file["url"]?.string, let key = file["aeskey"]?.string else { throw Unexpected("\(file.text)") }
        let transport = CurlTransport()
        let sealed = try await transport.send(HTTPRequest(.get, url), HTTPRequestOptions())
        await transport.close()
        let bytes = try MediaKey(Secret(key)).open(sealed.bytes)
        files.withLock { $0.append(bytes) }
    }

    /// Takes the bot over and answers each message in two frames.
    private func answer(on socket: any WebSocket) async throws {
        let subscribe: JSONValue = [
            "cmd": "aibot_subscribe", "headers": ["req_id": "s1"],
            "body": ["bot_id": .string(Self.bot.id.text), "secret": .string(Self.bot.secret.reveal())],
        ]
        try await socket.send(.text(subscribe.bytes))
        while true {
            let frame = try JSONValue(parsing: try await socket.receive().bytes)
            guard frame["cmd"] == "aibot_msg_callback", let id = frame["headers"]?["req_id"] else { continue }
            if let file = frame["body"]?["file"] {
                try await fetch(file)
                continue
            }
            for (text, isLast) in [("Hal", false), ("Hallo **du**", true)] {
                let reply: JSONValue = [
                    "cmd": "aibot_respond_msg", "headers": ["req_id": id],
                    "body": [
                        "msgtype": "stream",
                        "stream": ["id": "st-1", "finish": .bool(isLast), "content": .string(text)],
                    ],
                ]
                try await socket.send(.text(reply.bytes))
            }
        }
    }

    @Test("its frames are on the wire both ways, its answer is in the chat, and its secret on no page that masks")
    func frames() async throws {
        let loop = try EventLoop(named: "socket bot")
        let log = Logger(to: LogSink(format: .text) { _ in }, level: .error)
        let wecom = FakeWeCom(apps: [], port: 0, transport: CurlTransport(), on: loop, log: log)
        wecom.sockets.add(Self.bot)
        let port = try await wecom.listener.open()
        wecom.setBase("http://127.0.0.1:\(port)")
        let roster = Roster(apps: [], bots: [Roster.Bot(name: "助理", lane: .socket(Self.bot))])
        let playground = Playground(of: wecom, roster, port: 0, masksSecrets: true, on: loop, log: log)
        let address = try await playground.open()
        let (transport, sockets) = (CurlTransport(), CurlWebSockets(on: loop))
        try await attempt {
            let socket = try await sockets.connect(FakeWeCom.socketAddress(port: port), WebSocketOptions())
            let answering = Task { try await answer(on: socket) }
            try await eventually { wecom.sockets.isConnected(Self.bot.id) }
            let chat = "as=ww0000000000000001:zhangsan&chat=bot-aibSocket"
            func get(_ path: String) async throws -> String {
                let answer = try await transport.send(
                    HTTPRequest(.get, address.dropLast() + path), HTTPRequestOptions())
                return String(decoding: answer.bytes, as: UTF8.self)
            }
            let say = HTTPRequest(
                .post, "\(address)act/say", headers: ["Sec-Fetch-Site": "same-origin"],
                body: Array("\(chat)&text=hi".utf8))
            _ = try await transport.send(say, HTTPRequestOptions())
            try await eventually { try await get("/?\(chat)").contains("Hallo <b>du</b>") }
            #expect(try await !get("/?\(chat)").contains("class=\"msg me pend\""))
            #expect(wecom.wire.entries.map(\.name) == ["aibot_subscribe", "aibot_msg_callback", "aibot_respond_msg"])
            #expect(wecom.wire.entries.last?.polls == 2 && wecom.wire.entries.last?.code == 0)
            for entry in wecom.wire.entries {
                let detail = try await get("/wire/\(entry.id)")
                #expect(!detail.contains("socket-secret"))
            }
            let file = Array(
                "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nten bytes.\r\n--X--\r\n"
                    .utf8)
            let fields = [("as", "ww0000000000000001:zhangsan"), ("chat", "bot-aibSocket"), ("text", "")].map {
                "--X\r\nContent-Disposition: form-data; name=\"\($0.0)\"\r\n\r\n\($0.1)\r\n"
            }.joined()
            let drop = HTTPRequest(
                .post, "\(address)act/say",
                headers: ["Sec-Fetch-Site": "same-origin", "Content-Type": "multipart/form-data; boundary=X"],
                body: Array(fields.utf8) + file)
            #expect(try await transport.send(drop, HTTPRequestOptions()).status.code == 303)
            try await eventually { files.withLock { $0 } == [Array("ten bytes.".utf8)] }
            answering.cancel()
        } finally: {
            await playground.close()
            await wecom.listener.quiesce(by: .now)
            await transport.close()
            await sockets.close()
            loop.stop()
        }
    }

    @Test("its frames are its own on the wire, also where it connected before the pages were opened")
    func connectedBefore() async throws {
        let loop = try EventLoop(named: "socket bot")
        let log = Logger(to: LogSink(format: .text) { _ in }, level: .error)
        let wecom = FakeWeCom(apps: [], port: 0, transport: CurlTransport(), on: loop, log: log)
        wecom.sockets.add(Self.bot)
        let port = try await wecom.listener.open()
        let roster = Roster(apps: [], bots: [Roster.Bot(name: "助理", lane: .socket(Self.bot))])
        let playground = Playground(of: wecom, roster, port: 0, masksSecrets: true, on: loop, log: log)
        let sockets = CurlWebSockets(on: loop)
        try await attempt {
            let socket = try await sockets.connect(FakeWeCom.socketAddress(port: port), WebSocketOptions())
            let answering = Task { try await answer(on: socket) }
            try await eventually { wecom.sockets.isConnected(Self.bot.id) }
            _ = try await playground.open()
            _ = await wecom.tell("hi", as: UserID("zhangsan"), to: Self.bot)
            try await eventually { wecom.wire.entries.last.map { $0.polls == 2 && $0.code == 0 } ?? false }
            #expect(wecom.wire.entries.map(\.name) == ["aibot_msg_callback", "aibot_respond_msg"])
            for entry in wecom.wire.entries { #expect(entry.subject == .bot(Self.bot.id)) }
            answering.cancel()
        } finally: {
            await playground.close()
            await wecom.listener.quiesce(by: .now)
            await sockets.close()
            loop.stop()
        }
    }

    @Test("faults that its frames never meet are not said to be on in its chat")
    func faults() async throws {
        let loop = try EventLoop(named: "socket bot")
        let log = Logger(to: LogSink(format: .text) { _ in }, level: .error)
        let wecom = FakeWeCom(apps: [], port: 0, transport: CurlTransport(), on: loop, log: log)
        let roster = Roster(apps: [], bots: [Roster.Bot(name: "助理", lane: .socket(Self.bot))])
        let playground = Playground(of: wecom, roster, port: 0, masksSecrets: true, on: loop, log: log)
        let address = try await playground.open()
        let transport = CurlTransport()
        try await attempt {
            let chat = "as=ww0000000000000001:zhangsan&chat=bot-aibSocket"
            func strip() async throws -> String {
                let page = try await transport.send(HTTPRequest(.get, "\(address)?\(chat)"), HTTPRequestOptions())
                let behind = String(decoding: page.bytes, as: UTF8.self).behind("id=\"strip\"") ?? ""
                return String(behind.prefix { $0 != ">" })
            }
            for fault in ["lost", "twice", "slow", "down"] {
                let act = HTTPRequest(
                    .post, "\(address)act/fault", headers: ["Sec-Fetch-Site": "same-origin"],
                    body: Array("\(chat)&fault=\(fault)&on=1&scope=all".utf8))
                _ = try await transport.send(act, HTTPRequestOptions())
            }
            #expect(wecom.faults.orders.count == 4)
            #expect(try await strip().hasSuffix(" hidden"))
            _ = wecom.faults.order(.hang, of: [.botReply], for: .everybody, times: nil)
            #expect(try await !strip().hasSuffix(" hidden"))
        } finally: {
            wecom.faults.clear()
            await playground.close()
            await transport.close()
            loop.stop()
        }
    }

    @Test("with nobody to take it, what is said to it is not taken")
    func alone() async throws {
        let loop = try EventLoop(named: "socket bot")
        let log = Logger(to: LogSink(format: .text) { _ in }, level: .error)
        let wecom = FakeWeCom(apps: [], port: 0, transport: CurlTransport(), on: loop, log: log)
        let roster = Roster(apps: [], bots: [Roster.Bot(name: "助理", lane: .socket(Self.bot))])
        let playground = Playground(of: wecom, roster, port: 0, masksSecrets: true, on: loop, log: log)
        let address = try await playground.open()
        let transport = CurlTransport()
        try await attempt {
            let chat = "as=ww0000000000000001:zhangsan&chat=bot-aibSocket"
            let say = HTTPRequest(
                .post, "\(address)act/say", headers: ["Sec-Fetch-Site": "same-origin", "Accept-Language": "zh"],
                body: Array("\(chat)&text=hi".utf8))
            _ = try await transport.send(say, HTTPRequestOptions())
            try await eventually {
                let page = try await transport.send(
                    HTTPRequest(.get, "\(address)?\(chat)", headers: ["Accept-Language": "zh"]), HTTPRequestOptions())
                return String(decoding: page.bytes, as: UTF8.self).contains("没有送达")
            }
        } finally: {
            await playground.close()
            await transport.close()
            loop.stop()
        }
    }
}
