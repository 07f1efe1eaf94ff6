package import HTTP
import JSON
package import Router
import Text

/// Answers through an app of a Dify server.
///
/// The run of a chatflow or workflow is found again after a broken connection or a crash of ours; of a chatbot's or an agent's
/// answer the conversation tells whether it is there.
package struct DifyAgent: Agent {
    let options: DifyOptions
    var server: AgentServer

    package init(options: DifyOptions, transport: any HTTPTransport) {
        self.options = options
        server = AgentServer(options.access, transport, hiding: options.inputs.secrets)
    }

    package var learnsWhoAsks: Bool { false }
    package var remembers: Bool { options.app == .chat }

    package func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        var state = DifyState(turn)
        return try await server.run(attendedBy: attendant) {
            let work = DifyWork(agent: self, turn: turn, attendant: attendant)
            let answer = try await work.answer(&state)
            var reply = Reply(try answer.finished(options.app), usage: answer.usage)
            reply.session = state.afterwards
            return reply
        } stop: {
            state.task.map { stop($0, of: turn) }
        }
    }

    /// The path under which an answer is asked for, and below which it is stopped.
    var path: String { options.app == .chat ? "/chat-messages" : "/workflows/run" }

    private func stop(_ task: String, of turn: Turn) -> HTTPRequest {
        let id = percentEncoded(task)
        let path = options.app == .chat ? "/chat-messages/\(id)/stop" : "/workflows/tasks/\(id)/stop"
        return server.request(.post, path, ["user": .string(turn.scopedUser)], filling: turn.placeholders)
    }

    /// Asks for the app that the key belongs to.
    package func probe() async -> AgentProbe {
        await server.probe { probe throws(HTTPTransportError) in
            let response = try await server.send(server.request(.get, "/info"))
            let info = (try? JSONValue(parsing: response.bytes)) ?? .null
            probe.description = info["name"]?.string?.onOneLine(atMost: 100)
            return trouble(in: response, info)
        }
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
