import Lifecycle
import Observability
import Simulator
import System

extension SimulateCommand {
    private static let longestScenario = Duration.seconds(24 * 3600)

    /// Carries scenarios out, one after another, and tells what came of each.
    static func playScenarios(_ options: Options, _ context: CommandContext) async throws -> ExitStatus {
        let limit = try timeLimit(options)
        let seed = try options.worldSeed(of: "simulate")
        var files: [ScenarioFile] = []
        var faults: [Fault] = []
        for path in options.all("--scenario") {
            do {
                files.append(try ScenarioFile(reading: path, seed: seed, environment: context.environment))
            } catch let error as ScenarioFaults { faults += error.faults }
        }
        guard faults.isEmpty else {
            StandardError.write("\(ScenarioFaults(faults: faults))\n")
            return .configuration
        }
        let sink = LogSink.standardError(format: .text)
        defer { sink.close() }
        let log = Logger(to: sink, level: .warning)
        let setting = try setting(options, context, limit, log)
        var reports: [ScenarioReport] = []
        let stop = Signpost()
        try ServeCommand.stopOnSignals(stop, log)
        Signals.ignoreBrokenPipes()
        for file in files {
            let world = try SimulatedWorld(options, described: file.world, in: context)
            let stage = ScenarioStage(
                setting: setting, scenario: file.scenario, processes: file.processes, world: world)
            guard let ending = try await play(stage, until: stop) else { return .interrupted }
            reports.append(ending.report)
            context.print(ending.report.text)
            if ending.report.failure != nil || options.has("--verbose") { StandardError.write(ending.logs) }
        }
        if let file = options.value("--junit") { try writeFile(file, JUnitReport(reports).bytes) }
        context.print(summary(of: reports))
        return reports.allSatisfy { $0.failure == nil } ? .done : .failed
    }

    /// Nil if it was told to stop meanwhile.
    private static func play(
        _ stage: ScenarioStage, until stop: Signpost
    ) async throws -> ScenarioStage.Ending? {
        try await withThrowingTaskGroup(of: ScenarioStage.Ending?.self) { group in
            group.addTask { try await stage.play() }
            group.addTask {
                await stop.wait()
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    private static func setting(
        _ options: Options, _ context: CommandContext, _ limit: Duration, _ log: Logger
    ) throws -> ScenarioStage.Setting {
        let file = options.value("--config")
        let configuration = try file == nil ? Configuration() : context.configuration(options)
        return ScenarioStage.Setting(
            server: configuration.server, file: file, environmentFile: options.value("--env-file"),
            environment: context.environment, callbackURL: options.value("--callback"),
            port: try options.port("--port", default: options.value("--callback") == nil ? 0 : 8650, of: "simulate"),
            timeLimit: limit, log: log)
    }

    private static func timeLimit(_ options: Options) throws -> Duration {
        guard let text = options.value("--time-limit") else { return .seconds(300) }
        guard let limit = Duration(written: text), limit > .zero, limit <= longestScenario else {
            throw UsageError("--time-limit takes a time as 90s, 10m or 2h, not \(shown(text)).", command: "simulate")
        }
        return limit
    }

    private static func summary(of reports: [ScenarioReport]) -> String {
        let failed = reports.count { $0.failure != nil }
        let count = "\(reports.count) scenario\(reports.count == 1 ? "" : "s")"
        return failed == 0 ? "\(count): all passed\n" : "\(count): \(failed) failed\n"
    }
}
