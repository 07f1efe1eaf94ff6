import JSON
import Observability
import System

/// The agents that cannot be reached, as turns find it. A gauge shows each that ever was away, the log hears of each change.
struct AgentAbsences: Sendable {
    /// The time since when each agent is away that ever was; nil while it is there.
    private let known = Lock<[String: Timestamp?]>([:])

    init(_ metrics: Metrics) {
        metrics.gauge(
            "agent_away_seconds", "The time since when an agent cannot be reached; 0 while it can",
            each: { [known] in
                known.withLock { $0 }.map { agent, since in
                    (
                        labels: "agent=\"\(agent)\"",
                        value: since.map { Double(Timestamp.steady.since($0).inMilliseconds) / 1000 } ?? 0
                    )
                }
            })
    }

    /// Takes note of whether a turn has found its agent there. Those that are not `served` any more are forgotten.
    func note(_ outcome: Outcome, of agent: String, among served: some Sequence<String>, _ log: Logger) {
        let served = Set(served)
        known.withLock { known in known = known.filter { served.contains($0.key) } }
        if let reason = outcome.absence {
            begin(of: agent, reason, log)
        } else if outcome.reachedAgent {
            end(of: agent, log)
        }
    }

    private func begin(of agent: String, _ reason: String, _ log: Logger) {
        let wasAway = known.withLock { known in
            let wasAway = known[agent].flatMap(\.self) != nil
            if !wasAway { known[agent] = .some(Timestamp.steady) }
            return wasAway
        }
        guard !wasAway else { return }
        log.error("an agent is away; messages for it are kept", ["agent": .string(agent), .reason: .string(reason)])
    }

    private func end(of agent: String, _ log: Logger) {
        let wasAway = known.withLock { known in
            guard known[agent].flatMap(\.self) != nil else { return false }
            known[agent] = .some(nil)
            return true
        }
        if wasAway { log.info("an agent is there again", ["agent": .string(agent)]) }
    }
}
