import Crypto
import HTTPClient
import HTTPServer
import Lifecycle
import Observability
import Router
import Simulator
import System
import WeCom

enum SimulateCommand: Command {
    static let summary = "the simulated WeCom alone, for a router of yours"

    static let help = CommandHelp(
        "simulate",
        """
        Usage: wecom-router simulate [--config FILE] [--world FILE] [--port PORT] [--playground PORT] [--callback URL] [--user ID]
                                     [--seed NUMBER] [--keep DIR]
               wecom-router simulate --scenario FILE… [--config FILE] [--junit FILE] [--time-limit TIME] [--verbose]
               wecom-router simulate --traffic [--users COUNT] [--rate NUMBER] [--mix KINDS] [--duration TIME] …

        Plays WeCom for a router of yours: gettoken and message/send on loopback, the long connection of bots at the same
        port, a user who says what you type, and a playground in a browser, whose address it prints. Without --config and
        --world it makes up an app and two bots. It prints the configuration to start the router with.

          --config FILE    play WeCom for the apps and bots of this configuration. The file stays as it is: the router is started
                           with serve --config FILE --api-base-url http://127.0.0.1:8650
          --env-file FILE  variables for it; else the .env beside it, if there is one
          --world FILE     the corps with their departments and members, the apps, bots and groups, as a file in YAML has them; with
                           --config the people around its apps
          --seed NUMBER    what is made up follows from this number: the same people, keys and ids each time
          --keep DIR       keep there, over a restart, what was made up, who came in and which access tokens apps hold
          --port PORT      listen on this port of 127.0.0.1 (8650; 0 is any free one)
          --playground PORT  the playground's port (8651, or any that is free)
          --callback URL   where callbacks go (http://127.0.0.1:8645/wecom/callback, or as the configuration or the world says);
                           those of bots go to the same host and port
          --user ID        who writes (the first member of the first corp: zhangsan, where it is made up)

        With --traffic many people write at once, and what comes of it is counted. It begins when the router answers, shows how
        it goes on, and ends with a table of the times to acknowledgement and to answer. A router lets each person write so many
        messages a minute (60): take more people, or limits of 0.

          --traffic            write, count and end
          --users COUNT        so many people (1000), each with one message open at a time
          --apps COUNT         to so many of the apps (all; of those that are made up 1)
          --bots COUNT         to so many of the bots (all; of those that are made up 2)
          --rate NUMBER        so many messages a second; otherwise everybody writes again when they are answered
          --mix KINDS          of text, image and bot, with their shares (text=1)
          --ramp TIME          grow from nothing within this time, which does not count
          --duration TIME      go on for this time behind that (10s)
          --count COUNT        end after so many messages
          --connections COUNT  post callbacks over so many connections (64)
          --csv FILE           the figures of each second; - is standard output, and the table goes to standard error then
          --json FILE          the figures of all, with their histograms

        A line goes to the first app, "NAME: text" to the app or bot of that name, and "@NAME text" calls a bot in a group.
        Besides words, a user can send files and places, open the chat and press buttons:

          :image PATH  :voice PATH  :video PATH  :file PATH
          :location LATITUDE,LONGITUDE [LABEL]
          :enter
          :click NUMBER [OPTION…]

        With --scenario it carries out what a file says in place of what you type, against a router of the configuration that it
        starts itself, and ends with status 0 if all of it came about, 1 if not (docs/scenarios.md):

          --scenario FILE…  who says what when, and what is expected; may be given more than once, each has a fresh router
          --junit FILE     write the report as JUnit XML, too
          --time-limit TIME  the longest that a scenario may take (5m)
          --verbose        the end of the router's log, also where nothing failed

        With --callback the router is one of yours that runs already, with serve --api-base-url http://127.0.0.1:8650.

        """)

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        let options = try Options(context.arguments, of: help)
        if options.asksForHelp {
            context.print(help.text)
            return .done
        }
        if options.value("--scenario") != nil { return try await playScenarios(options, context) }
        for name in ["--junit", "--time-limit", "--verbose"] where options.has(name) || options.value(name) != nil {
            throw UsageError("\(name) belongs to --scenario.", command: "simulate")
        }
        let port = try options.port("--port", default: 8650, of: "simulate")
        let traffic = try TrafficOptions(options)
        let keeper = try WorldKeeper(options)
        var world = try SimulatedWorld(options, for: traffic, keptAs: keeper?.kept, in: context)
        let writers = try traffic?.writers(in: &world.world)
        let cast = try Cast(world.world)
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
        wecom.settle(world.world)
        if let kept = keeper?.kept { wecom.goOn(from: kept) }
        try await keeper?.save(wecom, world.world)
        wecom.sockets.change { $0.answerDelay = FakeBotSockets.Rules.measuredDelay }
        let url = LoopbackURL(port: try await wecom.listener.open())
        wecom.setBase(url.text)
        // Of traffic, standard output has the figures alone.
        let tell: (String) -> Void = traffic == nil ? { context.print($0) } : { StandardError.write($0) }
        tell("WeCom is played at \(url.text)\n")
        if traffic == nil { tell("The control API, for programs:\n\(url.text)/control/v1/\n") }
        tell(world.advice(forWeComAt: url))
        let status =
            if let traffic, let writers {
                try await TrafficRun(options: traffic, print: context.print).run(writers, in: wecom, until: stop)
            } else {
                try await show(world, cast, wecom, keeper, options, context, until: stop, log)
            }
        await wecom.listener.quiesce(by: .now.advanced(by: .milliseconds(200)))
        await transport.close()
        try await keeper?.save(wecom, world.world)
        return status
    }

    /// Lets people write, here and in a browser, until somebody stops it.
    private static func show(
        _ world: SimulatedWorld, _ cast: Cast, _ wecom: FakeWeCom, _ keeper: WorldKeeper?, _ options: Options,
        _ context: CommandContext, until stop: Signpost, _ log: Logger
    ) async throws -> ExitStatus {
        let console = Console(
            prompt: "\(world.user.text)> ", environment: context.environment, write: context.print)
        defer { console.close() }
        let playground = try await openPlayground(world, wecom, options, log)
        context.print("The playground, for a browser:\n\(playground.address)\n")
        let sightings = Sightings(of: wecom, cast.parties)
        let groups = world.world.groups.map(\.id)
        wecom.open(ControlAPI(Player(wecom, cast.parties, sightings, user: world.user, groups: groups)))
        let language = ChatTexts.Language(context.environment).ofWorld
        let stage = Stage(wecom: wecom, cast: cast, user: world.user, console: console, language)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await stage.showMessages() }
            group.addTask { await sightings.follow() }
            group.addTask { await stage.run { if StandardInput.isTerminal { stop.reach() } } }
            group.addTask { await playground.run() }
            group.addTask { await keeper?.run(wecom, world.world) }
            await stop.wait()
            group.cancelAll()
        }
        await playground.close()
        return .done
    }

    private static func openPlayground(
        _ world: SimulatedWorld, _ wecom: FakeWeCom, _ options: Options, _ log: Logger
    ) async throws -> OpenPlayground {
        let port =
            options.value("--playground") == nil ? nil : try options.port("--playground", default: 0, of: "simulate")
        return try await OpenPlayground(
            of: wecom, world.world, port: port, masksSecrets: world.file != nil, log: log)
    }
}
