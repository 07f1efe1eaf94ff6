import Crypto
import HTTPClient
import HTTPServer
import Lifecycle
import Observability
import Playground
import Simulator
import System
import WeCom

enum SimulateCommand: Command {
    static let summary = "the simulated WeCom alone, for a router of yours"

    static let help = CommandHelp(
        "simulate",
        """
        Usage: wecom-router simulate [--config FILE] [--port PORT] [--playground PORT] [--callback URL] [--user ID]

        Plays WeCom for a router of yours: gettoken and message/send on loopback, the long connection of bots at the same
        port, a user who says what you type, and a playground in a browser, whose address it prints. Without --config it makes
        up an app and two bots and prints the configuration to start the router with.

          --config FILE    play WeCom for the apps and bots of this configuration. The file stays as it is: the router is started
                           with serve --config FILE --api-base-url http://127.0.0.1:8650
          --env-file FILE  variables for it; else the .env beside it, if there is one
          --port PORT      listen on this port of 127.0.0.1 (8650; 0 is any free one)
          --playground PORT  the playground's port (8651, or any that is free)
          --callback URL   where callbacks go (http://127.0.0.1:8645/wecom/callback, or as the configuration says); those of bots
                           go to the same host and port
          --user ID        who writes (zhangsan)

        A line goes to the first app, "NAME: text" to the app or bot of that name, and "@NAME text" calls a bot in a group.
        Besides words, a user can send files and places, open the chat and press buttons:

          :image PATH  :voice PATH  :video PATH  :file PATH
          :location LATITUDE,LONGITUDE [LABEL]
          :enter
          :click NUMBER [OPTION…]

        """)

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        let options = try Options(context.arguments, of: help)
        if options.asksForHelp {
            context.print(help.text)
            return .done
        }
        let port = try options.port("--port", default: 8650, of: "simulate")
        let made = options.value("--config") == nil ? madeUpConfiguration() : nil
        let configuration = try made ?? context.configuration(options)
        let cast = try Cast(configuration, callbackURL: options.value("--callback"))
        let sink = LogSink.standardError(format: .text)
        defer { sink.close() }
        let log = Logger(to: sink, level: .warning)
        Signals.ignoreBrokenPipes()
        let stop = Signpost()
        try ServeCommand.stopOnSignals(stop, log)

        let loop = try EventLoop(named: "simulator")
        defer { loop.stop() }
        let transport = CurlTransport()
        let wecom = FakeWeCom(
            apps: cast.apps, port: port, transport: transport, on: loop, log: log, keeping: 20_000)
        for bot in cast.socketBots { wecom.sockets.add(bot) }
        wecom.sockets.change { $0.answerDelay = FakeBotSockets.Rules.measuredDelay }
        let url = LoopbackURL(port: try await wecom.listener.open())
        wecom.setBase(url.text)
        context.print("WeCom is played at \(url.text)\n")
        if let file = options.value("--config") {
            context.print(
                "For a router that talks to it: wecom-router serve --config \(file) --api-base-url \(url.text)\n")
        }
        if let made { context.print(made.text(forWeComAt: url)) }
        let user = UserID(options.value("--user") ?? "zhangsan")
        let console = Console(prompt: "\(user.text)> ", environment: context.environment, write: context.print)
        defer { console.close() }
        let playground = try await openPlayground(cast, wecom, user, options, log)
        context.print("The playground, for a browser:\n\(playground.address)\n")
        let stage = Stage(wecom: wecom, cast: cast, user: user, console: console)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await stage.showMessages() }
            group.addTask { await stage.run { if StandardInput.isTerminal { stop.reach() } } }
            group.addTask { await playground.run() }
            await stop.wait()
            group.cancelAll()
        }
        await playground.close()
        await wecom.listener.quiesce(by: .now.advanced(by: .milliseconds(200)))
        await transport.close()
        return .done
    }

    private static func openPlayground(
        _ cast: Cast, _ wecom: FakeWeCom, _ user: UserID, _ options: Options, _ log: Logger
    ) async throws -> OpenPlayground {
        let roster = Roster(cast, named: user)
        let port =
            options.value("--playground") == nil ? nil : try options.port("--playground", default: 0, of: "simulate")
        return try await OpenPlayground(
            of: wecom, roster, port: port, masksSecrets: options.value("--config") != nil, log: log)
    }

    /// An app and two bots, whose router listens where one does that is told nothing.
    private static func madeUpConfiguration() -> Configuration {
        var configuration = Configuration()
        configuration.apps = [.madeUp(named: "simulated", number: 0, corp: 1)]
        configuration.bots = Configuration.Bot.madeUp(answeredBy: "helper")
        return configuration
    }
}
