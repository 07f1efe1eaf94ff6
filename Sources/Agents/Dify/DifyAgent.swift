package import HTTP
import JSON
import Lifecycle
package import Router
import System
import Text

/// Answers through an app of a Dify server.
///
/// The run of a chatflow or workflow is found again after a broken connection or a crash of ours; of a chatbot's or an agent's
/// answer the conversation tells whether it is there.
package struct DifyAgent: Agent {
    let options: DifyOptions
    /// The secrets that must not stand in what is told of failures.
    let secrets: Redaction
    let server: AgentServer
    /// The waits between looks at a run whose connection breaks.
    var looks = Backoff(first: .seconds(2), longest: .seconds(30))
    var clock: any WorkClock = .steady

    package init(options: DifyOptions, transport: any HTTPTransport) {
        self.options = options
        secrets = Redaction(options.access.secrets + options.inputs.secrets)
        server = AgentServer(access: options.access, transport: transport)
    }

    package var learnsWhoAsks: Bool { false }
    package var remembers: Bool { options.app == .chat }

    package func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        var state = DifyState(turn)
        do {
            let work = DifyWork(agent: self, turn: turn, attendant: attendant)
            let answer = try await work.answer(&state)
            var reply = Reply(try answer.finished(options.app), usage: answer.usage)
            reply.session = state.afterwards
            return reply
        } catch {
            if Task.isCancelled {
                if !attendant.goesOnLater, let task = state.task { await stop(task, of: turn) }
                throw CancellationError()
            }
            throw (error as? AgentFailure)?.told(without: secrets) ?? error
        }
    }

    /// The path under which an answer is asked for, and below which it is stopped.
    var path: String { options.app == .chat ? "/chat-messages" : "/workflows/run" }

    /// Tells the server to stop, for a moment: the turn is cancelled already, and this is not.
    private func stop(_ task: String, of turn: Turn) async {
        let id = percentEncoded(task)
        let path = options.app == .chat ? "/chat-messages/\(id)/stop" : "/workflows/tasks/\(id)/stop"
        let request = server.request(
            .post, path, ["user": .string(turn.scopedUser)], filling: turn.placeholders)
        await throughCancellation { _ = try? await server.send(request, within: .seconds(5)) }
    }

    /// Asks for the app that the key belongs to.
    package func probe() async -> AgentProbe {
        var probe = AgentProbe()
        do {
            let response = try await server.send(server.request(.get, "/info"))
            let info = (try? JSONValue(parsing: response.bytes)) ?? .null
            probe.description = info["name"]?.string?.onOneLine(atMost: 100)
            if let trouble = trouble(in: response, info) { probe.troubles = [trouble] }
        } catch {
            probe.troubles = [server.unreached(error)]
        }
        return probe.told(without: secrets)
    }

    private func trouble(in response: HTTPResponse, _ info: JSONValue) -> AgentProbe.Trouble? {
        switch response.status.code {
        case 200:
            let isWorkflow = info["mode"]?.shortString.map { $0 == "workflow" }
            guard let isWorkflow, isWorkflow == (options.app == .chat) else { return nil }
            return .init(
                "the key is that of \(isWorkflow ? "a workflow" : "an app with conversations")",
                advice: "set app_type to \(isWorkflow ? "workflow" : "chat")", key: "app_type")
        case 401, 403: return .init("the server refuses the key", advice: "set api_key right", key: "api_key")
        default:
            return .init(
                "the server answers \(response.status)", advice: "check base_url: it normally ends in /v1",
                key: "base_url")
        }
    }
}
