package import Agents
package import Router
import Text

extension Configuration {
    /// An agent that answers.
    package struct Agent: Sendable, Equatable {
        package enum Kind: Sendable, Equatable {
            /// Answers with the text it was given, unchanged.
            case echo
            /// A program that is started for each turn.
            case command(Program, CommandFormat)
            /// A program that speaks the Agent Client Protocol.
            case acp(Program, ACPOptions)
            /// A server of OpenAI's Chat Completions.
            case openai(ChatCompletionsOptions)
            /// A server of OpenAI's Responses.
            case responses(ResponsesOptions)
            /// The runs of a Hermes server.
            case hermes(HermesOptions)
            /// An app of a Dify server.
            case dify(DifyOptions)
            /// A service that takes our signed job.
            case http(WebhookOptions)
        }

        package var kind: Kind
        package var limits = TurnLimits()
        package var sessions = SessionLimits()
        /// The time that a person has to answer one of its questions.
        package var questionTime = Duration.seconds(15 * 60)
        /// Its place in the configuration, as in `agents.helper`.
        package var key = ""

        package init(kind: Kind) { self.kind = kind }

        package static let echo = Agent(kind: .echo)
    }

    /// The program of an agent, and what it may do.
    package struct Program: Sendable, Equatable {
        package var command: AgentCommand
        package var permissions = PermissionPolicy()
        /// The freedom that a `codex` has on its machine.
        package var codexSandbox = CodexSandbox.workspaceWrite

        package init(_ command: AgentCommand) { self.command = command }
    }

    /// True if there is an agent that calls us, or fetches by links.
    var isCalledByAgents: Bool {
        agents.values.contains { agent in
            switch agent.kind {
            case .http, .openai, .responses, .hermes: true
            case .echo, .command, .acp, .dify: false
            }
        }
    }
}

extension Configuration.Agent {
    /// The names of the kinds in the configuration.
    enum KindName: String, CaseIterable, Sendable { case echo, command, acp, openai, responses, hermes, dify, http }

    /// The program that it is, if it is one.
    package var program: Configuration.Program? {
        switch kind {
        case .command(let program, _), .acp(let program, _): program
        case .echo, .openai, .responses, .hermes, .dify, .http: nil
        }
    }
}

extension Configuration {
    /// Reads `agents:`, or the one agent that the environment names.
    ///
    /// Returns every name there is, also of agents that have faults, so that an app that names one is not blamed
    /// as well.
    mutating func readAgents(_ root: Section, isHermesFile: Bool) -> [String] {
        var names: [String] = []
        if !isHermesFile || root.hasMapping("agents") {
            root.section("agents") { section in
                for (name, agent) in section.namedSections() {
                    names.append(name)
                    agents[name] = Agent(agent)
                }
                if section.isBeyondReading || !section.entryNames.isEmpty { names.append("") }
            }
        }
        guard names.isEmpty else { return names.filter { !$0.isEmpty } }
        return readAgentOfEnvironment(root)
    }

    /// Without a file the variables speak for the keys of one agent, which is called as its kind.
    private mutating func readAgentOfEnvironment(_ root: Section) -> [String] {
        guard let name = root.reading.environment[Variables.agent], !name.isEmpty else {
            complainOfNoAgent(root)
            return []
        }
        agents[name] = Agent(Section(nil, key: Variables.agent, root.reading))
        return [name]
    }

    /// Never answer by ourselves: who answers has to be said.
    private func complainOfNoAgent(_ root: Section) {
        guard root.reading.file != nil else {
            let remedy =
                "set it to a kind (openai, http, command, echo) with the variables of that kind, or write agents: into a "
                + "file and name that with --config"
            return root.reading.note(
                Fault(.environment(Variables.agent), "is not set, so no one would answer: \(remedy)")
            )
        }
        let remedy =
            "add agents: with one of the kinds command, acp, openai, responses, hermes, dify, http or echo, or set \(Variables.agent)=echo"
        root.fault("agents", "is missing, so no one would answer: \(remedy)")
    }
}

extension Form where Value == Configuration.Agent.KindName {
    static var agentKind: Form {
        let kinds = Configuration.Agent.KindName.allCases.map(\.rawValue)
        return Form(placeholder: .echo) { text in
            Configuration.Agent.KindName(rawValue: text).map { .fits($0) }
                ?? .mismatch("is \(shown(text)), which is no kind of agent: \(hint(for: text, among: kinds))")
        }
    }
}
