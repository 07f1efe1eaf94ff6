import JSON
import Router
import Text

/// A step of Codex on its way to an answer.
enum CodexItem {
    /// Makes the event that people see of it; nil for what is not for them.
    static func event(_ item: JSONValue) -> TurnEvent? {
        switch item["type"]?.shortString {
        case "reasoning": item["text"]?.string.map(TurnEvent.thinking)
        case "todo_list": progress(item["items"]?.array ?? [])
        default: call(item).map(TurnEvent.tool)
        }
    }

    private static func call(_ item: JSONValue) -> ToolCall? {
        guard let id = item["id"]?.shortString, let title = title(item) else { return nil }
        let state: ToolCall.State =
            switch item["status"]?.shortString {
            case "completed": .completed
            case "failed", "declined": .failed
            default: .running
            }
        return ToolCall(id: id, title: title.onOneLine(atMost: 120), state: state)
    }

    private static func title(_ item: JSONValue) -> String? {
        switch item["type"]?.shortString {
        case "command_execution": return item["command"]?.string.map(withoutShell)
        case "file_change":
            let paths = (item["changes"]?.array ?? []).compactMap { $0["path"]?.string }
            return paths.isEmpty ? nil : paths.joined(separator: ", ")
        case "mcp_tool_call":
            return [item["server"], item["tool"]].compactMap { $0?.string }.joined(separator: "/")
        case "web_search": return item["query"]?.string
        default: return nil
        }
    }

    /// `/bin/bash -lc '…'` is what stands inside.
    private static func withoutShell(_ command: String) -> String {
        for shell in ["/bin/bash -lc ", "bash -lc ", "/bin/sh -c "] {
            guard let inner = command.after(shell) else { continue }
            let mark = inner.utf8.first
            let isQuoted =
                inner.utf8.count >= 2 && mark == inner.utf8.last
                && (mark == UInt8(ascii: "'") || mark == UInt8(ascii: "\""))
            return isQuoted ? String(Substring(inner.utf8.dropFirst().dropLast())) : String(inner)
        }
        return command
    }

    /// The number of steps that are done, and so which is next.
    private static func progress(_ steps: [JSONValue]) -> TurnEvent? {
        guard !steps.isEmpty else { return nil }
        let done = steps.count { $0["completed"] == true }
        let next = steps.first { $0["completed"] != true }?["text"]?.string ?? ""
        return .progress("\(done)/\(steps.count) \(next)".onOneLine(atMost: 200))
    }
}
