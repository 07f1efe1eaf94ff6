import Agents
import JSON
import Observability
import Router

/// Looks at each agent once, when the server starts or the agent is new: what is missing is better known before somebody
/// writes.
struct AgentWatch: Sendable {
    let serving: Serving
    let configuration: Configuration
    /// The names of those to look at; nil for all.
    var only: Set<String>?
    let log: Logger

    func look() async {
        await withDiscardingTaskGroup { group in
            for (name, setup) in serving.agents where only?.contains(name) ?? true {
                group.addTask {
                    let probe = await setup.agent.probe()
                    tell(probe, of: name)
                }
            }
        }
    }

    private func tell(_ probe: AgentProbe, of name: String) {
        let about: JSONValue = .string(name)
        if probe.troubles.isEmpty {
            return log.debug("agent \(name) is there\(probe.description.map { ": \($0)" } ?? "")")
        }
        let key = configuration.agents[name]?.key ?? "agents.\(name)"
        for trouble in probe.troubles {
            let place = configuration.places[trouble.key.map { "\(key).\($0)" } ?? key] ?? configuration.places[key]
            log.error(
                "an agent cannot answer as it is",
                [
                    "agent": about, .reason: .string(trouble.reason), "advice": .string(trouble.advice),
                    "place": place.map { .string($0.description) },
                ])
        }
    }
}
