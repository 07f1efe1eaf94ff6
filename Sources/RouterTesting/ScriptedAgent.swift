package import Lifecycle
package import Router
import System

/// An agent that does what the user's text says: `FAIL why`, `FLAKY` (fails the first time), `HOLD` (until released or
/// stopped), `STUBBORN` (until released, stopped or not), or an answer that repeats the text.
package final class ScriptedAgent: Agent {
    /// Reached when a turn with `HOLD` begins.
    package let isHolding = Signpost()
    /// Lets every held turn go on.
    package let release = Signpost()
    private let seen = Lock<[Turn]>([])

    package init() {}

    /// The turns that were begun, in order.
    package var turns: [Turn] { seen.withLock { $0 } }

    package func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        seen.withLock { $0.append(turn) }
        let words = turn.text.split(separator: " ", maxSplits: 1)
        switch words.first {
        case "FAIL": throw AgentFailure(.config, String(words.last ?? "no reason"))
        case "FLAKY":
            guard turn.attempt > 1 else { throw AgentFailure(.transient, "not now") }
            return Reply("at last: \(turn.text)")
        case "STUBBORN":
            isHolding.reach()
            await release.waitThroughCancellation()
            return Reply("at its leisure: \(turn.text)")
        case "HOLD":
            isHolding.reach()
            await release.wait()
            try Task.checkCancellation()
            return Reply("held: \(turn.text)")
        default: return Reply("re: \(turn.text)")
        }
    }
}
