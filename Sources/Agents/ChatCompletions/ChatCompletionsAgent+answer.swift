import HTTP
import JSON
import Router
import System
import Text

extension ChatCompletionsAgent {
    /// Sends the request and reads the answer to its end. The connection closes with the task, or when this returns.
    func answer(to request: HTTPRequest, heardBy attendant: any TurnAttendant) async throws -> ChatAnswer {
        let began = MonotonicTime.now
        let response = try await reachingServer { () async throws(HTTPTransportError) in
            try await transport.stream(request, requestOptions)
        }
        let wait = MonotonicTime.now.since(began)
        guard response.status == .ok else {
            let body = try await collect(response.body, atMost: 64 << 10, heardBy: attendant)
            throw AgentFailure(
                response.status, response.headers, ServerComplaint(body: body.bytes), from: "the endpoint",
                after: wait)
        }
        return response.headers.mediaType == "text/event-stream"
            ? try await stream(response.body, heardBy: attendant) : try await whole(response, heardBy: attendant)
    }

    private func stream(_ body: any HTTPBodyReader, heardBy attendant: any TurnAttendant) async throws -> ChatAnswer {
        var answer = ChatAnswer()
        var events = ServerSentEvents()
        while !answer.isOver {
            let piece: [UInt8]?
            do throws(HTTPTransportError) {
                piece = try await body.next()
            } catch {
                if error == .cancelled { throw CancellationError() }
                // Servers that end a connection badly have said all that they had to say.
                if answer.isComplete { break }
                throw answer.brokenOff("\(error)")
            }
            if piece != nil { try await attendant.hear(.activity) }
            // A last event may lack its empty line.
            for event in try received(piece ?? Array("\n\n".utf8), by: &events, within: answer) {
                for heard in try answer.take(event) { try await attendant.hear(heard) }
            }
            if piece == nil { break }
        }
        return answer
    }

    private func received(
        _ bytes: [UInt8], by events: inout ServerSentEvents, within answer: ChatAnswer
    ) throws -> [ServerSentEvent] {
        do throws(ServerSentEvents.TooLong) {
            return try events.receive(bytes)
        } catch {
            throw answer.brokenOff("\(error)")
        }
    }

    /// An answer that did not want to stream.
    private func whole(
        _ response: HTTPStreamedResponse, heardBy attendant: any TurnAttendant
    ) async throws -> ChatAnswer {
        let body = try await collect(response.body, atMost: ServerSentEvents.longestEvent, heardBy: attendant)
        if let error = body.error {
            if case .bodyTooLarge = error { throw AgentFailure(error) }
            throw AgentFailure(.interrupted, "\(error)")
        }
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: body.bytes)
        } catch {
            let type = response.headers.mediaType
            let what = type.isEmpty ? "a body of no type" : type
            throw AgentFailure(
                .config, "the endpoint answers with \(what), which is no chat completion (\(error))")
        }
        var answer = ChatAnswer()
        for heard in try answer.take(whole: json) { try await attendant.hear(heard) }
        return answer
    }

    /// The body, or the beginning of it and what kept the rest from coming.
    private func collect(
        _ body: any HTTPBodyReader, atMost limit: Int, heardBy attendant: any TurnAttendant
    ) async throws -> (bytes: [UInt8], error: HTTPTransportError?) {
        var bytes: [UInt8] = []
        do throws(HTTPTransportError) {
            while let piece = try await body.next() {
                guard piece.count <= limit - bytes.count else { return (bytes, .bodyTooLarge(limit: limit)) }
                bytes += piece
                try? await attendant.hear(.activity)
            }
        } catch {
            if error == .cancelled { throw CancellationError() }
            return (bytes, error)
        }
        return (bytes, nil)
    }
}
