import Agents
import HTTPClient
import JSON
import Router
import System

enum CheckCommand: Command {
    static let summary = "every fault of the configuration, with its line; --online asks WeCom, too"

    static let help = CommandHelp(
        "check",
        """
        Usage: wecom-router check [--config FILE] [--verbose] [--online [--timeout TIME]] [--lang WORD] [--json]

        Reads the configuration and reports every fault in it at once, each with file, line and column, what is wrong
        and what would be right; then what works but is probably not meant; and for each agent what its program can
        reach on this machine, and how long a turn may take and be silent. It looks at what serve needs of this
        machine: the place of the store and its free space, the ports, the programs. A PostgreSQL database is asked how it
        is kept, who else has it, and whether the nodes over it agree; nothing in it is changed. Exit status 78 if there is a
        fault.

        With --online it then asks WeCom as every app, the way the server would: whether there is a token for corp_id
        and corp_secret, whether agent_id is the app of that secret and switched on, whether this machine's address is
        trusted (企业可信IP), whether the app sees its allowed_departments and allowed_tags. For each bot (智能机器人) it tries the
        way: that of the long connection to the end of the handshake, which takes the bot from nobody; that of WeCom's
        calls at server.public_url, as the console does when you press Save. If server.public_url is set,
        it asks whether a server like this one answers there, and whether each app's path passes the check that the console
        makes when you press Save; and every agent, whether it is there, knows our key and
        has the model. It compares the clock with WeCom's, measures the disk of the store, and
        looks at the certificate of server.public_url. A server that runs here is asked
        which callbacks it refused, and why. Nobody is sent anything. Exit status 1 if something is wrong.

          --config FILE    the configuration; else $WECOM_ROUTER_CONFIG, ./config.yaml, or the environment alone
          --env-file FILE  variables for it; else the .env beside it, if there is one
          --verbose        tell more of each warning, as where a program was looked for
          --online         ask WeCom, too
          --timeout TIME   the longest that asking as one app or for one bot may take (20s)
          --lang WORD      the language of what --online says of apps, public_url, callbacks, clock and store: zh-CN or en (as LANG has it)
          --json           one JSON object with faults and warnings, and with --online what was found for each app and bot

        """)

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        let options = try Options(context.arguments, of: help)
        if options.asksForHelp {
            context.print(help.text)
            return .done
        }
        let timeout = try timeout(options)
        let language = try context.language(options)
        do {
            var configuration = try context.configuration(options)
            let surroundings = Surroundings(configuration)
            configuration.warnings =
                (configuration.warnings + surroundings.warnings + (await configuration.warningsOfDatabase)).sorted()
            let report =
                options.has("--online")
                ? try await askOnline(configuration, timeout, language, context.environment) : nil
            context.print(
                options.has("--json")
                    ? json(configuration, report)
                    : text(configuration, surroundings, report, isVerbose: options.has("--verbose")))
            return report?.isWell ?? true ? .done : .failed
        } catch ConfigurationError.faults(let faults, let warnings) where options.has("--json") {
            context.print(json(faults, warnings))
            return .configuration
        }
    }

    // MARK: Asking

    private static let longestTimeout = Duration.seconds(600)

    private static func timeout(_ options: Options) throws -> Duration {
        guard let text = options.value("--timeout") else { return .seconds(20) }
        guard options.has("--online") else {
            throw UsageError("--timeout says how long --online may take: give both.", command: "check")
        }
        guard case .fits(let timeout, _) = Form.duration(atMost: longestTimeout).fit(text), timeout > .zero else {
            throw UsageError(
                "--timeout takes a time up to 600s, as in 500ms or 30s, not \(shown(text)).", command: "check")
        }
        return timeout
    }

    private static func askOnline(
        _ configuration: Configuration, _ timeout: Duration, _ language: ChatTexts.Language,
        _ environment: [String: String]
    ) async throws -> OnlineReport {
        Signals.ignoreBrokenPipes()
        let transports = try Transports()
        var report = await withAgents(of: configuration, over: transports.http, environment) { agents in
            await OnlineCheck(configuration, over: transports, agents: agents, timeout: timeout, in: language).run()
        }
        await transports.close()
        // Last, so that what we asked ourselves and did not get through with is among them.
        report.refusals = await RefusalReport.ask(configuration, in: language)
        return report
    }

    /// Lends agents that are ready to be looked at. Their programs work in a directory that goes.
    private static func withAgents(
        of configuration: Configuration, over transport: CurlTransport, _ environment: [String: String],
        _ body: ([String: AgentSetup]) async -> OnlineReport
    ) async -> OnlineReport {
        guard let loop = try? EventLoop(named: "programs"),
            let directory = try? TemporaryDirectory(prefix: "wecom-router-check-"),
            let workspaces = try? WorkspaceFolder(at: directory.path)
        else { return await body([:]) }
        let spawner = Spawner(on: loop)
        let host = ProgramHost(
            spawner: spawner, workspaces: workspaces, environment: configuration.programVariables(of: environment),
            hidden: configuration.ownPaths + [directory.path])
        let agents = BuiltAgents(configuration, on: host, over: transport)
        let report = await body(agents.setups)
        await agents.close()
        await spawner.close()
        loop.stop()
        return report
    }

    // MARK: Telling

    private static func text(
        _ configuration: Configuration, _ surroundings: Surroundings, _ report: OnlineReport?, isVerbose: Bool
    ) -> String {
        var lines = configuration.warnings.flatMap { warning in
            ["\(warning.place): warning: \(warning.message)"]
                + (isVerbose ? [warning.detail.map { "    \($0)" }] : [])
                .compactMap(\.self)
        }
        lines.append(surroundings.storeLine)
        lines += configuration.apps.map { app in
            "app \(app.name): \(app.corpID)/\(app.agentID), answered by \(app.agent), "
                + "callbacks at \(configuration.server.path)/\(app.name)"
        }
        lines += configuration.bots.map { bot in
            "bot \(bot.name): \(bot.endpoint), answered by \(bot.answerer), "
                + (bot.socket.map { "connects to \($0.address)" }
                    ?? "callbacks at \(configuration.server.botPath)/\(bot.name)")
                + (bot.isEnabled ? "" : "; disabled: it hears nobody")
        }
        lines += configuration.reaches.map(\.line)
        lines += configuration.agentTimes.map(\.line)
        lines += report?.lines(in: configuration.source) ?? []
        let count = configuration.warnings.count
        lines.append(
            "\(configuration.source) is in order"
                + (count == 0 ? "" : count == 1 ? ", with 1 warning" : ", with \(count) warnings")
                + (report.map(verdict) ?? ""))
        return lines.joined(separator: "\n") + "\n"
    }

    private static func verdict(_ report: OnlineReport) -> String {
        switch report.errors {
        case 0: "; online all is well"
        case 1: "; online 1 thing is wrong"
        case let count: "; online \(count) things are wrong"
        }
    }

    private static func json(_ faults: [Fault], _ warnings: [Fault]) -> String {
        JSONValue.object(verdict(faults, warnings, nil) + [.init("reach", []), .init("times", [])]).text + "\n"
    }

    private static func verdict(_ faults: [Fault], _ warnings: [Fault], _ report: OnlineReport?) -> [JSONValue.Member] {
        func list(_ faults: [Fault]) -> JSONValue {
            .array(faults.map { ["place": .string($0.place.description), "message": .string($0.message)] })
        }
        return [
            .init("ok", .bool(faults.isEmpty && report?.isWell ?? true)), .init("faults", list(faults)),
            .init("warnings", list(warnings)),
        ]
    }

    private static func json(_ configuration: Configuration, _ report: OnlineReport?) -> String {
        var members = verdict([], configuration.warnings, report)
        members.append(.init("reach", .array(configuration.reaches.map(\.json))))
        members.append(.init("times", .array(configuration.agentTimes.map(\.json))))
        if let report {
            members.append(.init("online", .array(report.apps.map(\.json))))
            members.append(.init("bots", .array(report.bots.map(\.json))))
            members.append(.init("agents", .array(report.agents.map(\.json))))
            if let publicURL = report.publicURL { members.append(.init("public_url", publicURL.json)) }
            if let certificate = report.certificate { members.append(.init("certificate", certificate.json)) }
            if let clock = report.clock { members.append(.init("clock", clock.json)) }
            if let store = report.store { members.append(.init("store", store.json)) }
            if let refusals = report.refusals { members.append(.init("refusals", refusals.json)) }
        }
        return JSONValue.object(members).text + "\n"
    }
}
