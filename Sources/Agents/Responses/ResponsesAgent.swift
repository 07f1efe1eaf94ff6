package import HTTP
import JSON
import Lifecycle
package import Router
import System
import Text

/// Answers through a server that speaks OpenAI's Responses.
///
/// The server keeps the thread of a conversation. A response that it makes in the background outlives a broken connection and
/// our process: it is followed from where it was, and not asked for twice.
package struct ResponsesAgent: Agent {
    let options: ResponsesOptions
    /// The secrets that must not stand in what is told of failures.
    let secrets: Redaction
    let server: AgentServer
    /// The waits between looks at a response that cannot be watched.
    var looks = Backoff(first: .seconds(2), longest: .seconds(30))
    var clock: any WorkClock = .steady

    package init(options: ResponsesOptions, transport: any HTTPTransport) {
        self.options = options
        secrets = Redaction(options.access.secrets)
        server = AgentServer(access: options.access, transport: transport)
    }

    package var learnsWhoAsks: Bool { options.introduction == .name }
    package var remembers: Bool { options.history != .nothing }

    package func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        var state = ResponsesState(turn)
        do {
            let answer = try await answer(turn, &state, attendant)
            var reply = Reply(try answer.finished(in: turn.language), usage: answer.usage)
            state.run = nil
            state.previous = options.history == .chain ? answer.id : nil
            reply.session = state.json
            return reply
        } catch {
            if Task.isCancelled {
                if !attendant.goesOnLater, let run = state.run { await cancel(run, of: turn) }
                throw CancellationError()
            }
            throw (error as? AgentFailure)?.told(without: secrets) ?? error
        }
    }

    private func answer(
        _ turn: Turn, _ state: inout ResponsesState, _ attendant: any TurnAttendant
    ) async throws -> ResponsesAnswer {
        let thread = ResponsesThread(agent: self, turn: turn, attendant: attendant)
        if let run = state.run { return try await thread.follow(ResponsesAnswer(id: run), &state) }
        return try await thread.start(&state)
    }

    /// Tells the server to stop, for a moment: the turn is cancelled already, and this is not.
    private func cancel(_ run: String, of turn: Turn) async {
        let request = server.request(.post, "/responses/\(percentEncoded(run))/cancel", [:], filling: turn.placeholders)
        await throughCancellation { _ = try? await server.send(request, within: .seconds(5)) }
    }

    package func probe() async -> AgentProbe { await server.probe(for: options.model).told(without: secrets) }
}
