import Router
import Text

extension ChatAnswer {
    /// True if it was said how the answer ended, so that nothing is missing if the stream ends here.
    var isComplete: Bool { isOver || finish != nil }

    /// The reply's text; throws where there is none.
    func finished(in language: ChatTexts.Language) throws(AgentFailure) -> String {
        guard isComplete else { throw brokenOff("the stream ended before the answer did") }
        let isSilent = !text.hasWords
        switch finish {
        case "tool_calls", "function_call":
            throw AgentFailure(
                .config, "the model wants to call a tool, and has none: the endpoint is a bare model, no agent",
                partialText: text)
        case "content_filter" where isSilent:
            throw refusal.isEmpty ? AgentFailure(.refused, "the content filter forbids it") : ownRefusal
        case "length" where isSilent:
            throw AgentFailure(.config, "the model reached its limit of tokens before it said anything")
        default: break
        }
        if isSilent, !refusal.isEmpty { throw ownRefusal }
        let parts = [text, refusal, finish == "length" || isCut ? language.noteOfLimit : ""]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private var ownRefusal: AgentFailure { AgentFailure(.refused, refusal, isForPeople: true) }

    /// The answer ends here, and should not.
    func brokenOff(_ reason: String) -> AgentFailure {
        AgentFailure(.interrupted, reason, partialText: text)
    }

    func failure(_ complaint: ServerComplaint) -> AgentFailure {
        let message = complaint.message.isEmpty ? "without saying why" : complaint.message
        let kind = complaint.kind == .transient && !text.isEmpty ? .interrupted : complaint.kind
        return AgentFailure(kind, "the endpoint gave up: \(message)", partialText: text)
    }
}
