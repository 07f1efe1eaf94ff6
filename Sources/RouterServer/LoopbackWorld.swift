import Crypto
import HTTPClient
import HTTPServer
package import Lifecycle
package import Observability
package import PostgreSQL
package import Router
package import Simulator
import System
import WeCom

/// A router and a simulated WeCom that know each other, on free ports of loopback: what the demo shows, what tests drive and
/// benchmarks load. The router may be stopped and started again over the same files.
package struct LoopbackWorld: Sendable {
    package let wecom: FakeWeCom
    /// The apps as WeCom knows them, in the order of their names.
    package let apps: [FakeApp]
    /// The bots, likewise.
    package let bots: [FakeBot]
    /// Those that connect.
    package let socketBots: [FakeSocketBot]
    package var configuration: Configuration
    /// The program that starts agents' programs: this one, unless it is one that cannot.
    package var spawnerExecutable = "/proc/self/exe"
    /// The longest time that a stop takes when turns have had theirs. Nobody waits for this process as for a container, and
    /// what is left of a router would keep its files from the next.
    package var afterDrain = Duration.seconds(60)
    /// The clock of turns from the message to its answer, and of bots' connections.
    package var turnClock: any WorkClock = .steady
    package var leases = LeaseLengths()
    /// The strength of transactions in PostgreSQL.
    package var isolation = Isolation.readCommitted
    private let transport: CurlTransport
    private let loop: EventLoop
    private let log: Logger
    /// True if agents that are elsewhere are to reach the router where it happens to listen.
    var returnsToRouter = false

    /// Plays WeCom for apps of these names, each of a corp of its own unless they share one, all answered by the echo agent
    /// and open to everyone unless `adjust` says otherwise.
    package init(
        apps names: [String], sharingCorp: Bool = false, atPort port: Int = 0, in directory: String, log: Logger,
        adjust: (inout Configuration) -> Void = { _ in }
    ) async throws {
        var configuration = Configuration()
        configuration.agents = ["echo": .echo]
        configuration.apps = names.enumerated().map {
            Configuration.App.madeUp(named: $1, number: $0, corp: sharingCorp ? 0 : $0)
        }
        try await self.init(playingFor: configuration, atPort: port, in: directory, log: log, adjust: adjust)
    }

    /// Plays WeCom for the apps of a configuration that is somebody's: its own store, ports and addresses stay untouched.
    package init(
        rehearsing configuration: Configuration, atPort port: Int = 0, in directory: String, log: Logger
    ) async throws {
        var configuration = configuration
        configuration.server.publicURL = nil
        configuration.server.allowedSources = []
        configuration.workers.directory = nil
        try await self.init(playingFor: configuration, atPort: port, in: directory, log: log) { _ in }
        returnsToRouter = true
    }

    /// Takes a configuration over with ports, files and the way to WeCom, which listens on `port`, replaced by the world's.
    private init(
        playingFor configuration: Configuration, atPort port: Int, in directory: String, log: Logger,
        adjust: (inout Configuration) -> Void
    ) async throws {
        loop = try EventLoop(named: "simulator")
        transport = CurlTransport()
        self.log = log
        apps = try configuration.apps.map(FakeApp.init)
        wecom = FakeWeCom(apps: apps, port: port, transport: transport, on: loop, log: log, keeping: 20_000)
        let bound = try await wecom.listener.open()

        var configuration = configuration.withWeCom(at: LoopbackURL(port: bound))
        configuration.server.host = "127.0.0.1"
        configuration.server.port = 0
        configuration.management.host = "127.0.0.1"
        configuration.management.port = 0
        // What goes out is then what somebody wrote or did.
        configuration.management.checksCredentials = false
        configuration.store.location = .sqlite(path: directory + "/router.db")
        // What is shown or tested here is thrown away: a disk that is nearly full is no reason to refuse it.
        configuration.store.minFree = 0
        adjust(&configuration)
        wecom.setBase(LoopbackURL(port: bound).text)
        self.configuration = configuration.withBotsAnswering(at: LoopbackURL(port: bound))
        bots = try configuration.bots.compactMap { try FakeBot($0) }
        socketBots = configuration.bots.compactMap { FakeSocketBot($0) }
        for bot in socketBots { wecom.sockets.add(bot) }
    }

    /// Starts the router; it answers when this returns.
    package func startRouter(
        agents: [String: any Agent] = [:], from source: ConfigurationSource? = nil
    ) async throws -> RunningRouter {
        try await startRouter(setups: agents.mapValues { AgentSetup($0) }, from: source)
    }

    package func startRouter(
        setups: [String: AgentSetup], from source: ConfigurationSource? = nil
    ) async throws -> RunningRouter {
        let server = try await RouterServer.build(
            configuration, agents: setups, spawnerExecutable: spawnerExecutable, from: source, afterDrain: afterDrain,
            turnClock: turnClock, leases: leases, isolation: isolation, log: log)
        let running = try await RunningRouter(server, path: configuration.server.path)
        for app in apps { wecom.setCallbackURL(running.callbackURL, of: app) }
        for (bot, fake) in zip(configuration.bots.filter { $0.webhook != nil }, bots) {
            wecom.setCallbackURL(
                "http://127.0.0.1:\(running.port)\(configuration.server.botPath)/\(bot.name)", of: fake)
        }
        if returnsToRouter, configuration.isCalledByAgents {
            let address = ReturnAddress(publicURL: "http://127.0.0.1:\(running.port)")
            server.current.swap(to: server.current.serving.returning(to: address))
        }
        return running
    }

    /// Returns when every bot that connects has, or after a while without.
    package func untilBotsConnect() async {
        await wecom.sockets.untilConnected(Set(socketBots.map(\.id)))
    }

    package func close() async {
        await wecom.listener.quiesce(by: .now.advanced(by: .milliseconds(200)))
        await transport.close()
        loop.stop()
    }
}

/// A router that runs until it is told to stop.
package struct RunningRouter: Sendable {
    package let server: RouterServer
    package let port: Int
    package let managementPort: Int
    package let callbackURL: String
    private let toldToStop = Signpost()
    private let task: Task<Void, any Error>

    fileprivate init(_ server: RouterServer, path: String) async throws {
        self.server = server
        do {
            port = try await server.publicListener.open()
            managementPort = try await server.managementListener.open()
        } catch {
            await server.close()
            throw error
        }
        callbackURL = "http://127.0.0.1:\(port)\(path)"
        let (ready, toldToStop) = (Signpost(), toldToStop)
        // It outlives the call that starts it; `ended` waits for it.
        task = Task {
            defer { ready.reach() }
            try await server.run(until: toldToStop) { ready.reach() }
        }
        await ready.wait()
    }

    /// Stops the router as SIGTERM does. Returns at once; `ended` waits.
    package func stop() { toldToStop.reach() }

    /// Returns when the router has drained; throws what brought it down.
    package func ended() async throws { try await task.value }
}

extension Configuration.App {
    static func madeUp(named name: String, number: Int, corp: Int) -> Configuration.App {
        let corp = "ww" + String(repeating: "0", count: 15 - String(corp).count) + "\(corp)c"
        var app = Configuration.App(
            name: name, corpID: CorpID(corp), corpSecret: Secret(randomText(43)),
            agentID: AgentID(1_000_002 + Int64(number)), token: Secret(randomText(32)),
            encodingAESKey: Secret(randomText(43)), agent: "echo")
        app.policy = .all
        // WeCom is played to say as much as it likes, and to hear no more than it asked for.
        app.conduct.memberLimits = .none
        app.conduct.signs.acknowledgeAfter = nil
        return app
    }
}

extension FakeBot {
    /// The other end of a bot of the configuration; nil of one that connects.
    init?(_ bot: Configuration.Bot) throws {
        guard let webhook = bot.webhook else { return nil }
        self.init(id: bot.botID ?? BotID(bot.name), keys: try CallbackKeys(webhook))
    }
}

extension FakeSocketBot {
    /// The same of one that connects; nil of others.
    init?(_ bot: Configuration.Bot) {
        guard let socket = bot.socket, let id = bot.botID else { return nil }
        self.init(id: id, secret: socket.secret)
    }
}

extension FakeApp {
    /// The other end of an app of the configuration.
    init(_ app: Configuration.App) throws {
        try self.init(app, callbackURL: "")
    }

    init(_ app: Configuration.App, callbackURL: String) throws {
        self.init(
            corpID: app.corpID, agentID: app.agentID, secret: app.corpSecret,
            keys: try CallbackKeys(token: app.token, encodingAESKey: app.encodingAESKey), callbackURL: callbackURL)
    }
}

/// Letters and digits, as WeCom's tokens and keys are made of.
func randomText(_ length: Int) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    return String((0..<length).map { _ in alphabet.randomElement() ?? "A" })
}
