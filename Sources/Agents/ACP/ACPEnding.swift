import Router
import Text

/// The end of a turn, as the agent names it.
enum ACPEnding: String {
    case endOfTurn = "end_turn"
    case maxTokens = "max_tokens"
    case maxRequests = "max_turn_requests"
    case refusal
    case cancelled

    /// A word that we do not know ends a turn like any other.
    init(stopReason: String?) { self = stopReason.flatMap(ACPEnding.init(rawValue:)) ?? .endOfTurn }

    /// Makes what the person is told: what the agent said, and what there is to note about it.
    func reply(_ text: String, in language: ChatTexts.Language, partialText: String) throws(AgentFailure) -> String {
        switch self {
        case .endOfTurn: return text
        case .cancelled:
            throw AgentFailure(.interrupted, "the agent cancelled the turn by itself", partialText: partialText)
        case .refusal where !text.hasWords:
            throw AgentFailure(.refused, "the agent declined the request")
        case .maxTokens, .maxRequests, .refusal:
            let note = note(in: language)
            return text.hasWords ? "\(text)\n\n\(note)" : note
        }
    }

    private func note(in language: ChatTexts.Language) -> String {
        switch (self, language) {
        case (.maxTokens, .chinese): "（已达到长度上限，内容可能不完整。）"
        case (.maxTokens, .english): "(The length limit was reached, so this may be incomplete.)"
        case (.maxRequests, .chinese): "（已达到步骤上限，任务可能没有完成。）"
        case (.maxRequests, .english): "(The limit of steps was reached, so the task may be unfinished.)"
        case (.refusal, .chinese): "（智能体拒绝继续。）"
        case (.refusal, .english): "(The agent declined to go on.)"
        case (.endOfTurn, _), (.cancelled, _): ""
        }
    }
}
