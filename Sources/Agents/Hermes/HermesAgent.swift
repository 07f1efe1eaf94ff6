package import HTTP
import JSON
package import Router
import Text

/// Answers through the runs of a Hermes server.
///
/// The server knows a run by our job's id: one that may have begun is begun again and found, also after a crash of either, and
/// is never worked twice.
package struct HermesAgent: Agent {
    let options: HermesOptions
    var server: AgentServer

    package init(options: HermesOptions, transport: any HTTPTransport) {
        self.options = options
        server = AgentServer(options.access, transport)
    }

    package var learnsWhoAsks: Bool { options.introduction == .name }

    package func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        var state = HermesState(turn)
        return try await server.run(attendedBy: attendant) {
            let work = HermesWork(agent: self, turn: turn, attendant: attendant)
            let run = try await work.follow(try await work.begin(&state), &state)
            var reply = Reply(run.output ?? "", usage: run.usage)
            reply.session = state.afterwards
            return reply
        } stop: {
            state.run.map { run in
                server.request(.post, "/runs/\(percentEncoded(run))/stop", [:], filling: turn.placeholders)
            }
        }
    }

    /// Asks for what the server can do.
    package func probe() async -> AgentProbe {
        await server.probe(options.model) { _ throws(HTTPTransportError) in
            trouble(in: try await server.send(server.request(.get, "/capabilities")))
        }
    }

    private func trouble(in response: HTTPResponse) -> AgentProbe.Trouble? {
        switch response.status.code {
        case 200:
            let features = (try? JSONValue(parsing: response.bytes))?["features"]
            let missing = HermesAgent.needed.filter { features?[$0] == false }
            guard !missing.isEmpty else { return nil }
            return .init(
                "the server does not offer \(missing.joined(separator: ", "))",
                advice: "update Hermes, or use kind: openai",
                key: "kind")
        case 401, 403: return .init("the server refuses the key", advice: "set api_key right", key: "api_key")
        case 404:
            return .init(
                "the server has no runs (404)", advice: "check base_url: it normally ends in /v1", key: "base_url")
        default:
            return .init(
                "the server answers \(response.status)", advice: "check base_url, and what the server logs",
                key: "base_url")
        }
    }

    private static let needed = ["run_submission", "run_status", "run_events_sse", "run_stop"]
}
