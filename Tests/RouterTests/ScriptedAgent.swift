import Lifecycle
import Router

/// Does what it is told by the message.
struct ScriptedAgent: Agent {
    /// Reached when a turn begins that waits to be cancelled.
    let hasBegun = Signpost()

    func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        let (word, rest) = split(turn.text)
        switch word {
        case "OK": return Reply(rest)
        case "ERROR": throw AgentFailure(.config, rest)
        case "CANCEL": throw CancellationError()
        case "WAIT":
            hasBegun.reach()
            await Signpost().wait()
            throw CancellationError()
        default: return Reply(turn.text)
        }
    }

    private func split(_ text: String) -> (String, String) {
        let words = text.split(separator: " ", maxSplits: 1)
        return (words.first.map(String.init) ?? "", words.dropFirst().first.map(String.init) ?? "")
    }
}
