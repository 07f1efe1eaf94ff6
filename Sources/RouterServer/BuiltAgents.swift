import Agents
import HTTP
import JSON
import Observability
import Router
import System

/// The agents of a configuration, ready to answer.
struct BuiltAgents: Sendable {
    private(set) var setups: [String: AgentSetup] = [:]
    /// Those that keep programs between turns, by name.
    private var keeping: [String: ACPAgent] = [:]

    /// An agent that `stays` is taken from those of before, with the programs that it keeps.
    init(
        _ configuration: Configuration, on host: ProgramHost, over transport: any HTTPTransport, log: Logger? = nil,
        after earlier: BuiltAgents? = nil, stays: (String) -> Bool = { _ in false }
    ) {
        for (name, agent) in configuration.agents {
            if stays(name), let setup = earlier?.setups[name] {
                setups[name] = setup
                keeping[name] = earlier?.keeping[name]
                continue
            }
            let built: any Agent
            switch agent.kind {
            case .echo: built = EchoAgent()
            case .command(let program, let format):
                built = CommandAgent(
                    command: program.command, format: format, host: host, permissions: program.permissions,
                    codexSandbox: program.codexSandbox)
            case .acp(let program, let options):
                let acp = ACPAgent(command: program.command, host: host, options: options)
                keeping[name] = acp
                built = acp
            case .openai(let options): built = ChatCompletionsAgent(options: options, transport: transport)
            case .responses(let options): built = ResponsesAgent(options: options, transport: transport)
            case .hermes(let options): built = HermesAgent(options: options, transport: transport)
            case .dify(let options): built = DifyAgent(options: options, transport: transport)
            case .http(let options):
                built = WebhookAgent(
                    options: options, transport: transport, log: log?.with(["agent": .string(name)]))
            }
            setups[name] = AgentSetup(
                built, limits: agent.limits, sessions: agent.sessions, questionTime: agent.questionTime)
        }
    }

    /// Those of before that are no more, and keep programs.
    func replaced(of earlier: BuiltAgents) -> [ACPAgent] {
        earlier.keeping.filter { keeping[$0.key] !== $0.value }.map(\.value)
    }

    /// Ends what was kept for the next turn.
    func close() async {
        await withTaskGroup(of: Void.self) { group in
            for agent in keeping.values { group.addTask { await agent.close() } }
        }
    }
}
