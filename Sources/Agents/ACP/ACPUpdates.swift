import Crypto
import JSON
import Router

/// The sum of the updates of a turn.
struct ACPUpdates {
    private(set) var text = ACPText()
    private(set) var tools = ACPTools()
    private(set) var files = ACPFiles()
    /// The last line that was told of the plan.
    private var planLine = ""
    /// The agent has said or done something.
    private(set) var hasBegun = false

    /// Takes one in, and says what is to be told of it.
    mutating func take(_ update: JSONValue) -> [TurnEvent] {
        switch update["sessionUpdate"]?.shortString {
        case "agent_message_chunk":
            hasBegun = true
            let new = text.add(words(of: update["content"].orEmpty), of: update["messageId"]?.shortString)
            return new.isEmpty ? [] : [.text(new)]
        case "agent_thought_chunk":
            guard let thought = update["content"]?["text"]?.string, !thought.isEmpty else { return [] }
            return [.thinking(thought)]
        case "tool_call", "tool_call_update": return take(tool: update)
        case "plan": return take(plan: update["entries"]?.array ?? [])
        default: return []
        }
    }

    /// The same for what a permission is asked for.
    mutating func take(tool report: JSONValue) -> [TurnEvent] {
        hasBegun = true
        let (isNew, event) = tools.take(report)
        if isNew { text.noteTool() }
        return event.map { [$0] } ?? []
    }

    private mutating func take(plan entries: [JSONValue]) -> [TurnEvent] {
        guard let line = ACPUpdates.line(of: entries), line != planLine else { return [] }
        planLine = line
        return [.progress(line)]
    }

    /// Puts a plan in a line, as in `2/5 Reading the logs`: what is being done, and its place.
    static func line(of entries: [JSONValue]) -> String? {
        guard !entries.isEmpty else { return nil }
        let status = { (entry: JSONValue) in entry["status"]?.shortString ?? "pending" }
        let done = entries.count { status($0) == "completed" }
        let current = entries.first { status($0) == "in_progress" }
        let shown = current ?? entries.first { status($0) == "pending" } ?? entries[entries.count - 1]
        let words = (shown["content"]?.string ?? "").onOneLine(atMost: 200)
        return "\(current == nil ? done : min(done + 1, entries.count))/\(entries.count) \(words)"
    }

    /// The text of a block of a message. Files in it are taken note of.
    private mutating func words(of block: JSONValue) -> String {
        switch block["type"]?.shortString {
        case "text": return block["text"]?.string ?? ""
        case "resource_link": return files.take(link: block)
        case "image", "audio":
            files.take(data: block)
            return ""
        case "resource":
            let resource = block["resource"].orEmpty
            return resource["text"]?.string ?? files.take(link: resource)
        default: return ""
        }
    }
}
