import HTTP
import Router

extension ServerComplaint {
    /// The class of a failure by Dify's own codes.
    var kindOfDify: AgentFailure.Class {
        for word in words {
            switch word {
            case "invalid_param", "bad_request", "not_chat_app", "not_workflow_app", "app_unavailable",
                "provider_not_initialize", "provider_quota_exceeded", "model_currently_not_support",
                "completion_request_error", "rate_limit_error":
                return .config
            case "unauthorized", "forbidden": return .auth
            case "too_many_requests": return .rate
            case "file_too_large", "unsupported_file_type": return .input
            default: break
            }
        }
        return kind
    }

    /// The conversation is over or unknown: another begins.
    var saysConversationIsGone: Bool {
        words.contains { $0 == "conversation_completed" || $0 == "conversation_not_exists" || $0 == "not_found" }
    }
}
