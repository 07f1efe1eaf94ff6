import JSON
import Router
import System

/// The limits of an agent's turns, as `check` explains them: in words and for programs.
struct AgentTimes: Sendable {
    let name: String
    let limits: TurnLimits

    var line: String { "agent \(name): a turn may take \(limits.total.short) (timeout); \(silence)" }

    private var silence: String {
        guard let idle = limits.idle else { return "its agent may be silent all the while (no idle_timeout)" }
        guard idle < limits.total else { return "its agent may be silent all the while (idle_timeout is not shorter)" }
        let from =
            switch limits.idleFrom {
            case .beginning: ""
            case .firstSign: " after a first one, as a stream or a call gives"
            }
        return "it ends sooner after \(idle.short) without a sign of life\(from) (idle_timeout)"
    }

    var json: JSONValue {
        [
            "agent": .string(name), "timeout_seconds": seconds(limits.total),
            "idle_timeout_seconds": limits.idle.map(seconds) ?? .null,
            "idle_from": .string(limits.idleFrom == .beginning ? "beginning" : "first_sign"),
        ]
    }

    private func seconds(_ time: Duration) -> JSONValue {
        let milliseconds = time.inMilliseconds
        return milliseconds % 1000 == 0 ? .integer(milliseconds / 1000) : .number(Double(milliseconds) / 1000)
    }
}

extension Configuration {
    /// The limits of each agent's turns, by name.
    var agentTimes: [AgentTimes] {
        agents.sorted { $0.key < $1.key }.map { AgentTimes(name: $0.key, limits: $0.value.limits) }
    }
}
