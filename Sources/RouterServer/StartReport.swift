import Agents
import HTTP
import Observability
import System

/// The lines by which a start tells what is served, and where. The listeners tell of themselves when they are open.
struct StartReport {
    private let lines: [String]

    /// The most apps and agents that have a line each.
    private static let mostNamed = 100

    /// To be made before the store is opened: then it is known whether it is new.
    init(_ configuration: Configuration) {
        let store = configuration.store
        lines =
            [store.shown + (store.isThere ? "" : ", made now: there was none")]
            + StartReport.list(configuration.servedApps, named: "apps") { app in
                "app \(app.name): \(app.corpID)/\(app.agentID), answered by \(app.agent); \(configuration.address(of: app))"
            }
            + StartReport.list(configuration.servedBots, named: "bots") { bot in
                "bot \(bot.name): \(bot.endpoint), answered by \(bot.answerer); \(configuration.address(of: bot))"
            }
            + StartReport.leftOut(configuration)
            + StartReport.list(configuration.agents.sorted { $0.key < $1.key }, named: "agents") { name, agent in
                "agent \(name): \(agent.kind.words)"
            }
    }

    /// Tells of apps that are left out; what they had accepted is not lost.
    private static func leftOut(_ configuration: Configuration) -> [String] {
        let count =
            configuration.apps.count + configuration.bots.count - configuration.servedApps.count
            - configuration.servedBots.count
        guard count > 0 else { return [] }
        return ["\(count) apps and bots of the configuration are not served; what they had accepted waits for them"]
    }

    private static func list<Element>(
        _ elements: [Element], named name: String, _ line: (Element) -> String
    ) -> [String] {
        elements.prefix(mostNamed).map(line)
            + (elements.count > mostNamed ? ["and \(elements.count - mostNamed) \(name) more"] : [])
    }

    func tell(_ log: Logger) { for line in lines { log.info(line) } }
}

extension Configuration {
    /// The address to paste in WeCom's console.
    fileprivate func address(of app: App) -> String { address(at: "\(server.path)/\(app.name)") }

    fileprivate func address(of bot: Bot) -> String {
        bot.socket == nil ? address(at: "\(server.botPath)/\(bot.name)") : "it connects to WeCom, and needs no address"
    }

    private func address(at path: String) -> String {
        server.publicURL.map { "URL for WeCom's console: \($0)\(path)" }
            ?? "callbacks at \(path); server.public_url would show the whole URL for WeCom's console"
    }
}

extension Configuration.Bot {
    /// The name of the agent that answers it.
    var answerer: String { agent.isEmpty ? "nobody" : agent }
}

extension Configuration.Agent.Kind {
    /// The kind and what is asked, without anything that may be secret.
    fileprivate var words: String {
        switch self {
        case .echo: "echo"
        case .command(let program, let format): "command \(program.command.program) (format \(format.rawValue))"
        case .acp(let program, _): "acp \(program.command.program)"
        case .openai(let options): "openai \(options.model) at \(HostField(ofURL: options.access.baseURL).name)"
        case .responses(let options): "responses \(options.model) at \(HostField(ofURL: options.access.baseURL).name)"
        case .hermes(let options): "hermes at \(HostField(ofURL: options.access.baseURL).name)"
        case .dify(let options): "dify at \(HostField(ofURL: options.access.baseURL).name)"
        case .http(let options): "http at \(HostField(ofURL: options.url).name)"
        }
    }
}
