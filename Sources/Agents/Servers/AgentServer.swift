import HTTP
import JSON
import Lifecycle
import Router
import System
import WeCom

/// A server that an agent is at: requests go out and answers come in here, whatever protocol they speak.
struct AgentServer: Sendable {
    let access: ServerAccess
    let transport: any HTTPTransport
    /// The secrets that must not stand in what is told of failures.
    let secrets: Redaction
    /// The waits between looks at work that cannot be watched.
    var looks = Backoff(first: .seconds(2), longest: .seconds(30))
    var clock: any WorkClock = .steady

    init(_ access: ServerAccess, _ transport: any HTTPTransport, hiding more: [Secret] = []) {
        self.access = access
        self.transport = transport
        secrets = Redaction(access.secrets + more)
    }

    /// An answer whose head is there.
    enum Answer {
        case events(EventReader)
        /// It did not want to stream.
        case whole(JSONValue)
    }

    // MARK: Requests

    /// Makes a request; `values` are for the templates of its headers.
    func request(
        _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil, streaming: Bool = false,
        filling values: [String: String] = [:]
    ) -> HTTPRequest {
        var headers: HTTPHeaders = access.key.map { ["Authorization": "Bearer \($0.reveal())"] } ?? [:]
        if body != nil { headers.append("Content-Type", "application/json") }
        if streaming { headers.append("Accept", "text/event-stream, application/json") }
        access.headers.fill(&headers, with: values)
        return HTTPRequest(method, access.url(path), headers: headers, body: body?.bytes ?? [])
    }

    /// The options of a request whose answer comes for as long as the turn runs.
    private var streaming: HTTPRequestOptions {
        var options = HTTPRequestOptions()
        options.totalTimeout = nil
        options.maxBodySize = AgentServer.longestStream
        options.proxy = access.proxy
        options.caFile = access.caFile
        return options
    }

    /// A stream takes a hundred times the room of its text.
    private static let longestStream = 512 << 20

    // MARK: Answers

    /// Sends a request whose answer comes in one piece, within `limit`.
    func send(
        _ request: HTTPRequest, within limit: Duration = .seconds(30), atMost size: Int = 4 << 20
    ) async throws(HTTPTransportError) -> HTTPResponse {
        var options = streaming
        options.totalTimeout = limit
        options.maxBodySize = size
        return try await transport.send(request, options)
    }

    /// Sends a request and returns once its answer begins. Throws an `AgentFailure` where that is none. The connection closes
    /// with the task, or when the answer is let go of.
    func open(
        _ request: HTTPRequest, for document: String, heardBy attendant: any TurnAttendant
    ) async throws -> Answer {
        let began = MonotonicTime.now
        let response = try await reachingServer { () async throws(HTTPTransportError) in
            try await transport.stream(request, streaming)
        }
        let wait = MonotonicTime.now.since(began)
        guard response.status.isSuccess else {
            let body = try await collect(response.body, atMost: 64 << 10, heardBy: attendant)
            throw ServerRefusal(
                status: response.status, complaint: ServerComplaint(body: body.bytes),
                failure: AgentFailure(
                    response.status, response.headers, ServerComplaint(body: body.bytes), from: "the endpoint",
                    after: wait))
        }
        return response.headers.mediaType == "text/event-stream"
            ? .events(EventReader(response.body)) : .whole(try await whole(response, document, heardBy: attendant))
    }

    private func whole(
        _ response: HTTPStreamedResponse, _ document: String, heardBy attendant: any TurnAttendant
    ) async throws -> JSONValue {
        let body = try await collect(response.body, atMost: ServerSentEvents.longestEvent, heardBy: attendant)
        if let error = body.error {
            if case .bodyTooLarge = error { throw AgentFailure(error) }
            throw AgentFailure(.interrupted, "\(error)")
        }
        do throws(JSONError) {
            return try JSONValue(parsing: body.bytes)
        } catch {
            let type = response.headers.mediaType
            let what = type.isEmpty ? "a body of no type" : type
            throw AgentFailure(.config, "the endpoint answers with \(what), which is no \(document) (\(error))")
        }
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

/// An answer that is a refusal: what it is to the turn, and what it says, for whoever can do something about it.
struct ServerRefusal: Error {
    let status: HTTPStatus
    let complaint: ServerComplaint
    let failure: AgentFailure
}
