import HTTP
import HTTPClient
import JSON
import Lifecycle
import Router
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

@testable import RouterServer

/// A bot with a long connection, and the router that holds it, as somebody sees them who looks after them.
struct SteeredBot {
    let world: LoopbackWorld
    let router: RunningRouter
    let bot: FakeSocketBot
    let api: ProgrammingInterface

    /// The bot `helper`, which answers everybody.
    static func configured(_ adjust: (inout Configuration.Bot) -> Void = { _ in }) -> Configuration.Bot {
        var bot = Configuration.Bot(name: "helper", .socket(.init(secret: Secret("bot-secret"))), agent: "echo")
        bot.botID = BotID("aibHelper")
        bot.policy = .all
        bot.policy.chats.all = true
        bot.texts.hideHints()
        adjust(&bot)
        return bot
    }

    static func with(
        adjust: (inout Configuration.Bot) -> Void = { _ in }, change: (inout LoopbackWorld) -> Void = { _ in },
        from source: ConfigurationSource? = nil, _ body: (SteeredBot) async throws -> Void
    ) async throws {
        try await withWorld(adjust: { configuration in
            configuration.management.token = Secret(ProgrammingInterface.token)
            configuration.bots = [configured(adjust)]
        }) { world in
            var world = world
            change(&world)
            try await running(world, from: source, body)
        }
    }

    /// Runs a router of that world, and lends what goes with it.
    static func running(
        _ world: LoopbackWorld, from source: ConfigurationSource? = nil, _ body: (SteeredBot) async throws -> Void
    ) async throws {
        let router = try await world.startRouter(agents: ["echo": ScriptedAgent()], from: source)
        let client = CurlTransport()
        let api = ProgrammingInterface(client: client, port: router.managementPort)
        try await attempt {
            try await body(SteeredBot(world: world, router: router, bot: world.socketBots[0], api: api))
        } finally: {
            await client.close()
            router.stop()
            try await router.ended()
        }
    }

    // MARK: Its connection

    /// Another connection takes the bot.
    func take() async {
        await world.wecom.sockets.write(BotFrame.kick(reason: nil).json.bytes, to: bot.id)
    }

    /// Waits until WeCom knows of no connection that has it.
    func untilGone() async {
        while world.wecom.sockets.isConnected(bot.id) { await beforeLookingAgain() }
    }

    /// Returns what is told of the bot once it is in that state.
    @discardableResult
    func untilState(_ state: String) async throws -> JSONValue {
        while true {
            let answer = try await api(.get, "/bots/helper")
            try #require(answer.status == .ok, "\(answer.json)")
            if answer.state == state { return answer.json }
            await beforeLookingAgain()
        }
    }

    /// Has a person write to the bot, so that it may write to them.
    func hear(_ text: String = "OK hi", from user: String = "u1", in chat: InboundMessage.Chat = .single) async {
        let count = world.wecom.transcript.bubbles.count
        await world.wecom.tell(text, as: UserID(user), in: chat, to: bot)
        _ = await world.wecom.transcript.bubbles(atLeast: count + 1)
    }

    /// The answer of `/ready`, with reasons or without.
    func readiness(onPublic: Bool = false) async throws -> JSONValue {
        let port = onPublic ? router.port : router.managementPort
        let response = try await api.client.send(HTTPRequest(.get, "http://127.0.0.1:\(port)/ready"), .init())
        return try JSONValue(parsing: response.bytes)
    }
}
