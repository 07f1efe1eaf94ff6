package import HTTP
import JSON
package import Router
import Text

/// Answers through a server that speaks OpenAI's Responses.
///
/// The server keeps the thread of a conversation. A response that it makes in the background outlives a broken connection and
/// our process: it is followed from where it was, and not asked for twice.
package struct ResponsesAgent: Agent {
    let options: ResponsesOptions
    var server: AgentServer

    package init(options: ResponsesOptions, transport: any HTTPTransport) {
        self.options = options
        server = AgentServer(options.access, transport)
    }

    package var learnsWhoAsks: Bool { options.introduction == .name }
    package var remembers: Bool { options.history != .nothing }

    package func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        var state = ResponsesState(turn)
        return try await server.run(attendedBy: attendant) {
            let answer = try await answer(turn, &state, attendant)
            var reply = Reply(try answer.finished(in: turn.language), usage: answer.usage)
            state.run = nil
            state.previous = options.history == .chain ? answer.id : nil
            reply.session = state.json
            return reply
        } stop: {
            state.run.map { run in
                server.request(.post, "/responses/\(percentEncoded(run))/cancel", [:], filling: turn.placeholders)
            }
        }
    }

    private func answer(
        _ turn: Turn, _ state: inout ResponsesState, _ attendant: any TurnAttendant
    ) async throws -> ResponsesAnswer {
        let thread = ResponsesThread(agent: self, turn: turn, attendant: attendant)
        if let run = state.run { return try await thread.follow(ResponsesAnswer(id: run), &state) }
        return try await thread.start(&state)
    }

    package func probe() async -> AgentProbe { await server.probe(for: options.model) }
}
