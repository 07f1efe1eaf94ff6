package import HTTP
package import Router

/// Answers through a service that is told of each job by a signed request, and answers at once or by calling us back.
///
/// The service knows jobs by their ids: a request that may have been lost is sent again, and a job that it works at
/// outlives our process.
package struct WebhookAgent: Agent {
    let options: WebhookOptions
    let transport: any HTTPTransport

    package init(options: WebhookOptions, transport: any HTTPTransport) {
        self.options = options
        self.transport = transport
    }

    package func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        var state = WebhookState(turn)
        do {
            let result = try await answer(turn, &state, attendant)
            var reply = try await reply(with: result, saying: turn.texts, attendant)
            reply.session = state.afterwards
            return reply
        } catch {
            if Task.isCancelled {
                if !attendant.goesOnLater { await tellToStop(turn, state) }
                throw CancellationError()
            }
            throw (error as? AgentFailure)?.hiding(options.secrets) ?? error
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
        with result: WebhookResult, saying texts: ChatTexts, _ attendant: any TurnAttendant
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
                paragraphs.append(texts.fileFailed.filled(["name": file.name, "reason": loss.reason]))
            }
            try await attendant.hear(.activity)
        }
        let text = paragraphs.filter { !$0.isEmpty }.joined(separator: "\n\n")
        return Reply(text, files: files, usage: result.usage)
    }

    /// Bytes of all files of an answer together.
    private static let roomForFiles = 64 << 20
}
