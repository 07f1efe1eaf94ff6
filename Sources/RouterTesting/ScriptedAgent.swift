import JSON
package import Lifecycle
package import Router
import System

/// An agent that does what the user's text says: `OK x` (says x), `FAIL why`, `FLAKY` (fails the first time), `CANCEL` (ends as if
/// it had been cancelled), `HOLD` (until released or stopped, having said that it is on page 3), `STUBBORN` (until released,
/// stopped or not), `SPIN` (the same without ever giving its thread back), `ASK` (whether it may, and says what it was told),
/// `ASK TWICE` (two things at once), `REMEMBER x` (names it as its session), `LOSE` (its session, if it has one), `BREAK` (off
/// in the middle), `AWAY n` and `BUSY n` (cannot be reached, or is too busy, the first n times), or an answer that repeats the text, behind what it remembers.
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
        case "OK": return Reply(words.count == 2 ? String(words[1]) : "")
        case "AWAY", "BUSY":
            let runs = seen.withLock { $0.count { $0.job == turn.job } }
            guard let last = words.last.flatMap({ Int($0) }), runs > last else {
                throw words.first == "AWAY" ? AgentFailure(.away, "no connection") : AgentFailure(.rate, "too many")
            }
            return Reply("here again")
        case "CANCEL": throw CancellationError()
        case "FAIL": throw AgentFailure(.config, String(words.last ?? "no reason"))
        case "FLAKY":
            guard turn.attempt > 1 else { throw AgentFailure(.transient, "not now") }
            return Reply("at last: \(turn.text)")
        case "STUBBORN":
            isHolding.reach()
            await release.waitThroughCancellation()
            return Reply("at its leisure: \(turn.text)")
        case "SPIN":
            while !release.isReached {}
            return Reply("spun: \(turn.text)")
        case "ASK" where words.last == "TWICE":
            async let first = ask("First?", attendant)
            async let second = ask("Second?", attendant)
            return Reply("told: \(try await [first, second])", isMarkdown: false)
        case "ASK":
            let answer = try await attendant.ask(
                Question("May I?", options: [.init("yes-id", "Yes", style: .encouraged), .init("no-id", "No")]))
            return Reply("told: \(answer)", isMarkdown: false)
        case "REMEMBER":
            let state: JSONValue = ["word": .string(String(words.last ?? ""))]
            try await attendant.hear(.started(state))
            return Reply("remembered")
        case "LOSE" where turn.session != nil: throw AgentFailure(.lostSession, "no such session")
        case "BREAK": throw AgentFailure(.interrupted, "it broke off", partialText: "so far")
        case "HOLD":
            try await attendant.hear(.progress("on page 3"))
            isHolding.reach()
            await release.wait()
            try Task.checkCancellation()
            return Reply("held: \(turn.text)")
        default:
            let memory = turn.session?["word"]?.string.map { "\($0), " } ?? ""
            return Reply("\(memory)re: \(turn.text)")
        }
    }

    private func ask(_ title: String, _ attendant: any TurnAttendant) async throws -> String {
        let options = ["yes", "no"].map { Question.Option("\(title) \($0)", $0) }
        guard case .chosen(let chosen, _) = try await attendant.ask(Question(title, options: options)) else {
            return ""
        }
        return chosen.joined()
    }
}
