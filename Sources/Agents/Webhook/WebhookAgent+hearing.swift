import Router

extension WebhookAgent {
    /// An event that may come next while a service works.
    private enum Heard {
        case calls([AgentCall])
        /// A question has ended: the service asks for the answer.
        case endOfQuestion
    }

    /// Hears the service's calls until the answer is there. People are asked meanwhile.
    func hear(
        _ turn: Turn, _ state: inout WebhookState, _ attendant: any TurnAttendant
    ) async throws -> WebhookResult {
        var run = WebhookRun(state, saying: turn.texts)
        defer { state = run.state }
        return try await withThrowingTaskGroup(of: Heard.self) { group in
            group.addTask { .calls(try await attendant.calls(after: 0)) }
            while let heard = try await group.next() {
                guard case .calls(let calls) = heard else { continue }
                // Those that come together, in the service's own order: an answer may have overtaken parts of itself.
                for call in calls.sorted(by: { $0.seq < $1.seq }) {
                    switch try await take(call, by: &run, attendant) {
                    case .tell(let event): try await attendant.hear(event)
                    case .ask(let question): group.addTask { try await ask(question, attendant) }
                    case nil: break
                    }
                }
                if let answer = run.final {
                    group.cancelAll()
                    return answer
                }
                let heardSoFar = calls.last?.arrival ?? 0
                group.addTask { .calls(try await attendant.calls(after: heardSoFar)) }
            }
            throw CancellationError()
        }
    }

    /// A run that has failed is over: another try begins another.
    private func take(
        _ call: AgentCall, by run: inout WebhookRun, _ attendant: any TurnAttendant
    ) async throws -> WebhookRun.Action? {
        do throws(AgentFailure) {
            return try run.take(call)
        } catch {
            run.forgetRun()
            try await attendant.hear(.started(run.state.json))
            throw error
        }
    }

    /// One that is withdrawn needs no answer.
    private func ask(_ question: Question, _ attendant: any TurnAttendant) async throws -> Heard {
        do {
            _ = try await attendant.ask(question)
        } catch is CancellationError {}
        return .endOfQuestion
    }
}
