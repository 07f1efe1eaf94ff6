import Text

extension AgentCommand {
    /// The command line for one turn of Claude Code: what is written down, and what our protocol needs besides.
    func forClaude(resuming session: String?) -> AgentCommand {
        var command = self
        if !has("-p"), !has("--print") { command.words.append("-p") }
        for (option, value) in AgentCommand.claudeOptions where !has(option) {
            command.words += [option] + (value.map { [$0] } ?? [])
        }
        // One word: its value may be left out, and then the next word would be none.
        if let session { command.words.append("--resume=\(session)") }
        return command
    }

    private static let claudeOptions: [(String, String?)] = [
        ("--input-format", "stream-json"), ("--output-format", "stream-json"), ("--verbose", nil),
        ("--permission-prompt-tool", "stdio"),
    ]

    /// True if an option stands among the words, alone or with its value.
    func has(_ option: String) -> Bool { words.dropFirst().contains { $0 == option || $0.begins(with: option + "=") } }
}
