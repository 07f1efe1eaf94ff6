import Agents
import HTTP
import JSON
import Observability
import Router
import System

/// The agents of a configuration, ready to answer.
struct BuiltAgents: Sendable {
    private(set) var setups: [String: AgentSetup] = [:]
    /// Those that keep programs between turns.
    private var keeping: [ACPAgent] = []

    init(
        _ configuration: Configuration, on host: ProgramHost, over transport: any HTTPTransport, log: Logger? = nil
    ) {
        for (name, agent) in configuration.agents {
            let built: any Agent
            switch agent.kind {
            case .echo: built = EchoAgent()
            case .command(let program, let format):
                built = CommandAgent(
                    command: program.command, format: format, host: host, permissions: program.permissions,
                    codexSandbox: program.codexSandbox)
            case .acp(let program, let options):
                let acp = ACPAgent(command: program.command, host: host, options: options)
                keeping.append(acp)
                built = acp
            case .openai(let options): built = ChatCompletionsAgent(options: options, transport: transport)
            case .http(let options):
                built = WebhookAgent(
                    options: options, transport: transport, log: log?.with(["agent": .string(name)]))
            }
            setups[name] = AgentSetup(
                built, limits: agent.limits, sessions: agent.sessions, questionTime: agent.questionTime)
        }
    }

    /// Ends what was kept for the next turn.
    func close() async {
        await withTaskGroup(of: Void.self) { group in
            for agent in keeping { group.addTask { await agent.close() } }
        }
    }
}
