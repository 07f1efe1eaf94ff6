import Text

extension Shown {
    /// A running turn as people see it, in at most so many bytes. The answer has the first right to them, then the newest steps,
    /// then the last thoughts.
    package func text(of turn: TurnFeed.Snapshot, within limit: Int) -> String {
        let answer = turn.text.cut(toBytes: limit)
        var room = limit - answer.utf8.count
        let steps = self == .answer ? "" : steps(of: turn, within: room)
        room -= steps.utf8.count
        let thoughts = self == .thinking ? thoughts(of: turn, within: room) : ""
        return thoughts + steps + answer
    }

    /// A thought that is not closed would hide all that comes after it.
    private func thoughts(of turn: TurnFeed.Snapshot, within room: Int) -> String {
        let (opening, closing) = ("<think>", "</think>\n")
        let thoughts = turn.thoughts.end(bytes: room - opening.utf8.count - closing.utf8.count)
        return thoughts.hasWords ? opening + thoughts + closing : ""
    }

    private func steps(of turn: TurnFeed.Snapshot, within room: Int) -> String {
        var (lines, left) = ([String](), room - 1)
        for step in turn.steps.suffix(Shown.mostSteps).reversed() {
            let line = "> \(step.title)\n"
            left -= line.utf8.count
            guard left >= 0 else { break }
            lines.append(line)
        }
        return lines.isEmpty ? "" : lines.reversed().joined() + "\n"
    }

    /// The newest are shown.
    private static let mostSteps = 8
}
