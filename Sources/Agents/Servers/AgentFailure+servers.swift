package import HTTP
package import Router
import System
import Text

extension AgentFailure {
    /// The reason why a request to an agent's server got no answer.
    package init(_ error: HTTPTransportError) {
        switch error {
        case .bodyTooLarge, .notAllowed: self.init(.config, "\(error)")
        case .notSent: self.init(.away, "\(error)")
        case .unanswered, .cancelled: self.init(.transient, "\(error)")
        }
    }

    /// Makes a failure of an answer that is none, which `who` gave after so long.
    package init(
        _ status: HTTPStatus, _ headers: HTTPHeaders, _ complaint: ServerComplaint, from who: String,
        after time: Duration = .zero
    ) {
        let wait = headers.retryAfter(at: .now)
        let words = complaint.message.isEmpty ? "" : ": \(complaint.message)"
        self.init(
            complaint.kind(status, saysWhen: wait != nil, after: time), "\(who) answers \(status)\(words)",
            retryAfter: wait)
    }
}

/// Runs `body` so that its failure to reach a server is one of the agent's, and a cancelled request a cancelled task.
func reachingServer<Value>(_ body: () async throws(HTTPTransportError) -> Value) async throws -> Value {
    do {
        return try await body()
    } catch {
        if error == .cancelled { throw CancellationError() }
        throw AgentFailure(error)
    }
}
