import HTTP
import JSON
import Lifecycle
import Router
import System
import Text

extension WebhookAgent {
    /// Tells the service of the job. The answer if it comes at once; nil if it comes by calls, which is kept before this
    /// returns.
    func start(
        _ turn: Turn, _ state: inout WebhookState, _ attendant: any TurnAttendant
    ) async throws -> WebhookResult? {
        let path = try await attendant.returnPath()
        let message = WebhookMessage.start(turn, state, path)
        let response = try await reachingServer { () async throws(HTTPTransportError) in
            try await post(message, about: turn, within: nil)
        }
        guard response.status.isSuccess || response.status == .conflict else { throw refusal(response) }
        let (said, fault) = WebhookAgent.read(response.bytes)
        switch response.status.code {
        case 200:
            guard let result = WebhookResult(answer: said) else { throw noAnswer(in: said, fault, response) }
            state.take(sessionOf: said)
            return result
        case 202, 409:
            guard path != nil else {
                throw AgentFailure(.config, "the agent wants to call us back, and has no way: set public_url")
            }
            state.take(sessionOf: said)
            state.run = said["run_id"]?.shortStringOrInteger ?? "\(turn.job)"
            try await attendant.hear(.started(state.json))
            return nil
        default: throw refusal(response)
        }
    }

    /// Tells the service to stop, for a moment: the turn is cancelled already, and this is not.
    func tellToStop(_ turn: Turn, _ state: WebhookState) async {
        await throughCancellation {
            _ = try? await post(
                WebhookMessage.cancel(turn, state), about: turn, suffix: ".cancel", within: WebhookAgent.cancelTime)
        }
    }

    private static let cancelTime = Duration.seconds(5)

    /// Receivers know messages apart by their ids, and so a cancel has another than the start has.
    private func post(
        _ message: JSONValue, about turn: Turn, suffix: String = "", within limit: Duration?
    ) async throws(HTTPTransportError) -> HTTPResponse {
        let body = message.bytes
        var headers = HTTPHeaders()
        options.headers.fill(&headers, with: turn.placeholders)
        headers["Content-Type"] = "application/json"
        headers["Idempotency-Key"] = "\(turn.job)\(suffix)"
        let signature = options.signer.headers(for: body, id: "\(turn.job).\(turn.attempt)\(suffix)", at: .now)
        for field in signature.fields { headers[field.name] = field.value }
        var limits = requestOptions(within: limit)
        limits.maxBodySize = WebhookAgent.longestAnswer
        return try await transport.send(HTTPRequest(.post, options.url, headers: headers, body: body), limits)
    }

    /// The largest file may be in it as base64, and a text. More of them come by their addresses.
    static let longestAnswer = 28 << 20

    /// Reads an answer, and why it is none.
    private static func read(_ body: [UInt8]) -> (JSONValue, JSONError?) {
        do throws(JSONError) {
            return (try JSONValue(parsing: body), nil)
        } catch {
            return (.null, error)
        }
    }

    func requestOptions(within limit: Duration?) -> HTTPRequestOptions {
        var options = HTTPRequestOptions()
        options.totalTimeout = limit
        options.proxy = self.options.proxy
        options.caFile = self.options.caFile
        return options
    }

    private func refusal(_ response: HTTPResponse) -> AgentFailure {
        let said = ServerComplaint(body: response.bytes).message
        let wait = response.headers.retryAfter(at: .now)
        return AgentFailure(
            AgentFailure.Class(response.status, saysWhen: wait != nil),
            "the agent answers \(response.status)\(said.isEmpty ? "" : ": \(said)")",
            retryAfter: wait)
    }

    /// The answer is not read again: it may be all that there is room for.
    private func noAnswer(in said: JSONValue, _ fault: JSONError?, _ response: HTTPResponse) -> AgentFailure {
        let words =
            switch fault {
            case let fault? where fault.isTooMuch: fault.description
            case _?: ServerComplaint(body: response.bytes).message
            case nil: ServerComplaint(said).message
            }
        return AgentFailure(
            .config, "the agent answers 200 without a text\(words.isEmpty ? "" : ": \(words)")")
    }
}
