/// The format of a command's standard input and standard output.
package enum CommandFormat: String, Sendable, CaseIterable {
    /// The message in, the answer out.
    case text
    /// JSON lines of our own making.
    case jsonl
    /// Claude Code's `stream-json`.
    case claude
    /// Codex's `exec --json`.
    case codex
}
