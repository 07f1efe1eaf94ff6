import Agents
import Observability
import Router
import System
import WeCom

/// What is rehearsed: a configuration of the user's, or an app that is made up with an agent of theirs.
struct Rehearsal: Sendable {
    /// Who writes.
    let user: UserID
    private let configuration: Configuration?
    private let agent: (name: String, agent: Configuration.Agent)
    private let port: Int

    init(_ options: Options, in context: CommandContext) throws {
        if options.value("--agent") != nil, options.value("--config") != nil {
            throw UsageError(
                "--agent and --config exclude each other: a configuration names its agents.", command: "demo")
        }
        if let text = options.value("--agent") {
            agent = (text, try Configuration.Agent(typed: text, environment: context.environment))
        } else {
            agent = ("the echo agent", .echo)
        }
        configuration = options.value("--config") == nil ? nil : try context.configuration(options)
        let url = try LoopbackURL(options, of: "demo")
        if let url, url.host != "127.0.0.1" || url.port == nil {
            throw UsageError(
                "--api-base-url of the demo is http://127.0.0.1:PORT, where it plays WeCom.", command: "demo")
        }
        port = url?.port ?? 0
        user = options.value("--user").map(UserID.init) ?? configuration?.apps.first?.policy.somebody ?? UserID("you")
    }

    /// Those who answer, in words.
    var agents: String {
        configuration.map { Set($0.apps.map(\.agent)).sorted().joined(separator: ", ") } ?? agent.name
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
        }
        world.returnsToRouter = true
        return world
    }
}

extension Policy {
    /// Somebody who may write; nil where anybody may, or only the address book knows.
    fileprivate var somebody: UserID? { everyone ? nil : users.min { $0.folded < $1.folded } }
}
