import Agents
import Observability
import Router
import System
import WeCom

/// What is rehearsed: a configuration of the user's, or an app and two bots that are made up, with an agent of theirs.
struct Rehearsal: Sendable {
    /// Who writes.
    let user: UserID
    private let configuration: Configuration?
    private let agent: (name: String, agent: Configuration.Agent)
    private let port: Int
    /// The agent that stands in for one of the made-up configuration, by its name there.
    private let standIns: [String: any Agent]
    private static let anybody = UserID("you")

    init(_ options: Options, in context: CommandContext) throws {
        if options.value("--agent") != nil, options.value("--config") != nil {
            throw UsageError(
                "--agent and --config exclude each other: a configuration names its agents.", command: "demo")
        }
        if let text = options.value("--agent") {
            agent = (text, try Configuration.Agent(typed: text, environment: context.environment))
            standIns = [:]
        } else {
            agent = ("an echo", .echo)
            standIns = options.value("--config") == nil ? [speaker: DemoSpeaker(pace: .milliseconds(100))] : [:]
        }
        configuration = options.value("--config") == nil ? nil : try context.configuration(options)
        let url = try LoopbackURL(options, of: "demo")
        if let url, url.host != "127.0.0.1" || url.port == nil {
            throw UsageError(
                "--api-base-url of the demo is http://127.0.0.1:PORT, where it plays WeCom.", command: "demo")
        }
        port = url?.port ?? 0
        let policies = configuration.map { $0.apps.map(\.policy) + $0.bots.map(\.policy) }
        user = options.value("--user").map(UserID.init) ?? policies?.first?.somebody ?? Rehearsal.anybody
    }

    /// The one who is meant to write, if somebody is: of an app that is made up anybody may.
    var somebody: UserID? { user == Rehearsal.anybody ? nil : user }

    /// Those who answer, in words.
    var agents: String {
        configuration.map { Set($0.apps.map(\.agent) + $0.bots.map(\.agent)).sorted().joined(separator: ", ") }
            ?? agent.name + (standIns.isEmpty ? "" : ", the bots by one that writes word by word")
    }

    /// The time that an answer may take, with a minute for what goes before and behind.
    var patience: Duration {
        let agents = configuration.map { Array($0.agents.values) } ?? [agent.agent]
        let longest = agents.filter { $0.kind != .echo }.map(\.limits.total).max() ?? .zero
        return longest + .seconds(60)
    }

    func world(in directory: String, _ log: Logger) async throws -> LoopbackWorld {
        if let configuration {
            for warning in configuration.warnings { log.warning("\(warning.place): \(warning.message)") }
            return try await LoopbackWorld(rehearsing: configuration, atPort: port, in: directory, log: log)
        }
        var world = try await LoopbackWorld(apps: ["demo"], atPort: port, in: directory, log: log) { configuration in
            configuration.agents["echo"] = agent.agent
            for name in standIns.keys { configuration.agents[name] = .echo }
            configuration.bots = Configuration.Bot.madeUp(answeredBy: standIns.isEmpty ? "echo" : speaker)
        }
        world.returnsToRouter = true
        return world
    }

    /// Starts the router of that world. Bots that nobody gave an agent answer as a model does, word by word.
    func router(in world: LoopbackWorld) async throws -> RunningRouter {
        let router = try await world.startRouter(agents: standIns)
        await world.untilBotsConnect()
        return router
    }
}

/// The agent of bots that nobody gave one.
private let speaker = "speaker"

extension Policy {
    /// Somebody who may write; nil where anybody may, or only the address book knows.
    fileprivate var somebody: UserID? { everyone ? nil : users.min { $0.folded < $1.folded } }
}
