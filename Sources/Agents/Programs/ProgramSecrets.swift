import Router
import WeCom

/// What a program was given to know and nobody else may see. Programs do repeat it, when they complain above all.
struct ProgramSecrets: Sendable {
    /// The longest first: one may stand within another.
    private let values: [String]

    /// Shorter ones are words like any other.
    private static let shortest = 4

    /// All variables that the command has by its configuration.
    init(of command: AgentCommand, on host: ProgramHost) {
        let own = command.environment.filter { !ProgramHost.usualVariables.contains($0.key) }.map { $0.value.reveal() }
        let passed = command.passedVariables.filter { !ProgramHost.usualVariables.contains($0) }
            .compactMap { host.environment[$0] }
        self.init(own + passed)
    }

    init(_ values: [String]) {
        self.values = Set(values).filter { $0.utf8.count >= ProgramSecrets.shortest }
            .sorted { ($1.utf8.count, $1) < ($0.utf8.count, $0) }
    }

    /// The text without them. Comes before any cut: half of one is no match any more.
    func hidden(in text: String) -> String { values.reduce(text) { $0.replacing($1, with: "<secret>") } }
}

extension AgentFailure {
    /// The same as it may be told: without secrets, on one line that can be read.
    func told(without secrets: ProgramSecrets) -> AgentFailure {
        AgentFailure(
            kind, secrets.hidden(in: reason).onOneLine(), retryAfter: retryAfter, partialText: partialText)
    }
}

extension AgentProbe {
    func told(without secrets: ProgramSecrets) -> AgentProbe {
        AgentProbe(
            description.map { secrets.hidden(in: $0).onOneLine(atMost: 200) },
            troubles: troubles.map { trouble in
                Trouble(
                    secrets.hidden(in: trouble.reason).onOneLine(), advice: trouble.advice, key: trouble.key)
            })
    }
}
