import HTTP
import HTTPClient
import HTTPServer
import Lifecycle
import Observability
import Simulator
import System
import Text
import WeCom

/// Everything around one scenario: WeCom, played on loopback, and a router of one's own configuration as a program beside this
/// one. Each scenario has a fresh one.
struct ScenarioStage: Sendable {
    /// All that is the same for every scenario of a command.
    struct Setting: Sendable {
        let server: Configuration.Server
        /// The configuration's file; nil of one that is made up for the world.
        let file: String?
        let environmentFile: String?
        let environment: [String: String]
        /// The URL of a router that runs already and is left alone; nil where one is started.
        let callbackURL: String?
        let port: Int
        let timeLimit: Duration
        let log: Logger
    }

    /// The name by which steps kill and start the router.
    static let router = "router"

    let setting: Setting
    let scenario: Scenario
    /// The programs that run beside the router.
    let processes: [ScenarioProcess]
    /// The cast, and who writes where a step names nobody.
    let world: SimulatedWorld

    /// The outcome of a scenario, and the end of what the router and the other programs logged.
    struct Ending: Sendable {
        let report: ScenarioReport
        let logs: String
    }

    func play() async throws -> Ending {
        let directory = try TemporaryDirectory(prefix: "wecom-router-scenario-")
        let loop = try EventLoop(named: "scenario")
        defer { loop.stop() }
        let transport = CurlTransport()
        let port = try setting.callbackURL == nil ? freePort() : 0
        let callbackURL = setting.callbackURL ?? "http://127.0.0.1:\(port)\(setting.server.path)"
        var played = world.world
        played.direct(to: callbackURL, bots: setting.server.botPath, replacing: true)
        let cast = try Cast(played)
        let wecom = FakeWeCom(
            apps: cast.apps, port: setting.port, transport: transport, on: loop, log: setting.log, keeping: 20_000)
        wecom.settle(played)
        let ending = try await attempt {
            let url = LoopbackURL(port: try await wecom.listener.open())
            wecom.setBase(url.text)
            let spawner = Spawner(on: loop)
            let router = try router(for: url, on: port, in: directory.path, by: spawner, transport)
            // What the router's agents need is there before them, and goes after them.
            let programs = try processes.map { try staged($0, by: spawner) } + [router].compactMap { $0 }
            let ending = await play(wecom, cast.parties, programs)
            for program in programs.reversed() { await program.stop() }
            await spawner.close()
            return ending
        } finally: {
            wecom.faults.clear()
            await wecom.listener.quiesce(by: .now.advanced(by: .milliseconds(200)))
            await transport.close()
        }
        withExtendedLifetime(directory) {}
        return ending
    }

    private func play(
        _ wecom: FakeWeCom, _ parties: [Simulator.Party], _ programs: [StagedProgram]
    ) async -> Ending {
        let sightings = Sightings(of: wecom, parties)
        let directory = scenario.file.pieces { $0 == UInt8(ascii: "/") }.dropLast().joined(separator: "/")
        let player = Player(
            wecom, parties, sightings, user: world.user, groups: world.world.groups.map(\.id),
            directory: directory.isEmpty ? (scenario.file.begins(with: "/") ? "/" : ".") : directory,
            programs: Dictionary(programs.map { ($0.name, $0) }) { first, _ in first })
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { await sightings.follow() }
            defer { group.cancelAll() }
            let report = await play(player, programs)
            var logs = ""
            for program in programs { logs += await program.diagnostics }
            return Ending(report: report, logs: logs)
        }
    }

    /// The start of the programs is the first thing that may fail.
    private func play(_ player: Player, _ programs: [StagedProgram]) async -> ScenarioReport {
        let lines = Dictionary(processes.map { ($0.name, $0.line) }) { first, _ in first }
        let starts = programs.map { Scenario.Line(number: lines[$0.name] ?? 1, step: .start($0.name)) }
        return await player.play(
            Scenario(file: scenario.file, lines: starts + scenario.lines), within: setting.timeLimit)
    }

    // MARK: The other programs

    /// A program that has started is ready: it is its clients' business to try until it answers.
    private func staged(_ process: ScenarioProcess, by spawner: Spawner) throws -> StagedProgram {
        let start = ProgramStart(
            process.program, process.arguments, environment: setting.environment, in: try realPath("."))
        return StagedProgram(process.name, start, by: spawner) { true }
    }

    // MARK: The router

    /// The router as it is started for this scenario: the configuration is one's own; ports, files and WeCom are the stage's.
    private func router(
        for url: LoopbackURL, on port: Int, in directory: String, by spawner: Spawner, _ transport: CurlTransport
    ) throws -> StagedProgram? {
        guard setting.callbackURL == nil else { return nil }
        var environment = setting.environment
        for (name, value) in overrides(port, directory) { environment[name] = value }
        var arguments = ["serve", "--config", try file(for: url, in: directory), "--api-base-url", url.text]
        if let file = setting.environmentFile { arguments += ["--env-file", file] }
        let start = ProgramStart(Process.path, arguments, environment: environment, in: try realPath("."))
        return StagedProgram(ScenarioStage.router, start, by: spawner, holdsBots: true) {
            var options = HTTPRequestOptions()
            options.totalTimeout = .seconds(1)
            let answer = try? await transport.send(HTTPRequest(.get, "http://127.0.0.1:\(port)/ready"), options)
            return answer?.status == .ok
        }
    }

    private func overrides(_ port: Int, _ directory: String) -> [String: String] {
        [
            "WECOM_ROUTER_HOST": "127.0.0.1", "WECOM_ROUTER_PORT": String(port),
            "WECOM_ROUTER_MANAGEMENT_HOST": "127.0.0.1", "WECOM_ROUTER_MANAGEMENT_PORT": "0",
            "WECOM_ROUTER_PUBLIC_URL": "http://127.0.0.1:\(port)",
            "WECOM_ROUTER_STORE_URL": "sqlite:\(directory)/router.db", "WECOM_ROUTER_LOG_FORMAT": "text",
        ]
    }

    private func file(for url: LoopbackURL, in directory: String) throws -> String {
        if let file = setting.file { return file }
        let file = directory + "/config.yaml"
        try writeFile(file, Array(world.world.configurationText(forWeComAt: url).utf8))
        return file
    }
}

extension Cast {
    /// The same under the names that steps have for them.
    var parties: [Simulator.Party] {
        roles.map { Simulator.Party(name: $0.name, end: $0.party, nameInChats: $0.nameInChats) }
    }
}
