import JSON
import Router

extension ACPProcess {
    func take(permission params: JSONValue, _ id: JSONValue) async {
        guard let current = turn, current.phase == .prompting, !current.isCancelled,
            params["sessionId"]?.word == sessionID, current.asked.count < ACPTurn.mostAsked
        else { return answer(id, .cancelled) }
        let report = params["toolCall"].orEmpty
        let events = turn?.updates.take(tool: report) ?? []
        let call = report["toolCallId"]?.word.flatMap { turn?.updates.tools[$0] } ?? ACPTools.Call(report)
        // Asked for before anything is waited for, so that a cancel finds it.
        decide(ACPPermission(params, of: call), id, attendedBy: current)
        await tell(events)
    }

    private func decide(_ permission: ACPPermission, _ id: JSONValue, attendedBy turn: ACPTurn) {
        switch permission.verdict(by: options.permissions, saying: turn.texts) {
        case .answer(let outcome): answer(id, outcome)
        case .ask(let question):
            withdraw(id)
            let number = turn.questions
            let task = Task { [attendant = turn.attendant] in
                let answer = Task.isCancelled ? nil : try? await attendant.ask(question)
                self.settle(number, id, answer.map(permission.outcome(of:)) ?? .cancelled)
            }
            self.turn?.questions += 1
            self.turn?.asked[id.text] = (number, id)
            self.turn?.asking[number] = task
        }
    }

    private func settle(_ number: Int, _ id: JSONValue, _ outcome: ACPPermissionOutcome) {
        turn?.asking[number] = nil
        guard turn?.asked[id.text]?.number == number else { return }
        turn?.asked[id.text] = nil
        answer(id, outcome)
    }

    /// The agent does not want to know any more.
    func withdraw(_ id: JSONValue) {
        guard let open = turn?.asked.removeValue(forKey: id.text) else { return }
        turn?.asking[open.number]?.cancel()
        answer(open.id, .cancelled)
    }

    /// Every open request has to have its answer, when the turn is cancelled above all.
    func withdrawAll() {
        for open in turn?.asked.values.map(\.id) ?? [] { withdraw(open) }
    }

    private func answer(_ id: JSONValue, _ outcome: ACPPermissionOutcome) {
        send(RPCMessage.result(outcome.json, to: id))
    }
}
