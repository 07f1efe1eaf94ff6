package import HTTP
package import Router

extension AgentFailure.Class {
    /// The longest time in which whatever stands before an agent says that it did not reach it. One that says so later has
    /// waited for the agent, which may have done its work.
    private static let quick = Duration.seconds(5)

    /// Reads the meaning of an answer's status. `saysWhen`: it has told when to come back. `wait`: how long the answer took.
    package init(_ status: HTTPStatus, saysWhen: Bool = false, after wait: Duration = .zero) {
        switch status.code {
        case 401, 403: self = .auth
        case 413, 415: self = .input
        case 429: self = .rate
        case 503 where saysWhen: self = .rate
        case 502 where wait > Self.quick, 504 where wait > Self.quick: self = .transient
        // Of what stands before it: the agent itself was not reached.
        case 502, 503, 504: self = .away
        case 408, 409, 425, 500...599: self = .transient
        default: self = .config
        }
    }
}

extension ServerComplaint {
    /// The meaning of the words; nil where they are none that are known.
    var kindByWords: AgentFailure.Class? {
        for word in words {
            switch word {
            case "invalid_api_key", "authentication_error", "auth_error", "permission_error", "unauthorized":
                return .auth
            case "rate_limit_exceeded", "rate_limit_error", "too_many_requests": return .rate
            case "content_filter", "content_policy_violation": return .refused
            case "context_length_exceeded", "string_above_max_length": return .input
            case "invalid_request_error", "model_not_found", "not_found_error": return .config
            default: break
            }
        }
        return nil
    }

    /// The class of a failure that comes with a status. Servers say 400 to much that has better words.
    func kind(_ status: HTTPStatus, saysWhen: Bool = false, after wait: Duration = .zero) -> AgentFailure.Class {
        let byStatus = AgentFailure.Class(status, saysWhen: saysWhen, after: wait)
        return byStatus == .config ? kindByWords ?? .config : byStatus
    }

    /// The class of a failure that comes without one: its code may be a status. Whoever says it in an answer was reached.
    var kind: AgentFailure.Class {
        for word in words {
            guard let code = Int(word), (400...599).contains(code) else { continue }
            let kind = kind(HTTPStatus(code))
            return kind == .away ? .transient : kind
        }
        return kindByWords ?? .transient
    }
}
