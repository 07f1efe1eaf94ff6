package import HTTP
package import Router
import Text

/// Answers through an endpoint that speaks OpenAI's Chat Completions, as it streams.
///
/// The protocol knows no sessions and no resuming: what was said before is sent along, and a turn that broke off is run
/// again.
package struct ChatCompletionsAgent: Agent {
    let options: ChatCompletionsOptions
    let server: AgentServer

    package init(options: ChatCompletionsOptions, transport: any HTTPTransport) {
        self.options = options
        server = AgentServer(options.access, transport)
    }

    package var learnsWhoAsks: Bool { options.introduction == .name }

    package func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        do {
            let memory = ChatMemory(of: turn, options.history)
            let content = try await TurnContent(of: turn, showingImages: options.showsImages, attendant)
            let request = request(turn, memory, content)
            // The endpoint remembers what it was told, whatever comes of this turn.
            if options.history == .remote, memory.isFresh { try await attendant.hear(.started(memory.state)) }
            let answer = try await answer(to: request, heardBy: attendant)
            var reply = Reply(try answer.finished(in: turn.language), usage: answer.usage)
            reply.session = memory.state(with: content.record, answeredBy: answer.text)
            return reply
        } catch {
            throw server.told(error)
        }
    }

    package func probe() async -> AgentProbe { await server.probe(for: options.model) }
}
