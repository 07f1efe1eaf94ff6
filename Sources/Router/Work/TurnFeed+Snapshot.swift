import Text

extension TurnFeed {
    /// A feed at one moment. Of the text the beginning is kept, of all else what is newest.
    package struct Snapshot: Sendable, Equatable {
        /// Rises by one with each change.
        package internal(set) var revision = 0
        private var said = BoundedText()
        /// The last thoughts of the agent.
        package private(set) var thoughts = ""
        /// The progress that it told last.
        package private(set) var progress: String?
        /// The last steps on its way, each once, as it stands now.
        package private(set) var steps: [ToolCall] = []
        /// The turn says nothing more.
        package private(set) var isEnded = false

        /// The text that the agent has said so far.
        package var text: String { said.text }
    }
}

extension TurnFeed.Snapshot {
    package static let longestThoughts = 64 << 10
    package static let longestProgress = 500
    package static let mostSteps = 100
    private static let longestStepID = 256

    /// Takes an event in. False for one that changes nothing that can be seen.
    mutating func note(_ event: TurnEvent) -> Bool {
        switch event {
        case .activity, .started: false
        case .text(let piece): note(text: piece)
        case .thinking(let piece): note(thoughts: piece)
        case .progress(let line): note(progress: line)
        case .tool(let call): note(call)
        }
    }

    /// False when it had ended before.
    mutating func end() -> Bool {
        defer { isEnded = true }
        return !isEnded
    }

    private mutating func note(text piece: String) -> Bool {
        let bytes = said.text.utf8.count
        said.append(piece)
        return said.text.utf8.count > bytes
    }

    /// Half of what is too much goes, so that not each piece moves all that is kept.
    private mutating func note(thoughts piece: String) -> Bool {
        thoughts += piece
        if thoughts.utf8.count > Self.longestThoughts {
            thoughts = String(thoughts.end(bytes: Self.longestThoughts / 2))
        }
        return !piece.isEmpty
    }

    private mutating func note(progress line: String) -> Bool {
        guard !line.isEmpty else { return false }
        let before = progress
        progress = line.cut(toCharacters: Self.longestProgress, bytes: 4 * Self.longestProgress)
        return progress != before
    }

    private mutating func note(_ call: ToolCall) -> Bool {
        let isUnderWay = call.state == .running || call.state == .pending
        let isProgress = isUnderWay && note(progress: call.title)
        let step = ToolCall(
            id: call.id.cut(toCharacters: Self.longestStepID, bytes: Self.longestStepID, mark: ""),
            title: call.title.cut(toCharacters: Self.longestProgress, bytes: 4 * Self.longestProgress),
            state: call.state)
        guard let known = steps.lastIndex(where: { $0.id == step.id }) else {
            if steps.count == Self.mostSteps { steps.removeFirst() }
            steps.append(step)
            return true
        }
        defer { steps[known] = step }
        return isProgress || steps[known] != step
    }
}
