import JSON
import Lifecycle
import Router

extension ACPProcess {
    func take(update params: JSONValue) async {
        let update = params["update"].orEmpty
        guard let id = params["sessionId"]?.word else { return }
        guard let sessionID else {
            // The session's name comes with the answer to what opens it.
            if early.count < 64, id.utf8.count <= 1024 { early[id, default: ACPTotals()].take(ACPTotals(update)) }
            return
        }
        guard id == sessionID else { return }
        totals.take(ACPTotals(update))
        guard turn?.phase == .prompting else { return }
        let events = turn?.updates.take(update) ?? []
        if !events.isEmpty { await tell(events) }
    }

    /// Tells the turn's attendant. Where it throws the turn is not ours any more.
    func tell(_ events: [TurnEvent]) async {
        guard let turn, turn.phase != .answered else { return }
        do {
            for event in events { try await turn.attendant.hear(event) }
        } catch {
            guard self.turn?.ticket == turn.ticket else { return }
            self.turn?.phase = .answered
            isStopping = true
            failCalls(with: error)
        }
    }

    func noteAnswer(to id: Int64) {
        guard let prompt = turn?.prompt, prompt.id == id else { return }
        turn?.phase = .answered
        prompt.answered.reach()
    }
}
