import Agents
import Observability
import Playground
import Router
import System
import WeCom

/// The subject of a rehearsal: a configuration of the user's, or an app and two bots that are made up, with an agent of theirs.
struct Rehearsal: Sendable {
    /// The person who writes.
    let user: UserID
    /// The language of whoever sits at the terminal.
    let language: ChatTexts.Language
    private let configuration: Configuration?
    private let agent: (name: String, agent: Configuration.Agent)
    private let port: Int
    /// The agents that stand in for those of the made-up configuration, by their names there.
    private let standIns: [String: any Agent]
    private static let anybody = UserID("you")

    /// To somebody at a terminal the app is shown by a guide; lines on a pipe come back as they are.
    init(_ options: Options, in context: CommandContext, isInteractive: Bool) throws {
        if options.value("--agent") != nil, options.value("--config") != nil {
            throw UsageError(
                "--agent and --config exclude each other: a configuration names its agents.", command: "demo")
        }
        if let text = options.value("--agent") {
            agent = (text, try Configuration.Agent(typed: text, environment: context.environment))
            standIns = [:]
        } else {
            agent = ("the demo's own guide", .echo)
            standIns = options.value("--config") == nil ? Rehearsal.guides(isInteractive: isInteractive) : [:]
        }
        configuration = options.value("--config") == nil ? nil : try context.configuration(options)
        language = ChatTexts.Language(context.environment)
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
            ?? agent.name
    }

    /// The agents that answer. An app's takes no time: nobody watches its answer grow.
    private static func guides(isInteractive: Bool) -> [String: any Agent] {
        let ofBots: [String: any Agent] = [guide: DemoGuide()]
        return isInteractive ? ofBots.merging(["echo": DemoGuide(pace: .milliseconds(5))]) { $1 } : ofBots
    }

    /// The words that the pages offer to say: those that the demo's guide knows.
    var offers: [Roster.Offer] {
        guard !standIns.isEmpty else { return [] }
        return DemoOffer.allCases.map { Roster.Offer(chinese: $0.word(.chinese), english: $0.word(.english)) }
    }

    /// The time that an answer may take, with a minute for what goes before and behind.
    var patience: Duration {
        let agents = configuration.map { Array($0.agents.values) } ?? [agent.agent]
        let longest =
            agents.filter { $0.kind != .echo }.map(\.limits.total).max() ?? (offers.isEmpty ? .zero : .seconds(120))
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
            configuration.bots = Configuration.Bot.madeUp(answeredBy: standIns.isEmpty ? "echo" : guide)
            if !standIns.isEmpty { greet(in: &configuration) }
            speak(in: &configuration)
        }
        world.returnsToRouter = true
        return world
    }

    /// Has what is made up speak the language of whoever sees it first.
    private func speak(in configuration: inout Configuration) {
        for index in configuration.apps.indices {
            (configuration.apps[index].language, configuration.apps[index].texts) = (language, ChatTexts(language))
        }
        for index in configuration.bots.indices {
            (configuration.bots[index].language, configuration.bots[index].texts) = (language, ChatTexts(language))
        }
    }

    /// Has the guide introduce itself wherever it answers. That it is at work on a task of a minute is told, as in life.
    private func greet(in configuration: inout Configuration) {
        if standIns["echo"] != nil {
            configuration.apps[0].conduct.greeting = DemoGuide.greeting
            configuration.apps[0].conduct.signs.acknowledgeAfter = SignsOfLife().acknowledgeAfter
        }
        for index in configuration.bots.indices {
            configuration.bots[index].conduct.greeting = DemoGuide.greeting
            configuration.bots[index].conduct.shows = .thinking
        }
    }

    /// Starts the router of that world. A question of the guide that nobody cares to answer is not long in the way.
    func router(in world: LoopbackWorld) async throws -> RunningRouter {
        let router = try await world.startRouter(
            setups: standIns.mapValues { AgentSetup($0, questionTime: .seconds(60)) })
        await world.untilBotsConnect()
        return router
    }
}

/// The agent of bots that nobody gave one.
private let guide = "guide"

extension Policy {
    /// Somebody who may write; nil where anybody may, or only the address book knows.
    fileprivate var somebody: UserID? { everyone ? nil : users.min { $0.folded < $1.folded } }
}
