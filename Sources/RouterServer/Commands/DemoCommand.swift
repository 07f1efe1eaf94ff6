import HTTPClient
import Lifecycle
import Observability
import Simulator
import System
import WeCom

enum DemoCommand: Command {
    static let summary = "router, simulated WeCom and a chat on this machine: no configuration, no account"

    static let help = CommandHelp(
        "demo",
        """
        Usage: wecom-router demo [--verbose]

        Starts the router and a simulated WeCom on loopback and lets you talk to an app of it: type a line, see the callback
        go in and the answer come back. No configuration, no account; everything is gone afterwards. With standard input
        not a terminal each line is answered in turn, and the demo ends with its input:

            echo 你好 | wecom-router demo

        A line ":help" lists what else you can send: files, places, the click of a button.

          --verbose   the router's log, too

        """)

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        let options = try Options(context.arguments, of: help)
        if options.asksForHelp {
            context.print(help.text)
            return .done
        }
        let sink = LogSink.standardError(format: .text)
        defer { sink.close() }
        let log = Logger(to: sink, level: options.has("--verbose") ? .info : .warning)
        ServeCommand.hardenProcess()
        let stop = Signpost()
        try ServeCommand.stopOnSignals(stop, log)

        let directory = try TemporaryDirectory(prefix: "wecom-router-demo-")
        let world = try await LoopbackWorld(apps: ["demo"], in: directory.path, log: log)
        let router = try await world.startRouter()
        let chat = Chat(
            world: world, router: router, isInteractive: StandardInput.isTerminal, print: context.print)
        let isAnswered = try await withThrowingTaskGroup(of: Bool.self) { group in
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
        withExtendedLifetime(directory) {}
        return isAnswered ? .done : .failed
    }
}
