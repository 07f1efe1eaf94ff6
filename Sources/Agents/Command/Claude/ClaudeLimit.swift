import Router

/// A limit that somebody has set for Claude Code and that ended a turn: another try would end at it, too.
enum ClaudeLimit: String {
    case steps = "error_max_turns"
    case budget = "error_max_budget_usd"
    case attempts = "error_max_structured_output_retries"

    /// Makes the note beneath what it had said by then.
    func note(in language: ChatTexts.Language) -> String {
        switch (self, language) {
        case (.steps, .chinese): "（已达到步骤上限，任务可能没有完成。）"
        case (.steps, .english): "(The limit of steps was reached, so the task may be unfinished.)"
        case (.budget, .chinese): "（已达到预算上限，任务可能没有完成。）"
        case (.budget, .english): "(The limit of the budget was reached, so the task may be unfinished.)"
        case (.attempts, .chinese): "（已达到尝试次数上限，内容可能不完整。）"
        case (.attempts, .english): "(The limit of attempts was reached, so this may be incomplete.)"
        }
    }
}
