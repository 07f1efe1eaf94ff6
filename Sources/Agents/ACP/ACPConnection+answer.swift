import JSON
import Router

/// The answer of an agent in a turn.
struct ACPAnswer: Sendable {
    let text: String
    let files: [ReplyFile]
    /// The state to remember from now on, where that has changed.
    let state: JSONValue?
    let usage: Usage?
}

extension ACPConnection {
    /// The answer to the turn in hand, from the agent's answer to its prompt. `earlier` is how the session stood before.
    mutating func answer(
        _ result: JSONValue, to turn: Turn, since earlier: ACPState, in workspace: Workspace,
        _ finalText: ACPOptions.FinalText
    ) throws -> ACPAnswer {
        guard let current = self.turn, !current.isCancelled else { throw CancellationError() }
        totals.take(ACPTotals(tokens: ACPTotals.Tokens(usage: result["usage"])))
        let text = try ACPEnding(stopReason: result["stopReason"]?.shortString).reply(
            current.updates.text.final(finalText), in: turn.language, partialText: current.updates.text.all)
        var state = earlier
        state.totals.take(totals)
        return ACPAnswer(
            text: text, files: current.updates.files.files(in: workspace),
            state: state == earlier ? JSONValue?.none : state.json,
            usage: state.totals.since(earlier.totals))
    }

    /// The failure of the turn in hand, in terms of what is to be done about it. Whatever comes after a cancel is the
    /// cancel. `isNew`: the turn began its session.
    func failure(for error: any Error, isNew: Bool, hiding secrets: Redaction) -> any Error {
        guard let turn, !turn.isCancelled else { return CancellationError() }
        let said = turn.updates.text.all
        switch error {
        case let error as RPCError:
            let words = error.words(without: secrets)
            if error.tellsOfLostSession, !isNew {
                return AgentFailure(.lostSession, words, partialText: said)
            }
            if error.code == RPCError.authenticationRequired {
                return AgentFailure.notLoggedIn(words, info?.logins ?? [])
            }
            return AgentFailure(
                error.kind(hasBegun: turn.updates.hasBegun), "the agent answered with an error: \(words)",
                partialText: said)
        case let end as ACPEnded:
            // One that ends by itself before it has said what it is is no agent.
            let kind: AgentFailure.Class =
                turn.prompt != nil ? .interrupted : info == nil && end.isOwn ? .config : .transient
            return AgentFailure(kind, end.description, partialText: said)
        default: return error
        }
    }
}
