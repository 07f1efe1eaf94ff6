import JSON
import Observability
import System

/// The agents that cannot be reached, as turns find it. A gauge shows each that ever was away, the log hears of each change.
struct AgentAbsences: Sendable {
    private let metrics: Metrics
    /// The time since when each agent is away that ever was; nil while it is there.
    private let known = Lock<[String: Timestamp?]>([:])

    init(_ metrics: Metrics) { self.metrics = metrics }

    /// Takes note of whether a turn has found its agent there.
    func note(_ outcome: Outcome, of agent: String, _ log: Logger) {
        if let reason = outcome.absence {
            begin(of: agent, reason, log)
        } else if outcome.reachedAgent {
            end(of: agent, log)
        }
    }

    private func begin(of agent: String, _ reason: String, _ log: Logger) {
        let (isFirst, wasAway) = known.withLock { known in
            let before = known[agent]
            if before.flatMap(\.self) == nil { known[agent] = .some(Timestamp.steady) }
            return (before == nil, before.flatMap(\.self) != nil)
        }
        if isFirst { describe(agent) }
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

    private func describe(_ agent: String) {
        metrics.gauge(
            "agent_away_seconds", "The time since when an agent cannot be reached; 0 while it can",
            labels: "agent=\"\(agent)\""
        ) { [known] in
            let since = known.withLock { $0[agent].flatMap(\.self) }
            return since.map { Double(Timestamp.steady.since($0).inMilliseconds) / 1000 } ?? 0
        }
    }
}
