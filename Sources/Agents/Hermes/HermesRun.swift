import JSON
import Router
import Text

/// The events of a run, and what they come to.
struct HermesRun {
    /// A thing that an event asks of us.
    enum Action: Equatable {
        case tell(TurnEvent)
        case ask(HermesApproval)
    }

    let id: String
    /// The answer, once it is there.
    private(set) var output: String?
    private(set) var usage: Usage?
    private(set) var text = ""
    private var asked: Set<String> = []
    /// Tools that were begun, so that their end is told of the same one.
    private var tools = 0

    private static let longest = 4 << 20

    init(_ id: String) { self.id = id }

    var isOver: Bool { output != nil }

    /// Takes the next event of the stream. Those of kinds that nobody knows change nothing.
    mutating func take(_ event: ServerSentEvent) throws(AgentFailure) -> Action? {
        guard !isOver, let json = try? JSONValue(parsing: Array(event.data.utf8)) else { return nil }
        switch json["event"]?.shortString ?? "" {
        case "message.delta":
            guard let delta = json["delta"]?.string, text.utf8.count + delta.utf8.count <= HermesRun.longest else {
                return nil
            }
            text += delta
            return .tell(.text(delta))
        case "reasoning.delta": return json["delta"]?.string.map { .tell(.thinking($0)) }
        case "reasoning.available": return json["text"]?.string.map { .tell(.thinking($0)) }
        case "tool.started":
            tools += 1
            return .tell(.tool(ToolCall(id: "\(tools)", title: json.toolTitle, state: .running)))
        case "tool.completed":
            let state: ToolCall.State = json["error"]?.isTruthy == true ? .failed : .completed
            return .tell(.tool(ToolCall(id: "\(tools)", title: json.toolTitle, state: state)))
        case "subagent.start": return .tell(.progress(json.toolTitle))
        case "approval.request": return HermesApproval(json, run: id).flatMap { ask($0) }
        case "run.completed": take(end: json)
        case "run.cancelled": throw cancelled
        case "run.failed": throw failure(json)
        default: break
        }
        return nil
    }

    /// Takes the run as it stands when it is looked at.
    mutating func take(look json: JSONValue) throws(AgentFailure) -> Action? {
        switch json["status"]?.shortString ?? "" {
        case "completed": take(end: json)
        case "cancelled": throw cancelled
        case "failed": throw failure(json)
        // It waits for a word that we may not have heard the question to.
        case "waiting_for_approval": return ask(HermesApproval(waitingIn: id))
        default: break
        }
        return nil
    }

    /// The stream or the connection ends here, and the run does not.
    func brokenOff(_ reason: String) -> AgentFailure { AgentFailure(.interrupted, reason, partialText: text) }

    private mutating func take(end json: JSONValue) {
        output = json["output"]?.string ?? text
        guard let usage = json["usage"], case .object = usage else { return }
        func count(_ name: String) -> Int { Int(clamping: max(usage[name]?.integer ?? 0, 0)) }
        self.usage = Usage(input: count("input_tokens"), output: count("output_tokens"))
    }

    /// Each question once: a stream that is read again has it again.
    private mutating func ask(_ approval: HermesApproval) -> Action? {
        guard asked.count < 1000, asked.insert(approval.key).inserted else { return nil }
        return .ask(approval)
    }

    private var cancelled: AgentFailure {
        AgentFailure(.interrupted, "the run was stopped at the server", partialText: text)
    }

    private func failure(_ json: JSONValue) -> AgentFailure {
        let complaint = ServerComplaint(["error": json["error"] ?? "without saying why"])
        let kind = complaint.kind == .transient && !text.isEmpty ? .interrupted : complaint.kind
        return AgentFailure(kind, "the run failed: \(complaint.message)", partialText: text)
    }
}

extension JSONValue {
    /// The tool of an event, and what it is at, in a line.
    fileprivate var toolTitle: String {
        [self["tool"], self["name"], self["preview"]].compactMap { $0?.string }.filter(\.hasWords)
            .joined(separator: ": ").onOneLine(atMost: 200)
    }
}
