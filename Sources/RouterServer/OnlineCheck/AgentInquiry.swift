import Agents
import HTTP
import Lifecycle
import Observability
import Router
import System

/// Asks one agent whether it could answer.
struct AgentInquiry: Sendable {
    let name: String
    let agent: any Agent
    let configuration: Configuration
    let timeout: Duration

    func report() async -> AgentReport {
        guard let probe = await probe() else {
            var report = AgentReport(agent: name)
            report.findings = [
                finding(
                    "said nothing for \(timeout.short)",
                    advice: "see what it is busy with, or give it a longer --timeout")
            ]
            return report
        }
        var report = AgentReport(agent: name)
        report.findings = probe.troubles.map { finding($0.reason, advice: $0.advice, at: $0.key) }
        report.goodNews = probe.description ?? "is there"
        return report
    }

    private func probe() async -> AgentProbe? {
        await firstOf({ await agent.probe() }) {
            try? await Task.sleep(for: timeout)
            return nil
        }
    }

    private func finding(_ reason: String, advice: String, at key: String? = nil) -> OnlineFinding {
        var finding = OnlineFinding(printable(reason, most: 500), advice: advice)
        let own = configuration.agents[name]?.key ?? "agents.\(name)"
        let path = key.map { "\(own).\($0)" } ?? own
        finding.key = path
        finding.place = configuration.places[path] ?? configuration.places[own]
        return finding
    }
}
