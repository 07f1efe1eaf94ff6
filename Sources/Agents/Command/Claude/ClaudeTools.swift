import JSON
import Router
import Text

/// The tools that are at work, for people to see.
struct ClaudeTools: Sendable {
    private var titles: [String: String] = [:]

    /// The number of tools whose titles are remembered.
    private static let limit = 256

    mutating func begin(_ block: JSONValue) -> ToolCall? {
        guard let id = block["id"]?.shortString, let name = block["name"]?.string else { return nil }
        let detail = ClaudeTools.detail(of: block["input"]).map { ": \($0)" } ?? ""
        let title = "\(name)\(detail)".onOneLine(atMost: 120)
        if titles.count < ClaudeTools.limit { titles[id] = title }
        return ToolCall(id: id, title: title, state: .running)
    }

    mutating func end(_ block: JSONValue) -> ToolCall? {
        guard let id = block["tool_use_id"]?.shortString, let title = titles.removeValue(forKey: id) else { return nil }
        return ToolCall(id: id, title: title, state: block["is_error"] == true ? .failed : .completed)
    }

    /// Finds what a tool is about to touch: a command, a file, an address.
    static func detail(of input: JSONValue?, atMost count: Int = 200) -> String? {
        let names = ["command", "file_path", "notebook_path", "path", "url", "pattern", "query", "description"]
        let detail = names.lazy.compactMap { input?[$0]?.string }.first { $0.hasWords }
        return detail?.onOneLine(atMost: count)
    }
}
