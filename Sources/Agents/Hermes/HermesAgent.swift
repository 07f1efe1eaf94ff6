package import HTTP
import JSON
import Lifecycle
package import Router
import System
import Text

/// Answers through the runs of a Hermes server.
///
/// The server knows a run by our job's id: one that may have begun is begun again and found, also after a crash of either, and
/// is never worked twice.
package struct HermesAgent: Agent {
    let options: HermesOptions
    /// The secrets that must not stand in what is told of failures.
    let secrets: Redaction
    let server: AgentServer
    /// The waits between looks at a run that cannot be watched.
    var looks = Backoff(first: .seconds(2), longest: .seconds(30))
    var clock: any WorkClock = .steady

    package init(options: HermesOptions, transport: any HTTPTransport) {
        self.options = options
        secrets = Redaction(options.access.secrets)
        server = AgentServer(access: options.access, transport: transport)
    }

    package var learnsWhoAsks: Bool { options.introduction == .name }

    package func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        var state = HermesState(turn)
        do {
            let work = HermesWork(agent: self, turn: turn, attendant: attendant)
            let run = try await work.follow(try await work.begin(&state), &state)
            var reply = Reply(run.output ?? "", usage: run.usage)
            reply.session = state.afterwards
            return reply
        } catch {
            if Task.isCancelled {
                if !attendant.goesOnLater, let run = state.run { await stop(run, of: turn) }
                throw CancellationError()
            }
            throw (error as? AgentFailure)?.told(without: secrets) ?? error
        }
    }

    /// Tells the server to stop, for a moment: the turn is cancelled already, and this is not.
    private func stop(_ run: String, of turn: Turn) async {
        let request = server.request(.post, "/runs/\(percentEncoded(run))/stop", [:], filling: turn.placeholders)
        await throughCancellation { _ = try? await server.send(request, within: .seconds(5)) }
    }

    /// Asks for what the server can do.
    package func probe() async -> AgentProbe {
        var probe = AgentProbe(options.model)
        do {
            if let trouble = trouble(in: try await server.send(server.request(.get, "/capabilities"))) {
                probe.troubles = [trouble]
            }
        } catch {
            probe.troubles = [server.unreached(error)]
        }
        return probe.told(without: secrets)
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
