import Agents
import HTTPClient
import Lifecycle
import Observability
import Router
import Simulator
import System
import WeCom

enum DemoCommand: Command {
    static let summary = "router, simulated WeCom and a playground on this machine: no configuration, no account"

    static let help = CommandHelp(
        "demo",
        """
        Usage: wecom-router demo [--agent AGENT | --config FILE] [--terminal] [--playground PORT] [--no-open] [--user ID]
                                 [--api-base-url URL] [--verbose]

        Starts the router and a simulated WeCom on loopback and prints the address of a playground: in a browser you are any
        member of a corp, write to its app and to two AI bots, see every call on the wire, and have WeCom misbehave. On a desktop
        the browser opens by itself. The app and the bots are answered by a guide that shows what an agent can do: an answer that
        grows, questions on cards, files, a task of a minute. No configuration, no account; everything is gone afterwards. With --terminal you talk to them here: type a line, see the
        callback go in and the answers come back. With standard input not a terminal each line comes back in turn, and the
        demo ends with its input:

            echo 你好 | wecom-router demo
            echo @helper 你好 | wecom-router demo
            echo 你好 | wecom-router demo --agent ./my.sh

        A line goes to the app, "NAME: text" to the app or bot of that name, and "@NAME text" calls a bot in a group. The bot
        helper is called by webhook, the bot assistant has a long connection; at a terminal their answers grow as they are
        written. What is made up speaks Chinese, or English where LANG names another language. A line ":help" lists what else you can send: files, places, the click of a button.

          --agent AGENT        who answers, app and bots alike: a program with its arguments, which reads the message from standard
                               input and writes the answer; a server of OpenAI's Chat Completions, as http://127.0.0.1:8080/v1
                               (its model from WECOM_ROUTER_AGENT_MODEL, its key from _API_KEY); or another URL, which is sent
                               signed jobs (by the secret in WECOM_ROUTER_AGENT_SECRET)
          --config FILE        rehearse this configuration: its apps, bots, agents, texts and limits, with another store, other ports
                               and WeCom played here. Nothing goes to the real one, nothing of the file is changed
          --env-file FILE      variables for it; else the .env beside it, if there is one
          --terminal           talk to the app here rather than in a browser
          --playground PORT    the playground's port on 127.0.0.1 (8651, or any that is free)
          --no-open            only print its address, also on a desktop
          --user ID            who writes (you; of a configuration somebody who may)
          --api-base-url URL   where WeCom is played, for agents that call it: http://127.0.0.1:PORT (a free port)
          --verbose            the router's log, too

        """)

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        let options = try Options(context.arguments, of: help)
        if options.asksForHelp {
            context.print(help.text)
            return .done
        }
        let rehearsal = try Rehearsal(options, in: context, isInteractive: StandardInput.isTerminal)
        let console = Console(
            prompt: "\(rehearsal.user.text)> ", environment: context.environment, write: context.print)
        defer { console.close() }
        // Beside a line that is edited nothing may be written to the terminal but by the console.
        let sink = LogSink(format: .text) { bytes in
            if console.isEdited {
                console.print(String(decoding: bytes, as: UTF8.self))
            } else {
                StandardError.write(bytes)
            }
        }
        defer { sink.close() }
        let log = Logger(to: sink, level: options.has("--verbose") ? .info : .warning)
        ServeCommand.hardenProcess()
        let stop = Signpost()
        try ServeCommand.stopOnSignals(stop, log) { console.close() }

        let directory = try TemporaryDirectory(prefix: "wecom-router-demo-")
        let world = try await rehearsal.world(in: directory.path, log)
        world.wecom.sockets.change { $0.answerDelay = FakeBotSockets.Rules.measuredDelay }
        let router = try await rehearsal.router(in: world)
        let isInBrowser = console.isInteractive && !options.has("--terminal")
        let isAnswered =
            if isInBrowser {
                try await showPages(rehearsal, world, router, options, context, console, until: stop, log)
            } else {
                try await chat(rehearsal, world, router, console, until: stop)
            }
        withExtendedLifetime(directory) {}
        return isAnswered ? .done : .failed
    }

    /// Lets somebody at this terminal talk to the app and the bots. True if every line was answered.
    private static func chat(
        _ rehearsal: Rehearsal, _ world: LoopbackWorld, _ router: RunningRouter, _ console: Console,
        until stop: Signpost
    ) async throws -> Bool {
        let cast = Cast(world)
        greet(rehearsal, cast, router, console)
        let chat = Chat(
            world: world, router: router, cast: cast, user: rehearsal.user, console: console,
            patience: rehearsal.patience, rehearsal.language.ofWorld)
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                defer { stop.reach() }
                return await chat.run()
            }
            await stop.wait()
            group.cancelAll()
            router.stop()
            try await router.ended()
            await world.close()
            return try await group.next() == true
        }
    }

    /// Shows the playground until the demo is stopped.
    private static func showPages(
        _ rehearsal: Rehearsal, _ world: LoopbackWorld, _ router: RunningRouter, _ options: Options,
        _ context: CommandContext, _ console: Console, until stop: Signpost, _ log: Logger
    ) async throws -> Bool {
        let playground = try await openPlayground(rehearsal, world, options, log)
        console.print("The playground, for a browser (Ctrl-C ends it):\n\(playground.address)\n")
        if let desktop = Desktop(context.environment), !options.has("--no-open") {
            desktop.open(playground.address, log)
        }
        await firstOf(playground.run, stop.wait)
        await playground.close()
        router.stop()
        try await router.ended()
        await world.close()
        return true
    }

    private static func openPlayground(
        _ rehearsal: Rehearsal, _ world: LoopbackWorld, _ options: Options, _ log: Logger
    ) async throws -> OpenPlayground {
        var cast = World(seed: WorldSeed(1))
        cast.take(world.configuration)
        cast.fill(for: world.configuration, first: rehearsal.somebody)
        world.wecom.settle(cast)
        let port = options.value("--playground") == nil ? nil : try options.port("--playground", default: 0, of: "demo")
        return try await OpenPlayground(
            of: world.wecom, cast, offers: rehearsal.offers, port: port, masksSecrets: options.value("--config") != nil,
            log: log)
    }

    private static func greet(_ rehearsal: Rehearsal, _ cast: Cast, _ router: RunningRouter, _ console: Console) {
        guard console.isInteractive else { return }
        let parts = [("app", cast.roles.filter { !$0.isBot }), ("bot", cast.bots)].filter { !$1.isEmpty }
        let those = parts.map { kind, roles in
            "the \(kind)\(roles.count > 1 ? "s" : "") " + roles.map { "\"\($0.name)\"" }.joined(separator: ", ")
        }
        console.print(
            """
            You are the WeCom user \(rehearsal.user.text), and can write to \(those.joined(separator: " and ")).
            They are answered by \(rehearsal.agents).
            Router: \(router.callbackURL). Type a line, or :help for more; Ctrl-D ends the demo.

            """)
        guard let bot = cast.bots.first else { return }
        console.print("\"\(bot.name): 你好\" goes to a bot, \"@\(bot.name) 你好\" calls it in a group.\n")
    }
}
