import JSON
import Lifecycle
import Router

extension ACPProcess {
    /// Takes a turn in hand; its number is what it is cancelled by.
    func begin(_ turn: Turn, attendedBy attendant: any TurnAttendant) -> Int {
        attendance = Attendance(attendant: attendant)
        return connection.begin(saying: turn.texts)
    }

    /// Has the agent stop its turn, and the program end where it does not in time.
    func cancel(_ ticket: Int) async { await perform(connection.cancel(ticket)) }

    /// Has the agent answer the turn that has begun, and is done with that.
    func answer(_ turn: Turn, in workspace: Workspace) async throws -> ACPAnswer {
        do {
            let state = try await open(turn, in: workspace)
            let result = try await prompt(turn, with: state, in: workspace)
            let answer = try connection.answer(result, to: turn, since: state, in: workspace, options.finalText)
            await finishTurn()
            return answer
        } catch {
            let failure = connection.failure(for: error, isNew: turn.session == nil, hiding: secrets)
            await finishTurn()
            throw (failure as? AgentFailure)?.told(without: secrets) ?? failure
        }
    }

    private func finishTurn() async {
        await perform(connection.finishTurn())
        await untilNobodyIsAsked()
        attendance?.over.reach()
        attendance = nil
        connection.endTurn()
    }

    private func prompt(_ turn: Turn, with state: ACPState, in workspace: Workspace) async throws -> JSONValue {
        guard let info = connection.info, let session = connection.sessionID else { throw CancellationError() }
        let blocks = await ACPPrompt(for: info).blocks(of: turn, in: workspace)
        try await attendance?.attendant.hear(.started(state.json))
        return try await call(
            connection.prompt(), "session/prompt",
            ["sessionId": .string(session), "prompt": blocks, "_meta": turn.identityMeta])
    }
}
