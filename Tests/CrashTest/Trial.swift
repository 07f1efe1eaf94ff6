import Observability
import PromiseTesting
import SeededTesting
import System

/// The whole of it: WeCom and the people are played here, the server is the real one.
struct Trial {
    private let options: Options
    private let sink = LogSink.standardError(format: .text)

    init(_ options: Options) { self.options = options }

    /// The time in which a server has to come by its crash point, or to answer what is left at the end.
    private static let patience = Duration.seconds(30)

    /// Prints what was found. True if every promise was kept; otherwise the program ends here with 1, and the directory stays.
    func run() async throws -> Bool {
        StandardOutput.write("seed \(options.seed), \(options.rounds) rounds\n")
        let began = MonotonicTime.now
        var random = SeededNumbers(seed: options.seed)
        let directory = try TemporaryDirectory(prefix: "wecom-router-crash-")
        let loop = try EventLoop(named: "wecom")
        let log = Logger(to: sink, level: .error)
        let port = try await freePort(on: loop, log, using: &random)
        let scene = try await Scene(try Cast(port: port), on: loop, log: log)
        try scene.cast.writeConfiguration(
            in: directory.path, port: port, api: scene.api, teller: scene.tellersURL)

        let stage = Stage(directory: directory.path, scene: scene)
        try Signals.onArrival { _ in
            stage.strike()
            Process.exitNow(130)
        }
        let history = try await stage.play(Instant.plan(rounds: options.rounds), &random, patience: Trial.patience)
        var verdict = Verdict(
            scene, troubles: history.troubles, givenUp: try await GivenUp.jobs(in: directory.path))
        verdict.judge(history)
        StandardOutput.write(verdict.table(history, took: MonotonicTime.now.since(began)))
        if verdict.isFlawless {
            await scene.close()
        } else {
            // Its owner would take the directory along.
            StandardOutput.write("the database and the server's log are in \(directory.path)\n")
            Process.exitNow(1)
        }
        withExtendedLifetime(directory) {}
        return true
    }
}
