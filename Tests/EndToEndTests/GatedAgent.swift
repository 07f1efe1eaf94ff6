import Lifecycle
import Router

/// Answers when it may, and says something before, if asked to.
final class GatedAgent: Agent {
    let hasBegun = Signpost()
    let mayEnd = Signpost()
    private let first: String?

    init(sayingFirst first: String? = nil) { self.first = first }

    func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        if let first { try await attendant.hear(.text(first)) }
        hasBegun.reach()
        await mayEnd.wait()
        try Task.checkCancellation()
        return Reply("answer to \(turn.text)")
    }
}
