import HTTP
import JSON
import Lifecycle
import Router
import System
import Text

/// One turn at a Hermes server: its run is begun or found, watched, and followed where the watch breaks off.
struct HermesWork {
    let agent: HermesAgent
    let turn: Turn
    let attendant: any TurnAttendant

    private var server: AgentServer { agent.server }

    // MARK: Beginning

    /// Begins the run, or finds it. The question is kept before it is asked, and the run's id before anything of it is heard.
    func begin(_ state: inout HermesState) async throws -> HermesRun {
        if let run = state.run { return HermesRun(run) }
        let content = try await TurnContent(of: turn, showingImages: agent.options.showsImages, attendant)
        if state.asked == nil {
            state.asked = .init(
                text: content.text,
                instructions: turn.systemText(agent.options.systemPrompt, introducing: agent.options.introduction))
            try await attendant.hear(.started(state.json))
        }
        let response = try await server.answer(to: request(content, state), within: .seconds(60))
        guard response.status.isSuccess, let said = try? JSONValue(parsing: response.bytes),
            let id = said["run_id"]?.shortString, !id.isEmpty, id.utf8.count <= 256
        else { throw refusal(response) }
        state.run = id
        try await attendant.hear(.started(state.json))
        return HermesRun(id)
    }

    private func request(_ content: TurnContent, _ state: HermesState) -> HTTPRequest {
        let asked = state.asked
        var members: [JSONValue.Member] = [
            .init("input", content.hermesInput(saying: asked?.text ?? content.text)),
            .init("session_id", .string(state.sessionID)),
        ]
        if let instructions = asked?.instructions { members.append(.init("instructions", .string(instructions))) }
        if let model = agent.options.model { members.append(.init("model", .string(model))) }
        if let provider = agent.options.provider { members.append(.init("provider", .string(provider))) }
        var request = server.request(.post, "/runs", .object(members), filling: values(state))
        request.headers["Idempotency-Key"] = "\(turn.job)"
        request.headers["X-Hermes-Session-Key"] = turn.sessionKey.description.cut(toBytes: 256)
        return request
    }

    private func values(_ state: HermesState) -> [String: String] {
        var values = turn.placeholders
        values["session_id"] = state.sessionID
        return values
    }

    private func refusal(_ response: HTTPResponse) -> AgentFailure {
        guard response.status.isSuccess else {
            return AgentFailure(
                response.status, response.headers, ServerComplaint(body: response.bytes), from: "the server")
        }
        return AgentFailure(.config, "the server answers \(response.status) and names no run")
    }

    // MARK: Following

    /// Watches the run to its end, again and again where the connection breaks, and has people asked meanwhile.
    func follow(_ begun: HermesRun, _ state: inout HermesState) async throws -> HermesRun {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var (run, tries, canWatch, isLookDue) = (begun, 0, true, false)
            while !run.isOver {
                try await server.rest(afterLook: tries)
                tries += 1
                let watches = canWatch && !isLookDue
                isLookDue = false
                do {
                    if watches { try await watch(&run, &group) }
                    // A stream that ends early, and one of a run that is over long since, say nothing of its end.
                    if !run.isOver { try await look(at: &run, &group) }
                } catch is EventReader.BrokenOff {
                    // What broke off may be of a run that has ended.
                    isLookDue = watches
                } catch let refusal as ServerRefusal {
                    switch refusal.failure.kind {
                    case .rate, .away, .transient: continue
                    case .auth: throw refusal.failure
                    default:
                        guard !canWatch else {
                            canWatch = false
                            continue
                        }
                        throw try await gone(run, refusal.failure.reason, &state)
                    }
                }
            }
            group.cancelAll()
            return run
        }
    }

    private func watch(_ run: inout HermesRun, _ group: inout ThrowingTaskGroup<Void, any Error>) async throws {
        let request = server.request(
            .get, "/runs/\(percentEncoded(run.id))/events", streaming: true, filling: turn.placeholders)
        guard case .events(var events) = try await open(request) else { return }
        while !run.isOver, let event = try await events.next(heardBy: attendant) {
            try await act(run.take(event), &group, in: run.id)
        }
    }

    private func look(at run: inout HermesRun, _ group: inout ThrowingTaskGroup<Void, any Error>) async throws {
        let request = server.request(.get, "/runs/\(percentEncoded(run.id))", filling: turn.placeholders)
        guard case .whole(let json) = try await open(request) else { return }
        try await act(run.take(look: json), &group, in: run.id)
    }

    private func open(_ request: HTTPRequest) async throws -> AgentServer.Answer {
        do {
            return try await server.open(request, for: "run", heardBy: attendant)
        } catch let failure as AgentFailure where [.away, .transient, .interrupted].contains(failure.kind) {
            throw EventReader.BrokenOff(reason: failure.reason, isTooLong: false)
        }
    }

    private func act(
        _ action: HermesRun.Action?, _ group: inout ThrowingTaskGroup<Void, any Error>, in run: String
    ) async throws {
        switch action {
        case .tell(let event)?: try await attendant.hear(event)
        case .ask(let approval)?: group.addTask { try await settle(approval, of: run) }
        case nil: break
        }
    }

    /// The run is not there any more: another try begins another.
    private func gone(_ run: HermesRun, _ reason: String, _ state: inout HermesState) async throws -> AgentFailure {
        state.run = nil
        try await attendant.hear(.started(state.json))
        return run.brokenOff("the run is not at the server any more: \(reason)")
    }

    // MARK: Questions

    private func settle(_ approval: HermesApproval, of run: String) async throws {
        let choice: String
        switch approval.verdict(by: agent.options.permissions, saying: turn.texts) {
        case .choose(let word): choice = word
        case .ask(let question): choice = approval.choice(after: try await attendant.ask(question))
        }
        var members: [JSONValue.Member] = [.init("choice", .string(choice))]
        if let request = approval.request { members.append(.init("request_id", .string(request))) }
        let request = server.request(
            .post, "/runs/\(percentEncoded(run))/approval", .object(members), filling: turn.placeholders)
        // A word that does not arrive is said again. One that nothing waits for any more is refused, and that is that.
        for attempt in 1...HermesWork.mostTellings {
            if let response = try? await server.send(request), response.status.code < 500 { return }
            try await server.rest(afterLook: attempt)
        }
    }

    private static let mostTellings = 5
}

extension TurnContent {
    /// A text, or a message with parts where images are among them.
    fileprivate func hermesInput(saying text: String) -> JSONValue {
        if images.isEmpty { return .string(text) }
        var content = self
        content.text = text
        return [["role": "user", "content": content.chatContent]]
    }
}
