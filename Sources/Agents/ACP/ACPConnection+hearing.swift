import JSON
import Router

extension ACPConnection {
    /// The program has said something, which need not be a message.
    mutating func hear(_ line: JSONLines.Line, permitting permissions: PermissionPolicy) -> [Action] {
        // What is no JSON is passed over: programs do print notices.
        guard case .value(let value) = line, let message = RPCMessage(value) else { return [] }
        switch message {
        case .result(let call, let result): return end(call, with: .result(result))
        case .failure(let call, let error): return end(call, with: .failure(error))
        // Some libraries write an id of null into notifications.
        case .notification("session/update", let params), .request(.null, "session/update", let params):
            return hear(update: params)
        case .notification("$/cancel_request", let params): return withdraw(params["requestId"].orEmpty)
        case .notification: return []
        case .request(let id, "session/request_permission", let params):
            return hear(request: params, id, permitting: permissions)
        case .request(let id, _, _): return [.send(RPCMessage.unknownMethod(id))]
        }
    }

    private mutating func hear(update params: JSONValue) -> [Action] {
        let update = params["update"].orEmpty
        guard let id = params["sessionId"]?.shortString else { return [] }
        guard let sessionID else {
            // The session's name comes with the answer to what opens it.
            if early.count < ACPConnection.mostEarly, id.utf8.count <= 1024 {
                early[id, default: ACPTotals()].take(ACPTotals(update))
            }
            return []
        }
        guard id == sessionID else { return [] }
        totals.take(ACPTotals(update))
        guard turn?.phase == .prompting else { return [] }
        return (turn?.updates.take(update) ?? []).map(Action.tell)
    }

    /// The number of sessions not known to be ours that are taken note of.
    private static let mostEarly = 64

    // MARK: Permissions

    private mutating func hear(
        request params: JSONValue, _ id: JSONValue, permitting permissions: PermissionPolicy
    ) -> [Action] {
        guard let current = turn, current.phase == .prompting, !current.isCancelled,
            params["sessionId"]?.shortString == sessionID, current.asked.count < ACPTurn.mostAsked
        else { return [answer(id, .cancelled)] }
        let report = params["toolCall"].orEmpty
        let events = turn?.updates.take(tool: report) ?? []
        let call = report["toolCallId"]?.shortString.flatMap { turn?.updates.tools[$0] } ?? ACPTools.Call(report)
        let permission = ACPPermission(params, of: call)
        // Asked for before anything is waited for, so that a cancel finds it.
        return decide(permission, id, by: permissions, saying: current.texts) + events.map(Action.tell)
    }

    private mutating func decide(
        _ permission: ACPPermission, _ id: JSONValue, by policy: PermissionPolicy, saying texts: ChatTexts
    ) -> [Action] {
        switch permission.verdict(by: policy, saying: texts) {
        case .answer(let outcome): return [answer(id, outcome)]
        case .ask(let question):
            let withdrawn = withdraw(id)
            let number = turn?.questions ?? 0
            turn?.questions += 1
            turn?.asked[id.text] = ACPRequest(id: id, number: number, permission: permission)
            return withdrawn + [.ask(question, number: number)]
        }
    }

    /// Somebody has answered a question, or nobody can: nil.
    mutating func settle(_ number: Int, _ answer: Answer?) -> [Action] {
        guard let request = turn?.asked.values.first(where: { $0.number == number }) else { return [] }
        turn?.asked[request.id.text] = nil
        return [self.answer(request.id, answer.map(request.permission.outcome) ?? .cancelled)]
    }

    /// The agent does not want to know any more.
    private mutating func withdraw(_ id: JSONValue) -> [Action] {
        guard let request = turn?.asked.removeValue(forKey: id.text) else { return [] }
        return [.withdraw(request.number), answer(request.id, .cancelled)]
    }

    /// Every open request has to have its answer, when the turn is cancelled above all.
    mutating func withdrawAll() -> [Action] {
        (turn?.asked.values.sorted { $0.number < $1.number } ?? []).flatMap { withdraw($0.id) }
    }

    private func answer(_ id: JSONValue, _ outcome: ACPPermissionOutcome) -> Action {
        .send(RPCMessage.result(outcome.json, to: id))
    }
}
