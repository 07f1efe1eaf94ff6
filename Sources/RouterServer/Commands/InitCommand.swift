import Lifecycle
import System
import Text
import WeCom

enum InitCommand: Command {
    static let summary = "set up an app, step by step, and start"

    static let help = CommandHelp(
        "init",
        """
        Usage: wecom-router init [OPTIONS]

        Sets up an app, step by step: asks for what is needed and says where in WeCom's console it stands, asks WeCom for
        a token with it, writes the configuration and a .env with the secrets, both for your user alone (mode 0600), starts
        the server, and tries the address of the callbacks as the console does when you press Save. Ctrl-C stops the
        server; wecom-router serve starts it again.

        What an option says is not asked. Without a terminal nothing is asked: with --corp-id, --agent-id and
        --corp-secret-file it does the same, without them it prints a configuration to fill in.

          --name NAME               the app's name here, in paths and logs (my-app)
          --corp-id ID              我的企业 → 企业信息 → 企业ID
          --agent-id NUMBER         应用管理 → 自建 → the app → AgentId
          --corp-secret-file FILE   holds the app's Secret
          --token-file FILE         holds its Token; else one is made up, to be pasted in the console
          --aes-key-file FILE       holds its EncodingAESKey; likewise
          --public-url URL          where WeCom reaches this server, as in https://bot.example.com
          --users ID[,ID…]          who may write; * is everyone in the app's scope
          --agent KIND              who answers: echo, command or openai (echo)
          --command TEXT            its program, with arguments
          --base-url URL            its server
          --model NAME              and its model
          --api-key-file FILE       and what its server is told by us
          --port NUMBER             where the server listens (8645)
          --api-base-url URL        WeCom's API elsewhere: a private deployment, or wecom-router simulate
          --output FILE             the configuration (config.yaml); the .env goes beside it
          --force                   replace them if they are there
          --no-test                 ask nobody
          --no-serve                end when they are written

        """)

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        let options = try Options(context.arguments, of: help)
        if options.asksForHelp {
            context.print(help.text)
            return .done
        }
        let target = DraftTarget(options.value("--output") ?? "config.yaml")
        var setup = try setup(options)
        let isComplete = !setup.corpID.isEmpty && !setup.agentID.isEmpty && !setup.secret.isEmpty
        guard StandardInput.isTerminal || isComplete else {
            context.print(template)
            return .done
        }
        if !options.has("--force") { try target.checkFree() }
        let transports = try Transports()
        do {
            if StandardInput.isTerminal {
                setup = try await SetupInterview(options: options, print: context.print, transports: transports).run(
                    setup)
            } else if !options.has("--no-test") {
                _ = try await askWeCom(setup, transports, context.print)
            }
        } catch {
            await transports.close()
            throw error
        }
        let draft = setup.draft
        let configuration = try draft.tried(environment: context.environment)
        try target.write(draft, replacing: options.has("--force"))
        context.print("\nWritten: \(target.configuration) and \(target.variables), for your user alone.\n")
        context.print(forTheConsole(setup, configuration))
        guard !options.has("--no-serve") else {
            await transports.close()
            context.print("Next: wecom-router serve --config \(target.configuration)\n")
            return .done
        }
        return try await serve(setup, target, context, transports, isTested: !options.has("--no-test"))
    }

    // MARK: Options

    private static func setup(_ options: Options) throws -> NewSetup {
        func value<Value>(_ name: String, _ form: Form<Value>, _ text: inout String) throws {
            guard let given = options.value(name) else { return }
            if case .mismatch(let complaint) = form.fit(given) {
                throw UsageError("\(name) \(complaint).", command: "init")
            }
            text = given
        }
        func secret(_ name: String, _ form: Form<Secret>, _ text: inout String) throws {
            guard let file = options.value(name) else { return }
            let given = trimmed(String(decoding: try readFile(file, limit: 4096), as: UTF8.self))
            if case .mismatch(let complaint) = form.fit(given) {
                throw UsageError("\(name): it \(complaint).", command: "init")
            }
            text = given
        }
        var setup = NewSetup()
        try value("--name", .name, &setup.name)
        try value("--corp-id", .corpID, &setup.corpID)
        try value("--agent-id", .agentID, &setup.agentID)
        try secret("--corp-secret-file", .corpSecret, &setup.secret)
        try secret("--token-file", .callbackToken, &setup.token)
        try secret("--aes-key-file", .encodingAESKey, &setup.encodingAESKey)
        if let given = options.value("--public-url") {
            var url = given
            try value("--public-url", .webURL, &url)
            setup.publicURL = url
        }
        if let given = options.value("--api-base-url") {
            var url = given
            try value("--api-base-url", .webURL, &url)
            setup.apiBaseURL = url
        }
        try value("--users", .text, &setup.users)
        try value("--agent", .agentKind, &setup.agent)
        try value("--command", .text, &setup.command)
        try value("--base-url", .webURL, &setup.baseURL)
        try value("--model", .text, &setup.model)
        try secret("--api-key-file", .anySecret, &setup.apiKey)
        try value("--port", .port, &setup.port)
        guard ["echo", "command", "openai"].contains(setup.agent) else {
            throw UsageError(
                "--agent is \(setup.agent), which needs more than init asks for: take echo, and change it in the file.",
                command: "init")
        }
        return setup
    }

    // MARK: Asking WeCom

    /// Says what WeCom says of the app so far. True if all is well.
    static func askWeCom(_ setup: NewSetup, _ transports: Transports, _ print: (String) -> Void) async throws -> Bool
    {
        let configuration = try setup.draft.tried(environment: [:])
        let report = await OnlineCheck(configuration, over: transports, timeout: .seconds(20)).ask(configuration.apps[0])
        for line in report.lines(in: "WeCom") { print("  \(line)\n") }
        return report.isWell
    }

    private static func forTheConsole(_ setup: NewSetup, _ configuration: Configuration) -> String {
        let base = setup.publicURL ?? "https://YOUR.PUBLIC.HOST"
        return """

            Now in WeCom's console (\(ConsolePlace.address)), at the app → 接收消息 → 设置API接收, enter and press Save (保存)
            while this server runs:

              URL             \(base)\(configuration.server.path)/\(setup.name)
              Token           \(StandardInput.isTerminal ? setup.token : "as in the .env")
              EncodingAESKey  \(StandardInput.isTerminal ? setup.encodingAESKey : "as in the .env")

            And at \(ConsolePlace.addresses) the address that this machine calls WeCom from.


            """
    }

    // MARK: Serving

    private static func serve(
        _ setup: NewSetup, _ target: DraftTarget, _ context: CommandContext, _ transports: Transports, isTested: Bool
    ) async throws -> ExitStatus {
        let arguments = try Options(["--config", target.configuration], of: ServeCommand.help)
        let configuration = try context.configuration(arguments)
        let status = try await ServeCommand.serve(configuration, context, arguments) { port in
            guard isTested else { return }
            let path = "\(configuration.server.path)/\(setup.name)"
            let own = CallbackInquiry(
                app: configuration.apps[0], url: "http://127.0.0.1:\(port)\(path)", transport: transports.http)
            context.print("  callbacks at \(own.url): \(await own.obstacle() ?? "answered as WeCom expects it")\n")
            guard let base = setup.publicURL else { return }
            let outside = CallbackInquiry(app: configuration.apps[0], url: base + path, transport: transports.http)
            context.print(
                "  callbacks at \(outside.url): \(await outside.obstacle() ?? "answered as WeCom expects it")\n")
            context.print("The server runs. Press Save in the console, write to the app; Ctrl-C ends it.\n")
        }
        await transports.close()
        return status
    }

    // MARK: Without a terminal

    /// A configuration to fill in.
    static let template = """
        # Fill this in, save it as config.yaml, put the secrets into a .env beside it, and: wecom-router check --online
        # At a terminal, wecom-router init asks for all of it.

        server:
          port: 8645                    # let your proxy or tunnel lead here
          # public_url: https://…       # where WeCom reaches it

        agents:
          helper:
            kind: echo                  # answers with what it was told: command, openai, acp and http are others

        apps:
          - name: my-app
            corp_id: ${MY_APP_CORP_ID}          # \(ConsolePlace.corpID)
            agent_id: ${MY_APP_AGENT_ID}        # \(ConsolePlace.agentID)
            corp_secret: ${MY_APP_SECRET}       # \(ConsolePlace.secret)
            token: ${MY_APP_TOKEN}              # \(ConsolePlace.token)
            encoding_aes_key: ${MY_APP_AES_KEY} # \(ConsolePlace.aesKey)
            agent: helper
            allowed_users: []           # who may write, by user id; or allow_all_users: true

        # The .env, with mode 0600:
        #
        # MY_APP_CORP_ID=ww…
        # MY_APP_AGENT_ID=1000002
        # MY_APP_SECRET=…
        # MY_APP_TOKEN=…
        # MY_APP_AES_KEY=…

        """
}
