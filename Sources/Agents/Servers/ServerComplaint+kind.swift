package import HTTP
package import Router

extension AgentFailure.Class {
    /// Reads the meaning of an answer's status. `saysWhen`: it has told when to come back.
    package init(_ status: HTTPStatus, saysWhen: Bool = false) {
        switch status.code {
        case 401, 403: self = .auth
        case 413, 415: self = .input
        case 429: self = .rate
        case 503 where saysWhen: self = .rate
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
    func kind(_ status: HTTPStatus, saysWhen: Bool = false) -> AgentFailure.Class {
        let byStatus = AgentFailure.Class(status, saysWhen: saysWhen)
        return byStatus == .config ? kindByWords ?? .config : byStatus
    }

    /// The class of a failure that comes without one: its code may be a status.
    var kind: AgentFailure.Class {
        for word in words {
            guard let code = Int(word), (400...599).contains(code) else { continue }
            return kind(HTTPStatus(code))
        }
        return kindByWords ?? .transient
    }
}
