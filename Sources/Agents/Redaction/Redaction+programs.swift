import WeCom

extension Redaction {
    /// All variables that the command has by its configuration.
    init(of command: AgentCommand, on host: ProgramHost) {
        let own = command.environment.filter { !ProgramHost.usualVariables.contains($0.key) }.map { $0.value.reveal() }
        let passed = command.passedVariables.filter { !ProgramHost.usualVariables.contains($0) }
            .compactMap { host.environment[$0] }
        self.init(own + passed)
    }
}
