import HTTPServer
import JSON
import Lifecycle
import Observability
import Router
import System

enum ServeCommand: Command {
    static let summary = "run the service (the default)"

    static let help = CommandHelp(
        "serve",
        """
        Usage: wecom-router serve [--config FILE] [--only KIND/NAME…] [--wait] [--api-base-url URL]

        Runs the service until SIGTERM or SIGINT, then drains: /ready turns red, running turns get workers.drain_timeout,
        replies go out, and callbacks are accepted to the end. It ends a second after workers.drain_timeout at the latest.
        A second SIGINT ends it at once; nothing accepted is lost. SIGHUP reads the configuration again, as does
        wecom-router reload.

          --config FILE        the configuration; else $WECOM_ROUTER_CONFIG, ./config.yaml, or the environment alone
          --env-file FILE      variables for it; else the .env beside it, if there is one
          --only KIND/NAME…    serves that alone, as in --only bot/work --only app/dept-a, to try it; a reload keeps to it, and
                               what others had accepted waits for them
          --wait               where there is none, or one with faults, says so and waits for one that can be served: for
                               containers, which would be started again and again
          --api-base-url URL   where WeCom is played for a rehearsal, in place of every app's api_base_url and of the addresses of
                               bots: an address of this machine, as wecom-router simulate tells it

        """)

    /// The time between two looks for a configuration.
    private static let pause = Duration.seconds(2)

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        let options = try Options(context.arguments, of: help)
        if options.asksForHelp {
            context.print(help.text)
            return .done
        }
        let played = try LoopbackURL(options, of: "serve")
        let configuration: Configuration
        do {
            configuration =
                options.has("--wait")
                ? try await firstOfUse(context, options, played) : try read(context, options, played)
        } catch let error as ConfigurationError {
            try tell(error, context, options)
            return .configuration
        } catch let fault as SelectionFault {
            throw UsageError("\(fault).", command: "serve")
        }
        return try await serve(configuration, context, options, playedAt: played) { _ in }
    }

    /// Reads the configuration, in which WeCom may be played elsewhere than it says. Throws a `SelectionFault` where it does not
    /// have what is to be served.
    private static func read(
        _ context: CommandContext, _ options: Options, _ played: LoopbackURL?
    ) throws -> Configuration {
        var configuration = try context.configuration(options)
        let only = options.all("--only")
        if !only.isEmpty { configuration.selection = try Selection(only, among: configuration) }
        return played.map { configuration.withWeCom(at: $0) } ?? configuration
    }

    /// Serves until it is told to stop. `whenReady` gets the port of the public listener.
    static func serve(
        _ configuration: Configuration, _ context: CommandContext, _ options: Options,
        playedAt played: LoopbackURL? = nil, whenReady: @escaping @Sendable (_ port: Int) async -> Void
    ) async throws -> ExitStatus {
        // Before there are threads that could look.
        Process.forget(configuration.takenVariables(of: context.environment))
        let sink = context.logSink(configuration.log)
        defer { sink.close() }
        let log = Logger(to: sink, level: configuration.log.level)
        do {
            try await serve(configuration, context, options, played, sink, log, whenReady)
            return .done
        } catch {
            log.error("the server has failed", [.error: .string("\(error)")])
            return .failed
        }
    }

    private static func serve(
        _ configuration: Configuration, _ context: CommandContext, _ options: Options, _ played: LoopbackURL?,
        _ sink: LogSink, _ log: Logger, _ whenReady: @escaping @Sendable (_ port: Int) async -> Void
    ) async throws {
        hardenProcess()
        // Where the spawner is killed with a keeper, a program is not to get away.
        Process.adoptOrphans()
        let stop = Signpost()
        let stopGuard = StopGuard(
            limit: configuration.workers.drainTimeout + RouterServer.afterDrain, sink: sink, log: log)
        let source = ConfigurationSource {
            // What is to be served may have gone: then what was served stays.
            do { return try read(context, options, played) } catch let fault as SelectionFault {
                throw ConfigurationError.unreadable("\(fault)")
            }
        }
        let supervisor = Supervisor(context.environment)
        try stopOnSignals(stop, log, reloading: source) {
            supervisor?.tell(.stopping)
            stopGuard.begin()
        }
        for warning in configuration.warnings { log.warning("\(warning.place): \(warning.message)") }
        if let played { log.warning("WeCom is played at \(played.text): nothing goes to the real one") }
        log.info("\(Version.line) starts with \(configuration.source)")
        StartReport(configuration).tell(log)
        let server = try await RouterServer.build(
            configuration, environment: context.environment, ownsProcess: true, from: source, leases: .ofProcess,
            log: log)
        stopGuard.watch(server)
        let ready = Signpost()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await ready.wait()
                // It is open: this only asks for its port.
                if ready.isReached { await whenReady(try await server.publicListener.open()) }
            }
            group.addTask {
                await ready.wait()
                if ready.isReached, let supervisor { await server.showLife(to: supervisor) }
            }
            defer { group.cancelAll() }
            try await server.run(until: stop) {
                log.info("ready")
                supervisor?.tell(.ready)
                ready.reach()
            }
        }
        log.info("stopped")
    }

    /// Tells what is wrong in the log's form; throws it again where a person sits at a terminal, for whom a report is
    /// made.
    private static func tell(_ error: ConfigurationError, _ context: CommandContext, _ options: Options) throws {
        let form = Configuration.loadLog(
            file: options.value("--config"), environmentFile: options.value("--env-file"),
            environment: context.environment)
        if form.format == .auto, StandardError.isTerminal { throw error }
        let sink = context.logSink(form)
        defer { sink.close() }
        let log = Logger(to: sink)
        guard case .faults(let faults, let warnings) = error else {
            return log.error("there is no configuration to start with", [.reason: .string("\(error)")])
        }
        for warning in warnings { log.warning("\(warning.place): \(warning.message)") }
        for fault in faults { log.error("a fault in the configuration", [.reason: .string("\(fault)")]) }
    }

    /// Reads the configuration until it can be served. What keeps it from that is told once, and again when it is another.
    private static func firstOfUse(
        _ context: CommandContext, _ options: Options, _ played: LoopbackURL?
    ) async throws -> Configuration {
        var told: String?
        while true {
            do {
                return try read(context, options, played)
            } catch let error as ConfigurationError {
                // There is nothing yet that would have to end in order.
                if told == nil { try Signals.onArrival { _ in Process.exitNow(ExitStatus.done.rawValue) } }
                if told != error.description {
                    StandardError.write(
                        "wecom-router: \(error)\nwecom-router: waiting for a configuration that can be served\n")
                }
                told = error.description
            }
            try await Task.sleep(for: pause)
        }
    }

    /// Keys stay in the process, new files are ours alone, a peer that hangs up is no reason to die.
    static func hardenProcess() {
        Process.makeUndumpable()
        Process.restrictNewFiles()
        Signals.ignoreBrokenPipes()
    }

    /// SIGHUP has `source` read again, where there is one. The first of the others drains, and is told. Whoever presses Ctrl-C again does not want to wait, not even for a task that is
    /// stuck.
    static func stopOnSignals(
        _ stop: Signpost, _ log: Logger, reloading source: ConfigurationSource? = nil,
        whenTold: @escaping @Sendable () -> Void = {}
    ) throws {
        try Signals.onArrival(of: [.interrupt, .terminate] + (source == nil ? [] : [.hangup])) { signal in
            if signal == .hangup {
                source?.asked.signal()
                return
            }
            if stop.isReached, signal == .interrupt { Process.exitNow(ExitStatus.interrupted.rawValue) }
            whenTold()
            if !stop.isReached { log.info("draining, as \(signal == .terminate ? "SIGTERM" : "SIGINT") asks") }
            stop.reach()
        }
    }
}
