import Crypto
import HTTPClient
import HTTPServer
import Lifecycle
import Observability
import Simulator
import System
import WeCom

enum SimulateCommand: Command {
    static let summary = "the simulated WeCom alone, for a router of yours"

    static let help = CommandHelp(
        "simulate",
        """
        Usage: wecom-router simulate [--config FILE] [--port PORT] [--callback URL] [--user ID]

        Plays WeCom for a router of yours: gettoken and message/send on loopback, and a user who says what you type. Without
        --config it makes up an app and prints the configuration to start the router with.

          --config FILE    play WeCom for the apps of this configuration; a line "NAME: text" goes to app NAME. The file stays
                           as it is: the router is started with serve --config FILE --api-base-url http://127.0.0.1:8650
          --env-file FILE  variables for it; else the .env beside it, if there is one
          --port PORT      listen on this port of 127.0.0.1 (8650; 0 is any free one)
          --callback URL   where callbacks go (http://127.0.0.1:8645/wecom/callback, or as the configuration says)
          --user ID        who writes (zhangsan)

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
        let company = try company(context, options)
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
            apps: company.roles.map(\.app), port: port, transport: transport, on: loop, log: log, keeping: 20_000)
        let bound = try await wecom.listener.open()
        context.print("WeCom is played at http://127.0.0.1:\(bound)\n")
        if let file = options.value("--config") {
            context.print(
                "For a router that talks to it: wecom-router serve --config \(file) "
                    + "--api-base-url http://127.0.0.1:\(bound)\n")
        }
        if let made = company.configuration {
            context.print(made.replacing("{api}", with: "http://127.0.0.1:\(bound)"))
        }
        let user = UserID(options.value("--user") ?? "zhangsan")
        let console = Console(prompt: "\(user.text)> ", environment: context.environment, write: context.print)
        defer { console.close() }
        let stage = Stage(wecom: wecom, cast: Cast(roles: company.roles), user: user, console: console)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await stage.showMessages() }
            group.addTask { await stage.run { if StandardInput.isTerminal { stop.reach() } } }
            await stop.wait()
            group.cancelAll()
        }
        await wecom.listener.quiesce(by: .now.advanced(by: .milliseconds(200)))
        await transport.close()
        return .done
    }

    /// The apps, and the configuration of one that was made up.
    private struct Company {
        let roles: [Cast.Role]
        let configuration: String?
    }

    private static func company(_ context: CommandContext, _ options: Options) throws -> Company {
        guard options.value("--config") != nil else {
            return try madeUpCompany(callbackURL: options.value("--callback") ?? "http://127.0.0.1:8645/wecom/callback")
        }
        let configuration = try context.configuration(options)
        let server = configuration.server
        let url = options.value("--callback") ?? "http://127.0.0.1:\(server.port)\(server.path)"
        let apps = try configuration.apps.map { app in
            Cast.Role(name: app.name, app: try FakeApp(app, callbackURL: url))
        }
        return Company(roles: apps, configuration: nil)
    }

    private static func madeUpCompany(callbackURL: String) throws -> Company {
        let (secret, token, aesKey) = (randomText(43), randomText(32), randomText(43))
        let app = FakeApp(
            corpID: CorpID("ww0000000000000001"), agentID: AgentID(1_000_002), secret: Secret(secret),
            keys: try CallbackKeys(token: Secret(token), encodingAESKey: Secret(aesKey)), callbackURL: callbackURL)
        let configuration = """

            # A configuration for this one run: save it and start `wecom-router serve --config FILE` with it.
            agents:
              helper: { kind: echo }
            apps:
              - name: simulated
                corp_id: \(app.corpID)
                agent_id: \(app.agentID)
                corp_secret: \(secret)
                token: \(token)
                encoding_aes_key: \(aesKey)
                allow_all_users: true
                api_base_url: {api}


            """
        return Company(roles: [Cast.Role(name: "simulated", app: app)], configuration: configuration)
    }
}
