import Foundation
import HTTP
import HTTPServer
import JSON
import Lifecycle
import Observability
import Router
import RouterServer
import RouterTesting
import Simulator
import System
import Testing
import WeCom

@Suite("What check --online finds of bots", .timeLimit(.minutes(3)))
struct CheckBotsOnlineTests {
    private static let key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
    private static let secrets = ["hush-bot-secret", "hushBotToken", key, "hush-proxy"]

    /// Runs the command with a configuration; no secret may ever stand in what it prints.
    private func check(_ text: String, _ arguments: String...) async throws -> Program.Ending {
        let ending = Lock<Program.Ending?>(nil)
        try await withDirectory { directory in
            try text.write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
            let done = try await Program(running: ["check", "--online"] + arguments, in: directory).finish()
            for secret in Self.secrets {
                #expect(!(done.output + done.errors).contains(secret), "\(done.output)")
            }
            ending.withLock { $0 = done }
        }
        return try #require(ending.withLock { $0 })
    }

    private func socketBot(_ address: String, _ more: String = "") -> String {
        """
        server: { host: 127.0.0.1, port: 0 }
        agents:
          echo: { kind: echo }
        bots:
          - name: assistant
            mode: socket
            bot_id: aibHelper
            secret: hush-bot-secret
            allow_all_users: true
            websocket_url: \(address)
            \(more)
        """
    }

    private func webhookBot(publicURL: String, name: String = "helpdesk", key: String = key) -> String {
        """
        server: { host: 127.0.0.1, port: 0, public_url: "\(publicURL)" }
        agents:
          echo: { kind: echo }
        bots:
          - name: \(name)
            mode: webhook
            bot_id: aibDesk
            token: hushBotToken
            encoding_aes_key: \(key)
            allow_all_users: true
        """
    }

    /// Lends a server that answers every request alike.
    private func withServer(
        _ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse, _ body: (_ port: Int) async throws -> Void
    ) async throws {
        let loop = try EventLoop(named: "elsewhere")
        let listener = HTTPListener(
            name: "elsewhere", at: .host("127.0.0.1", port: 0), on: loop, metrics: Metrics(), log: .silent
        ) { answer($0) }
        let port = try await listener.open()
        try await attempt {
            try await body(port)
        } finally: {
            await listener.quiesce(by: .now)
            loop.stop()
        }
    }

    private func isTold(_ words: [String], in ending: Program.Ending) -> Bool {
        ending.output.split(separator: "\n").contains { line in
            line.hasPrefix("config.yaml:") && words.allSatisfy { line.contains($0) }
        }
    }

    // MARK: By long connection

    @Test("a long connection that can be made is good news, with an origin, and takes the bot from nobody")
    func socket() async throws {
        try await withWorld(adjust: { configuration in
            var bot = Configuration.Bot(
                name: "helper", .socket(.init(secret: Secret("hush-bot-secret"))), agent: "echo")
            bot.botID = BotID("aibHelper")
            bot.policy = .all
            configuration.bots = [bot]
        }) { world in
            let router = try await world.startRouter()
            let id = world.socketBots[0].id
            await world.wecom.sockets.record.wait { $0.contains(.subscribed(1, id)) }
            let address = try #require(world.configuration.bots[0].socket?.address)
            let ending = try await check(socketBot(address, "origin: https://work.example.com"))
            #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
            #expect(ending.output.contains("bot assistant: \(address) takes long connections"))
            await world.wecom.sockets.record.wait { $0.contains(.closed(2)) }
            let events = world.wecom.sockets.record.events
            #expect(!events.contains(.kicked(1)) && !events.contains(.subscribed(2, id)), "\(events)")
            #expect(world.wecom.sockets.isConnected(id))
            router.stop()
            try await router.ended()
        }
    }

    @Test(
        "each thing that can be in the way of a long connection is told apart",
        arguments: [
            ("ws://wecom.invalid/", "", ["bots[0].websocket_url", "not found by name (DNS"]),
            ("ws://127.0.0.1:1/", "", ["bots[0].websocket_url", "cannot connect", "firewalls"]),
            ("ws://127.0.0.1:PORT/wsagent", "", ["bots[0].websocket_url", "no WebSocket at this path", "404"]),
            ("ws://127.0.0.1:PORT/403", "", ["bots[0].origin", "refused", "name it with origin"]),
            (
                "ws://127.0.0.1:PORT/403", "origin: https://x.example.com",
                ["bots[0].origin", "refused", "check origin"]
            ),
            ("ws://127.0.0.1:PORT/200", "", ["bots[0].websocket_url", "takes no WebSocket", "200"]),
            ("wss://127.0.0.1:PORT/", "", ["bots[0].websocket_url", "no trusted connection (TLS", "ca_file"]),
            (
                "ws://127.0.0.1:PORT/", "proxy: http://me:hush-proxy@127.0.0.1:1",
                ["bots[0].proxy", "the proxy does not let us through"]
            ),
            (
                "ws://127.0.0.1:PORT/", "proxy: http://me:hush-proxy@proxy.invalid:1",
                ["bots[0].proxy", "the proxy does not let us through"]
            ),
            (
                "ws://127.0.0.1:1/", "proxy: http://127.0.0.1:PORT",
                ["bots[0].proxy", "the proxy does not let us through"]
            ),
        ])
    func onTheWay(address: String, more: String, words: [String]) async throws {
        try await withServer { request in
            switch request.path {
            case "/403": .text(.forbidden, "no\n")
            case "/200": .text(.ok, "<html>")
            default: .text(.notFound, "not found\n")
            }
        } _: { port in
            let text = socketBot(address, more).replacing("PORT", with: "\(port)")
            let ending = try await check(text)
            #expect(
                ending.status == 1 && isTold(["bot assistant"] + words, in: ending), "\(ending.output)\(ending.errors)")
            #expect(ending.output.hasSuffix("; online 1 thing is wrong\n"))
        }
    }

    @Test("an address that never answers ends with the timeout")
    func hang() async throws {
        let silence = try await withSilentPort { port in
            try await check(socketBot("ws://127.0.0.1:\(port)/"), "--timeout", "300ms")
        }
        #expect(
            silence.status == 1 && isTold(["no answer in time", "--timeout allows more"], in: silence),
            "\(silence.output)")
    }

    /// A port whose connections are made by the system and answered by nobody.
    private func withSilentPort<Result>(_ body: (Int) async throws -> Result) async throws -> Result {
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        defer { try? handle.close() }
        try #require(listen(descriptor, 8) == 0)
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        try #require(status == 0)
        return try await body(Int(UInt16(bigEndian: address.sin_port)))
    }

    // MARK: By webhook

    private func withWebhookRouter(_ body: (RunningRouter) async throws -> Void) async throws {
        try await withWorld(adjust: { configuration in
            let wire = Configuration.Bot.Webhook(token: Secret("hushBotToken"), encodingAESKey: Secret(Self.key))
            var bot = Configuration.Bot(name: "helpdesk", .webhook(wire), agent: "echo")
            bot.botID = BotID("aibDesk")
            configuration.bots = [bot]
        }) { world in
            let router = try await world.startRouter()
            try await body(router)
            router.stop()
            try await router.ended()
        }
    }

    @Test("a bot's address that says success and opens what is sealed with its keys is good news")
    func webhook() async throws {
        try await withWebhookRouter { router in
            let url = "http://127.0.0.1:\(router.port)"
            let ending = try await check(webhookBot(publicURL: url), "--json")
            let report = try JSONValue(parsing: Array(ending.output.utf8))
            #expect(ending.status == 0 && report["bots"]?.array?.first?["ok"] == true, "\(ending.output)")
            let text = try await check(webhookBot(publicURL: url))
            #expect(text.output.contains("bot helpdesk: \(url)/wecom/bot/helpdesk answers as WeCom expects it"))
        }
    }

    @Test("a server without the bot, and one with another key for it, are told apart")
    func otherServer() async throws {
        try await withWebhookRouter { router in
            let url = "http://127.0.0.1:\(router.port)"
            let unknown = try await check(webhookBot(publicURL: url, name: "other"))
            #expect(
                unknown.status == 1 && isTold(["server.public_url", "knows no bot of this name"], in: unknown),
                "\(unknown.output)")
            let otherKey = String(Self.key.reversed()).replacing("C2B2q6", with: "C2B2q7")
            let keys = try await check(webhookBot(publicURL: url, key: "A" + otherKey.dropFirst()))
            #expect(
                keys.status == 1 && isTold(["bots[0].token", "does not pass the console's check"], in: keys),
                "\(keys.output)\(keys.errors)")
        }
    }

    @Test("a proxy that drops the query, one that drops the path, and one with nothing behind it are told apart")
    func proxies() async throws {
        try await withServer { _ in
            .text(.ok, "success")
        } _: { port in
            let ending = try await check(webhookBot(publicURL: "http://127.0.0.1:\(port)"))
            #expect(ending.status == 1 && isTold(["bots[0].token", "query"], in: ending), "\(ending.output)")
        }
        for (status, words, code) in [(404, "something else answers", 1), (502, "did not reach it", 0)] {
            try await withServer { _ in
                .text(HTTPStatus(status), "x\n")
            } _: { port in
                let ending = try await check(webhookBot(publicURL: "http://127.0.0.1:\(port)"))
                #expect(ending.output.contains("bot helpdesk: server.public_url: ") && ending.output.contains(words))
                #expect(ending.output.contains("\(status)") && (code == 0 || ending.status == 1), "\(ending.output)")
            }
        }
    }

    @Test("an address without TLS, one that cannot be reached from here, and none at all")
    func address() async throws {
        let plain = try await check(webhookBot(publicURL: "http://bots.invalid"))
        #expect(
            plain.status == 1 && isTold(["bot helpdesk", "does not begin with https://"], in: plain), "\(plain.output)")
        let away = try await check(webhookBot(publicURL: "https://127.0.0.1:1"))
        #expect(
            away.status == 0 && isTold(["warning: bot helpdesk", "cannot be reached from here"], in: away),
            "\(away.output)")
        let none = try await check(webhookBot(publicURL: ""))
        #expect(none.status == 0 && isTold(["warning: bot helpdesk", "server.public_url", "mode: socket"], in: none))
    }
}
