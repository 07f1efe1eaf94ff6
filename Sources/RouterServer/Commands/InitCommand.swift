import Lifecycle
import System
import Text
import WeCom

enum InitCommand: Command {
    static let summary = "set up an app or a bot, step by step, and start"

    static let help = CommandHelp(
        "init",
        """
        Usage: wecom-router init [OPTIONS]

        Sets up an app or an AI bot (智能机器人), step by step: asks for what is needed and says where in WeCom's console it
        stands, asks WeCom whether it is right, writes the configuration and a .env with the secrets, both for your user alone
        (mode 0600), starts the server, and tries the address of the callbacks as the console does when you press Save. Ctrl-C
        stops the server; wecom-router serve starts it again.

        What an option says is not asked. Without a terminal nothing is asked: with --corp-id, --agent-id and
        --corp-secret-file, or with --bot, --bot-id and --bot-secret-file, it does the same; without them it prints a
        configuration to fill in.

          --name NAME               the name here, in paths and logs (my-app, my-bot)
          --corp-id ID              我的企业 → 企业信息 → 企业ID
          --agent-id NUMBER         应用管理 → 自建 → the app → AgentId
          --corp-secret-file FILE   holds the app's Secret
          --bot KIND                a bot, not an app: socket (by long connection, recommended: no public address) or webhook
          --bot-id ID               安全与管理 → 管理工具 → 智能机器人 → the bot, in API mode → Bot ID
          --bot-secret-file FILE    holds the Secret of its long connection
          --conversations ID[,ID…]  the group chats in which a bot answers; * is every group
          --websocket-url URL       the long connection elsewhere: a private deployment
          --qr                      with --bot socket: show a code by which an administrator creates the bot on the phone.
                                    WeCom does not document this, and may change it
          --token-file FILE         holds its Token; else one is made up, to be pasted in the console
          --aes-key-file FILE       holds its EncodingAESKey; likewise
          --public-url URL          where WeCom reaches this server, as in https://bot.example.com
          --users ID[,ID…]          who may write; * is everyone who sees the app or the bot
          --agent KIND              who answers: echo, command or openai (echo)
          --command TEXT            its program, with arguments
          --base-url URL            its server
          --model NAME              and its model
          --api-key-file FILE       and what its server is told by us
          --port NUMBER             where the server listens (8645)
          --api-base-url URL        WeCom's API elsewhere: a private deployment, or wecom-router simulate
          --output FILE             the configuration (config.yaml); the .env goes beside it
          --add                     put the app or bot into the configuration that is there, answered by its agent, or by the one
                                    of them that --agent names; what else stands in it stays
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
        let given = try setup(options)
        guard StandardInput.isTerminal || given.isComplete || options.has("--qr") else {
            context.print(given.subject == .app ? template : botTemplate)
            return .done
        }
        let addition = try addition(options, target, context)
        if addition == nil, !options.has("--force") { try target.checkFree() }
        let transports = try Transports()
        let setup: NewSetup
        do {
            setup = try await completed(given, options, context, transports, addition)
        } catch {
            await transports.close()
            throw error
        }
        if let addition {
            await transports.close()
            return try add(setup, to: addition, target, context)
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

    /// The configuration to which something is added; nil where one is made.
    private static func addition(
        _ options: Options, _ target: DraftTarget, _ context: CommandContext
    ) throws -> DraftAddition? {
        guard options.has("--add") else { return nil }
        let ofNew = ["--public-url", "--port", "--command", "--base-url", "--model", "--api-key-file"]
        if let stray = ofNew.first(where: { options.value($0) != nil }) ?? (options.has("--force") ? "--force" : nil) {
            throw UsageError(
                "\(stray) is of a new configuration, and --add leaves the one there as it is.", command: "init")
        }
        return try DraftAddition(to: target, agent: options.value("--agent"), environment: context.environment)
    }

    private static func add(
        _ setup: NewSetup, to addition: DraftAddition, _ target: DraftTarget, _ context: CommandContext
    ) throws -> ExitStatus {
        let configuration = try addition.write(setup.draft, environment: context.environment)
        context.print("\nAdded to \(target.configuration): \(setup.name). Its secrets are in \(target.variables).\n")
        context.print(forTheConsole(setup, configuration))
        context.print("Next: wecom-router check, and wecom-router reload where the server runs\n")
        return .done
    }

    /// Asks people, and WeCom, for what is missing.
    private static func completed(
        _ given: NewSetup, _ options: Options, _ context: CommandContext, _ transports: Transports,
        _ addition: DraftAddition?
    ) async throws -> NewSetup {
        var setup = given
        if let addition { setup.publicURL = addition.existing.server.publicURL }
        if options.has("--qr") {
            var code = BotByCode(
                at: try LoopbackURL(options, of: "init")?.text ?? BotCreation.officialAddress, over: transports.http,
                print: context.print)
            code.isColoured = StandardOutput.isTerminal
            let bot = try await code.bot()
            (setup.botID, setup.secret) = (bot.id.text, bot.secret.reveal())
        }
        if StandardInput.isTerminal {
            return try await SetupInterview(options: options, print: context.print, transports: transports).run(setup)
        }
        if !options.has("--no-test"), setup.subject != .bot(.webhook) {
            _ = try await askWeCom(setup, transports, context.print)
        }
        return setup
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
        setup.subject = try subject(options)
        setup.name = setup.subject.usualName
        try value("--name", .name, &setup.name)
        try value("--bot-id", .botID, &setup.botID)
        try secret("--bot-secret-file", .corpSecret, &setup.secret)
        try value("--conversations", .text, &setup.conversations)
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
        if let given = options.value("--websocket-url") {
            var url = given
            try value("--websocket-url", .webSocketURL, &url)
            setup.webSocketURL = url
        } else if let played = setup.apiBaseURL.flatMap({ LoopbackURL($0) }) {
            setup.webSocketURL = played.webSocketURL
        }
        try value("--users", .text, &setup.users)
        if options.has("--add") { return setup }
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

    /// True if the options say whether it is an app or a bot.
    static func namesSubject(_ options: Options) -> Bool {
        ["--bot", "--corp-id", "--agent-id", "--corp-secret-file"].contains { options.value($0) != nil }
    }

    private static func subject(_ options: Options) throws -> SetupSubject {
        let word = options.value("--bot")
        let ofBots = ["--bot-id", "--bot-secret-file", "--conversations", "--websocket-url"]
        if let stray = ofBots.first(where: { options.value($0) != nil }) ?? (options.has("--qr") ? "--qr" : nil),
            word == nil
        {
            throw UsageError("\(stray) is of a bot: say --bot socket or --bot webhook as well.", command: "init")
        }
        guard let word else { return .app }
        guard let mode = Configuration.Bot.Mode(rawValue: word) else {
            throw UsageError("--bot is socket or webhook, not \(shown(word)).", command: "init")
        }
        let ofApps = ["--corp-id", "--agent-id", "--corp-secret-file"]
        if let stray = ofApps.first(where: { options.value($0) != nil }) {
            throw UsageError("\(stray) is of an app, and --bot sets up a bot.", command: "init")
        }
        if options.has("--qr"), mode == .webhook {
            throw UsageError("--qr is for --bot socket: a bot made by a code connects to WeCom.", command: "init")
        }
        return .bot(mode)
    }

    // MARK: Asking WeCom

    /// Says what WeCom says of the app or the bot so far. True if all is well.
    static func askWeCom(
        _ setup: NewSetup, _ transports: Transports, _ print: (String) -> Void, subscribing: Bool = false
    ) async throws -> Bool {
        let configuration = try setup.draft.tried(environment: [:])
        let check = OnlineCheck(configuration, over: transports, timeout: .seconds(20))
        if let app = configuration.apps.first {
            let report = await check.ask(app)
            for line in report.lines(in: "WeCom") { print("  \(line)\n") }
            return report.isWell
        }
        guard let bot = configuration.bots.first, let socket = bot.socket else { return true }
        let inquiry = check.inquiry(bot, socket)
        let report = subscribing ? await inquiry.reportOfSubscribing() : await inquiry.report()
        for line in report.lines(in: "WeCom") { print("  \(line)\n") }
        return report.isWell
    }

    // MARK: Serving

    private static func serve(
        _ setup: NewSetup, _ target: DraftTarget, _ context: CommandContext, _ transports: Transports, isTested: Bool
    ) async throws -> ExitStatus {
        let arguments = try Options(["--config", target.configuration], of: ServeCommand.help)
        let configuration = try context.configuration(arguments)
        let status = try await ServeCommand.serve(configuration, context, arguments) { port in
            guard isTested else { return }
            for base in ["http://127.0.0.1:\(port)", setup.publicURL].compactMap(\.self) {
                guard let inquiry = inquiry(at: base, configuration, transports) else { break }
                context.print(
                    "  callbacks at \(inquiry.url): \(await inquiry.obstacle() ?? "answered as WeCom expects it")\n")
            }
            context.print(farewell(setup))
        }
        await transports.close()
        return status
    }

    /// Nil for a bot that connects, which nobody calls.
    private static func inquiry(
        at base: String, _ configuration: Configuration, _ transports: Transports
    ) -> CallbackInquiry? {
        if let app = configuration.apps.first {
            let url = "\(base)\(configuration.server.path)/\(app.name)"
            return CallbackInquiry(app: app, url: url, transport: transports.http)
        }
        guard let bot = configuration.bots.first, let webhook = bot.webhook else { return nil }
        let url = "\(base)\(configuration.server.botPath)/\(bot.name)"
        return CallbackInquiry(bot: webhook, url: url, transport: transports.http)
    }

    private static func farewell(_ setup: NewSetup) -> String {
        switch setup.subject {
        case .bot(.socket): "The server runs. Write to the bot; Ctrl-C ends it.\n"
        case .app where setup.publicURL == nil, .bot where setup.publicURL == nil: ""
        case .app, .bot: "The server runs. Press Save in the console, write to it; Ctrl-C ends it.\n"
        }
    }
}
