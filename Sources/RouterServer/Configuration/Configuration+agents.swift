extension Configuration {
    /// The kinds of agent that the contract names but this version does not bring.
    private static let laterKinds = ["command", "openai", "http", "acp"]

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
                    agents[name] = Self.agent(agent)
                }
                if section.isBeyondReading || !section.entryNames.isEmpty { names.append("") }
            }
        }
        guard names.isEmpty else { return names.filter { !$0.isEmpty } }
        return readAgentOfEnvironment(root)
    }

    private static func agent(_ section: Section) -> Agent {
        guard let kind = section.require("kind", .agentKind(later: laterKinds)) else { return .echo }
        var agent = Agent(kind: kind)
        agent.limits.read(section)
        section.finish()
        return agent
    }

    private mutating func readAgentOfEnvironment(_ root: Section) -> [String] {
        let reading = root.reading
        let place = Place.environment(Variables.agent)
        guard let name = reading.environment[Variables.agent], !name.isEmpty else {
            complainOfNoAgent(root)
            return []
        }
        switch Form.agentKind(later: Self.laterKinds).fit(name) {
        case .fits(let kind, _): agents[name] = kind.map { Agent(kind: $0) }
        case .mismatch(let complaint): reading.fault(place, "", complaint)
        }
        return [name]
    }

    /// Never answer by ourselves: who answers has to be said.
    private func complainOfNoAgent(_ root: Section) {
        guard root.reading.file != nil else {
            let remedy = "set it to echo, the only kind of this version"
            return root.reading.note(
                Fault(.environment(Variables.agent), "is not set, so no one would answer: \(remedy)")
            )
        }
        let remedy = "add agents: { helper: { kind: echo } }, or set \(Variables.agent)=echo"
        root.fault("agents", "is missing, so no one would answer: \(remedy)")
    }
}

extension Form where Value == Configuration.Agent.Kind? {
    static func agentKind(later: [String]) -> Form {
        Form(placeholder: nil) { text in
            if text == "echo" { return .fits(.echo) }
            if later.contains(text) {
                return .mismatch("is \(text), which is not available in this version yet; known kinds: echo")
            }
            return .mismatch("is \(shown(text)), which is no kind of agent; known kinds: echo")
        }
    }
}
