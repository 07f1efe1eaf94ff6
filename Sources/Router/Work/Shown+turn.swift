import Text

extension Shown {
    /// A running turn as people see it.
    package func text(of turn: TurnFeed.Snapshot) -> String {
        switch self {
        case .answer: return turn.text
        case .tools: return steps(of: turn) + turn.text
        case .thinking:
            let thoughts = turn.thoughts.hasWords ? "<think>\(turn.thoughts)</think>\n" : ""
            return thoughts + steps(of: turn) + turn.text
        }
    }

    private func steps(of turn: TurnFeed.Snapshot) -> String {
        let lines = turn.steps.suffix(Shown.mostSteps).map { "> \($0.title)" }
        return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n\n"
    }

    /// The newest are shown.
    private static let mostSteps = 8
}
