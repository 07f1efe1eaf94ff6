import JSON
import Router
import Text

/// The uses of tools in a turn: each call as its reports add up.
struct ACPTools {
    struct Call: Equatable {
        var title = ""
        var kind: String?
        var state = ToolCall.State.pending
        /// The input of the call, for people.
        var input: String?

        static func == (a: Call, b: Call) -> Bool {
            a.title.isSame(as: b.title) && a.kind == b.kind && a.state == b.state
                && a.input.map { Array($0.utf8) } == b.input.map { Array($0.utf8) }
        }
    }

    private var calls: [String: Call] = [:]

    /// Reports of further calls pass without being kept.
    private static let mostCalls = 4096

    subscript(_ id: String) -> Call? { calls[id] }

    /// Takes note of a `tool_call`, of a `tool_call_update`, or of what a permission is asked for. Says whether the call
    /// is new, and what of it is to be told: nothing where nothing has changed that people see.
    mutating func take(_ report: JSONValue) -> (isNew: Bool, event: TurnEvent?) {
        guard let id = report["toolCallId"]?.shortString, id.utf8.count <= 1024 else { return (false, nil) }
        let known = calls[id]
        var call = known ?? Call()
        call.add(report)
        guard call != known else { return (false, nil) }
        if known != nil || calls.count < ACPTools.mostCalls { calls[id] = call }
        let isSeen = known.map { $0.title != call.title || $0.state != call.state } ?? true
        return (known == nil, isSeen ? .tool(ToolCall(id: id, title: call.words, state: call.state)) : nil)
    }
}

extension ACPTools.Call {
    /// Reads a single report.
    init(_ report: JSONValue) {
        self.init()
        add(report)
    }

    fileprivate mutating func add(_ report: JSONValue) {
        if let title = report["title"]?.string { self.title = title.onOneLine(atMost: 200) }
        if let kind = report["kind"]?.shortString { self.kind = String(kind.prefix(40)) }
        switch report["status"]?.shortString {
        case "pending": state = .pending
        case "in_progress": state = .running
        case "completed": state = .completed
        case "failed": state = .failed
        default: break
        }
        if let input = report["rawInput"], input != .null, input != [:] {
            let text = input["command"]?.string ?? input.string ?? input.text
            self.input = text.cut(toCharacters: 4000, bytes: 16 << 10)
        }
    }

    /// The name for people, who must be told something.
    var words: String { title.isEmpty ? kind ?? "…" : title }
}
