package import Observability
import System

/// The metrics of workers.
package struct WorkMetrics: Sendable {
    private enum Ending: String, CaseIterable {
        case answered, failed, interrupted, cancelled, outbid, refused
    }

    private let turns: CountersByApp<Ending>
    /// Outcomes that the store could not take yet.
    let unstored: Counter

    private let metrics: Metrics
    private let apps: AppLabels
    /// Those that are made when there is first something to count.
    private let made = Lock<[String: Counter]>([:])
    let absences: AgentAbsences

    package init(_ metrics: Metrics, apps: AppLabels = AppLabels()) {
        self.metrics = metrics
        absences = AgentAbsences(metrics)
        self.apps = apps
        turns = CountersByApp(metrics, "turns_total", "Turns by how they ended", of: apps, by: "outcome")
        unstored = metrics.counter("unstored_outcomes_total", "Tries to store the outcome of a turn that failed")
    }

    /// Tokens and cost, by agent.
    func count(_ usage: Usage, of agent: String) {
        let counts: [(kind: String, count: Int)] = [
            ("input", usage.input), ("output", usage.output), ("cached", usage.cached),
        ]
        for (kind, count) in counts where count > 0 {
            counter(
                "agent_tokens_total", "Tokens that agents say they used", labels: "agent=\"\(agent)\",kind=\"\(kind)\""
            ).increment(by: count)
        }
        guard usage.microdollars > 0 else { return }
        counter(
            "agent_cost_microdollars_total", "What agents say they cost, in millionths of a US dollar",
            labels: "agent=\"\(agent)\""
        ).increment(by: usage.microdollars)
    }

    /// Turns that were given up, by app, by agent and by what was wrong.
    func count(_ failure: AgentFailure, of agent: String, for app: String) {
        counter(
            "agent_failures_total", "Turns given up, by what was wrong",
            labels: "app=\"\(apps.label(of: app))\",agent=\"\(agent)\",class=\"\(failure.kind.rawValue)\""
        ).increment()
    }

    private func counter(_ name: String, _ help: String, labels: String) -> Counter {
        made.withLock { made in
            if let known = made[name + labels] { return known }
            let counter = metrics.counter(name, help, labels: labels)
            made[name + labels] = counter
            return counter
        }
    }

    func count(_ outcome: Outcome, of app: String) {
        switch outcome {
        case .answered: turns.increment(.answered, of: app)
        case .failed: turns.increment(.failed, of: app)
        case .interrupted: turns.increment(.interrupted, of: app)
        case .cancelled: turns.increment(.cancelled, of: app)
        case .outbid: turns.increment(.outbid, of: app)
        case .refused: turns.increment(.refused, of: app)
        }
    }
}
