import HTTP
import JSON
import Lifecycle
import Router
import System
import Text

/// One turn at a server of Responses: its response is begun, watched, and followed where the watch breaks off.
struct ResponsesThread {
    let agent: ResponsesAgent
    let turn: Turn
    let attendant: any TurnAttendant

    private var server: AgentServer { agent.server }

    // MARK: Beginning

    func start(_ state: inout ResponsesState) async throws -> ResponsesAnswer {
        if agent.options.history == .conversation, state.conversation == nil {
            state.conversation = try await beginConversation()
        }
        let content = try await TurnContent(of: turn, showingImages: agent.options.showsImages, attendant)
        var answer = ResponsesAnswer()
        do {
            try await begin(content, &answer, &state)
        } catch let refusal as ServerRefusal {
            throw refusal.failure(ofThread: state)
        } catch let end as EventReader.BrokenOff {
            guard answer.id != nil, !end.isTooLong else { throw answer.brokenOff(end.reason) }
        }
        return try await follow(answer, &state)
    }

    /// A server that knows nothing of the background is asked without it.
    private func begin(
        _ content: TurnContent, _ answer: inout ResponsesAnswer, _ state: inout ResponsesState
    ) async throws {
        let isInBackground = agent.options.isInBackground
        do {
            try await read(open(content, state, inBackground: isInBackground), into: &answer, &state)
        } catch let refusal as ServerRefusal where isInBackground && refusal.isAboutBackground {
            try await read(open(content, state, inBackground: false), into: &answer, &state)
        }
    }

    /// Servers that keep conversations give them ids; those that do not take any name.
    private func beginConversation() async throws -> String {
        let own = "\(turn.sessionKey)/\(turn.job)"
        let request = server.request(.post, "/conversations", [:], filling: turn.placeholders)
        let response = try await server.answer(to: request)
        let id = response.status.isSuccess ? (try? JSONValue(parsing: response.bytes))?["id"]?.string : nil
        return id.flatMap { $0.isEmpty || $0.utf8.count > 256 ? nil : $0 } ?? own
    }

    private func open(
        _ content: TurnContent, _ state: ResponsesState, inBackground: Bool
    ) async throws -> AgentServer.Answer {
        try await server.open(
            server.request(
                .post, "/responses", body(content, state, inBackground: inBackground), streaming: true,
                filling: turn.placeholders), for: "response", heardBy: attendant)
    }

    private func body(_ content: TurnContent, _ state: ResponsesState, inBackground: Bool) -> JSONValue {
        let options = agent.options
        var members: [JSONValue.Member] = [
            .init("model", .string(options.model)), .init("input", content.responsesInput),
            .init("stream", true), .init("store", .bool(inBackground || options.history != .nothing)),
            .init("metadata", ["job_id": .string("\(turn.job)")]),
            .init("user", .string(turn.name(for: options.introduction))),
        ]
        if inBackground { members.append(.init("background", true)) }
        if let text = turn.systemText(options.systemPrompt, introducing: options.introduction) {
            members.append(.init("instructions", .string(text)))
        }
        if let conversation = state.conversation {
            members.append(.init("conversation", .string(conversation)))
        } else if let previous = state.previous {
            members.append(.init("previous_response_id", .string(previous)))
        }
        if let temperature = options.temperature { members.append(.init("temperature", .number(temperature))) }
        if let most = options.maxTokens { members.append(.init("max_output_tokens", .integer(Int64(most)))) }
        return .object(members)
    }

    // MARK: Watching

    private func read(
        _ opened: AgentServer.Answer, into answer: inout ResponsesAnswer, _ state: inout ResponsesState
    ) async throws {
        switch opened {
        case .whole(let json):
            try answer.take(whole: json)
            try await keep(answer, &state)
        case .events(var events):
            while !answer.isOver, let event = try await events.next(heardBy: attendant) {
                for heard in try answer.take(event) { try await attendant.hear(heard) }
                try await keep(answer, &state)
            }
        }
    }

    /// The id is kept as soon as it is known, before anything else: after a crash the response is found by it.
    private func keep(_ answer: ResponsesAnswer, _ state: inout ResponsesState) async throws {
        guard state.run == nil, let id = answer.id, !answer.isOver else { return }
        state.run = id
        try await attendant.hear(.started(state.json))
    }

    // MARK: Following

    /// Watches a response that the server has until its end, again and again where the connection breaks.
    func follow(_ known: ResponsesAnswer, _ state: inout ResponsesState) async throws -> ResponsesAnswer {
        var answer = known
        var (tries, canWatch) = (0, true)
        while !answer.isOver {
            guard let id = answer.id else { throw answer.brokenOff("the stream ended before the answer did") }
            try await server.rest(afterLook: tries)
            tries += 1
            do {
                let heard = answer.sequence
                try await read(look(at: id, behind: answer.sequence, watching: canWatch), into: &answer, &state)
                // What was heard over this connection says that the next may be made at once.
                if answer.sequence != heard { tries = 0 }
            } catch is EventReader.BrokenOff {
            } catch let refusal as ServerRefusal {
                guard let goesOn = try await judge(refusal, of: answer, &state, watching: canWatch) else { continue }
                canWatch = goesOn
            } catch is Unreached {
            }
        }
        return answer
    }

    private func look(at id: String, behind sequence: Int64?, watching: Bool) async throws -> AgentServer.Answer {
        let query = watching ? "?stream=true" + (sequence.map { "&starting_after=\($0)" } ?? "") : ""
        do {
            return try await server.open(
                server.request(
                    .get, "/responses/\(percentEncoded(id))\(query)", streaming: watching, filling: turn.placeholders),
                for: "response", heardBy: attendant)
        } catch let failure as AgentFailure where [.away, .transient, .interrupted].contains(failure.kind) {
            throw Unreached()
        }
    }

    /// The connection is at fault, and not what was said over it.
    private struct Unreached: Error {}

    /// Decides what follows from a refusal to tell of the response: whether it is watched from then on, nil for the same once
    /// more. Throws where there is nothing to wait for.
    private func judge(
        _ refusal: ServerRefusal, of answer: ResponsesAnswer, _ state: inout ResponsesState, watching: Bool
    ) async throws -> Bool? {
        switch refusal.failure.kind {
        case .rate, .away, .transient: return nil
        case .auth: throw refusal.failure
        default: break
        }
        // One that cannot be watched is looked at instead.
        guard !watching else { return false }
        // It is gone, and so another try begins another.
        state.run = nil
        try await attendant.hear(.started(state.json))
        throw answer.brokenOff("the response is not at the server any more: \(refusal.failure.reason)")
    }
}

extension TurnContent {
    /// A text, or an item with parts where images are among them.
    fileprivate var responsesInput: JSONValue {
        if images.isEmpty { return .string(text) }
        let parts: [JSONValue] =
            (text.isEmpty ? [] : [["type": "input_text", "text": .string(text)]])
            + images.map { ["type": "input_image", "image_url": .string($0)] }
        return [["role": "user", "content": .array(parts)]]
    }
}

extension ServerRefusal {
    /// The server does not know, or does not want, responses in the background: nothing has begun.
    fileprivate var isAboutBackground: Bool {
        [400, 422].contains(status.code) && complaint.message.has("background")
    }

    /// The refusal to begin. A thread that the server has forgotten is begun anew.
    fileprivate func failure(ofThread state: ResponsesState) -> AgentFailure {
        let isThread = state.previous != nil || state.conversation != nil
        let isGone = complaint.words.contains {
            ["previous_response_not_found", "conversation_not_found"].contains($0)
        }
        guard isThread, isGone || status == .notFound && complaint.message.has("not found") else { return failure }
        return AgentFailure(.lostSession, failure.reason)
    }
}
