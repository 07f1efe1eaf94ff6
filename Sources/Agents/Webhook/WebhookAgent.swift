package import HTTP
import JSON
package import Observability
package import Router
import Text

/// Answers through a service that is told of each job by a signed request, and answers at once or by calling us back.
///
/// The service knows jobs by their ids: a request that may have been lost is sent again, and a job that it works at
/// outlives our process.
package struct WebhookAgent: Agent {
    let options: WebhookOptions
    /// The secrets that must not stand in what is told of failures.
    let secrets: Redaction
    let transport: any HTTPTransport
    private let log: Logger?

    package init(options: WebhookOptions, transport: any HTTPTransport, log: Logger? = nil) {
        self.options = options
        secrets = Redaction(options.secrets)
        self.transport = transport
        self.log = log
    }

    package func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        var state = WebhookState(turn)
        do {
            let result = try await answer(turn, &state, attendant)
            var reply = try await reply(with: result, to: turn, attendant)
            reply.session = state.afterwards
            return reply
        } catch {
            if Task.isCancelled {
                if !attendant.goesOnLater { await tellToStop(turn, state) }
                throw CancellationError()
            }
            throw (error as? AgentFailure)?.told(without: secrets) ?? error
        }
    }

    private func answer(
        _ turn: Turn, _ state: inout WebhookState, _ attendant: any TurnAttendant
    ) async throws -> WebhookResult {
        if state.run == nil, let answer = try await start(turn, &state, attendant) { return answer }
        return try await hear(turn, &state, attendant)
    }

    /// The answer with its files. One that cannot be had is told of instead.
    private func reply(
        with result: WebhookResult, to turn: Turn, _ attendant: any TurnAttendant
    ) async throws -> Reply {
        var files: [ReplyFile] = []
        var paragraphs = [result.text]
        var room = WebhookAgent.roomForFiles
        for file in result.files {
            do {
                let bytes = try await bytes(of: file, atMost: room)
                room -= bytes.count
                files.append(ReplyFile(.bytes(bytes), name: file.name))
            } catch let loss as WebhookFile.Loss {
                log?.warning(
                    "a file of the agent's answer is not sent",
                    [.job: .string("\(turn.job)"), "file": .string(file.name), .reason: .string(loss.reason)])
                paragraphs.append(turn.texts.words(for: loss.told, of: file.name))
            }
            try await attendant.hear(.activity)
        }
        let text = paragraphs.filter { !$0.isEmpty }.joined(separator: "\n\n")
        return Reply(text, files: files, usage: result.usage)
    }

    /// Bytes of all files of an answer together.
    private static let roomForFiles = 64 << 20
}
