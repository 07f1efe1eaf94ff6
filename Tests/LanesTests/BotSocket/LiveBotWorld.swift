import HTTP
import HTTPClient
import HTTPServer
import JSON
import Lifecycle
import RouterTesting
import Simulator
import System
import TestSupport
import WeCom

@testable import Lanes

/// A simulated WeCom with one bot, and connections to it over real sockets by a clock that stands until it is moved.
struct LiveBotWorld: Sendable {
    static let bot = FakeSocketBot(id: BotID("aib1"), secret: Secret("WORD"))

    let wecom: FakeWeCom
    let clock = ManualClock()
    let capture = LogCapture()
    let transport: CurlWebSockets
    let port: Int
    let heard = Heard()

    var bot: FakeSocketBot { Self.bot }
    var address: String { FakeWeCom.socketAddress(port: port) }

    /// Takes what a connection hears, and keeps it unless it is told otherwise.
    final class Heard: Sendable {
        private let state = Lock(State())

        private struct State {
            var frames: [BotFrame] = []
            var hold: Signpost?
            var keeps = true
        }

        var frames: [BotFrame] { state.withLock { $0.frames } }

        /// The texts of the messages, in order.
        var texts: [String] {
            frames.compactMap { frame in
                if case .message(_, let body) = frame { body["text"]?["content"]?.string } else { nil }
            }
        }

        /// Holds up whoever hands a frame on.
        func hold(until signpost: Signpost?) { state.withLock { $0.hold = signpost } }
        func keep(_ keeps: Bool) { state.withLock { $0.keeps = keeps } }

        @Sendable func hear(_ frame: BotFrame) async -> Bool {
            let (hold, keeps) = state.withLock { state in
                state.frames.append(frame)
                return (state.hold, state.keeps)
            }
            await hold?.wait()
            return keeps
        }
    }

    /// A connection that is not started.
    func connection(
        secret: Secret = bot.secret, to address: String? = nil, limits: BotConnectionLimits = BotConnectionLimits(),
        random: Double = 0.5
    ) -> BotConnection {
        BotConnection(
            bot.id, secret: secret, over: transport, to: .init(address ?? self.address), limits: limits, by: clock,
            log: capture.log, random: { random }, hearing: heard.hear)
    }

    /// Runs a connection beside `body`, and stops it.
    func running<Result>(
        _ connection: BotConnection, starting: Bool = true, _ body: () async throws -> Result
    ) async throws -> Result {
        let life = ServiceLife()
        async let running: Void = connection.run(life)
        if starting { await connection.start() }
        let result: Result
        do {
            result = try await body()
        } catch {
            life.tellToStop(by: .now)
            await running
            throw error
        }
        life.tellToStop(by: .now)
        await running
        return result
    }

    /// Runs a connection that has the bot.
    func ready<Result>(
        limits: BotConnectionLimits = BotConnectionLimits(), random: Double = 0.5,
        _ body: (BotConnection) async throws -> Result
    ) async throws -> Result {
        let connection = connection(limits: limits, random: random)
        return try await running(connection) {
            try await connection.comes(to: .ready)
            return try await body(connection)
        }
    }

    /// Waits until WeCom has been given so many of a command.
    func commands(_ name: BotCommand.Name, atLeast count: Int) async {
        await wecom.sockets.record.wait { events in
            events.count { if case .command(_, name.rawValue, _) = $0 { true } else { false } } >= count
        }
    }

    var opened: Int {
        wecom.sockets.record.events.count { if case .opened = $0 { true } else { false } }
    }

    var kicks: Int {
        wecom.sockets.record.events.count { if case .kicked = $0 { true } else { false } }
    }

    func push(_ text: String, to user: String = "lisi") -> BotCommand {
        .send(.markdown(text), to: .user(UserID(user)))
    }
}

extension BotConnection {
    nonisolated func comes(to state: Machine.State) async throws {
        try await eventually { self.status.state == state }
    }
}

func withLiveBot(_ body: (LiveBotWorld) async throws -> Void) async throws {
    let serving = try EventLoop(named: "simulated WeCom")
    let loop = try EventLoop(named: "bot sockets")
    let capture = LogCapture()
    let wecom = FakeWeCom(apps: [], port: 0, transport: NoTransport(), on: serving, log: capture.log)
    let port = try await wecom.listener.open()
    wecom.setBase("http://127.0.0.1:\(port)")
    wecom.sockets.add(LiveBotWorld.bot)
    // Many messages are left without an answer.
    wecom.limitInteractions(to: .max)
    let transport = CurlWebSockets(on: loop)
    try await attempt {
        try await body(LiveBotWorld(wecom: wecom, transport: transport, port: port))
    } finally: {
        await transport.close()
        await wecom.listener.quiesce(by: .now)
        loop.stop()
        serving.stop()
        _ = capture.finish()
    }
}
