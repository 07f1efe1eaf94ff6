import JSON
import Lifecycle
import Router

/// What an agent answered in a turn.
struct ACPAnswer: Sendable {
    let text: String
    let files: [ReplyFile]
    /// What is remembered from now on, where that has changed.
    let state: JSONValue?
    let usage: Usage?
}

extension ACPProcess {
    /// Takes a turn in hand; its number is what it is cancelled by.
    func begin(_ turn: Turn, attendedBy attendant: any TurnAttendant) -> Int {
        precondition(self.turn == nil, "a conversation's turns follow one another")
        lastTicket += 1
        self.turn = ACPTurn(ticket: lastTicket, attendant: attendant, texts: turn.texts)
        return lastTicket
    }

    /// Has the agent answer the turn that has begun, and is done with that.
    func answer(_ turn: Turn, in workspace: Workspace) async throws -> ACPAnswer {
        do {
            let state = try await open(turn, in: workspace)
            let result = try await prompt(turn, with: state, in: workspace)
            let answer = try answer(result, turn, state, in: workspace)
            await finishTurn()
            return answer
        } catch {
            let failure = failure(error, isNew: turn.session == nil)
            await finishTurn()
            throw (failure as? AgentFailure)?.told(without: secrets) ?? failure
        }
    }

    private func finishTurn() async {
        self.turn?.phase = .answered
        withdrawAll()
        for task in (turn?.asking ?? [:]).values { await task.value }
        turn = nil
    }

    private func prompt(_ turn: Turn, with state: ACPState, in workspace: Workspace) async throws -> JSONValue {
        guard let info, let sessionID else { throw CancellationError() }
        let blocks = await ACPPrompt(for: info).blocks(of: turn, in: workspace)
        try await self.turn?.attendant.hear(.started(state.json))
        guard self.turn?.isCancelled == false, self.turn?.phase == .opening else { throw CancellationError() }
        let id = takeID()
        self.turn?.prompt = (id, Signpost())
        self.turn?.phase = .prompting
        return try await call(
            "session/prompt", ["sessionId": .string(sessionID), "prompt": blocks, "_meta": turn.identityMeta], id: id)
    }

    private func answer(
        _ result: JSONValue, _ turn: Turn, _ earlier: ACPState, in workspace: Workspace
    ) throws -> ACPAnswer {
        guard let current = self.turn, !current.isCancelled else { throw CancellationError() }
        totals.take(ACPTotals(tokens: ACPTotals.Tokens(usage: result["usage"])))
        let text = try ACPEnding(stopReason: result["stopReason"]?.word).reply(
            current.updates.text.final(options.finalText), in: turn.language, partialText: current.updates.text.all)
        var state = earlier
        state.totals.take(totals)
        return ACPAnswer(
            text: text, files: current.updates.files.files(in: workspace),
            state: state == earlier ? JSONValue?.none : state.json,
            usage: state.totals.since(earlier.totals))
    }

    /// What went wrong, in terms of what is to be done about it. Whatever comes after a cancel is the cancel.
    private func failure(_ error: any Error, isNew: Bool) -> any Error {
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
