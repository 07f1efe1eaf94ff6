import JSON
import Router
import System

/// Reads what `codex exec --json` writes during one turn.
struct CodexReader: LineReader {
    /// What went before, where the thread goes on.
    private let before: CodexState?
    /// What the thread had used up before this turn.
    private var used: Usage
    private var state: CodexState?
    /// All that the model said; the last of it is the answer.
    private var said = BoundedText()
    private var answer: String?
    /// What an `error` said: it counts if the turn does not complete.
    private var complaint: String?
    private(set) var ending: Result<ProgramReply, AgentFailure>?

    init(state: CodexState? = nil) {
        before = state
        used = state?.total ?? Usage()
        self.state = state
    }

    mutating func take(_ line: JSONValue) -> [LineEffect] {
        guard ending == nil else { return [] }
        switch line["type"]?.string {
        case "thread.started": return begin(line)
        case "item.started", "item.updated": return line["item"].flatMap(CodexItem.event).map { [.tell($0)] } ?? []
        case "item.completed": return complete(line["item"] ?? .null)
        case "turn.completed": finish(line["usage"])
        case "turn.failed": ending = .failure(failure(line["error"]?["message"]?.string ?? complaint ?? ""))
        case "error": complaint = line["message"]?.string
        default: break
        }
        return []
    }

    private mutating func begin(_ line: JSONValue) -> [LineEffect] {
        guard let id = line["thread_id"]?.string, id.isPlainName else { return [] }
        // Another thread than the one that was to go on counts from nothing.
        if id != before?.threadID { used = Usage() }
        let named = CodexState(threadID: id, total: used)
        state = named
        return [.tell(.started(named.json))]
    }

    private mutating func complete(_ item: JSONValue) -> [LineEffect] {
        guard item["type"] == "agent_message" else { return CodexItem.event(item).map { [.tell($0)] } ?? [] }
        guard let text = item["text"]?.string, !text.isEmpty else { return [] }
        let separator = said.text.isEmpty ? "" : "\n\n"
        said.append(separator + text)
        answer = text
        return [.tell(.text(separator + text))]
    }

    private mutating func finish(_ totals: JSONValue?) {
        let total = totals.map { totals in
            Usage(
                input: totals["input_tokens"]?.count ?? 0, output: totals["output_tokens"]?.count ?? 0,
                cached: totals["cached_input_tokens"]?.count ?? 0)
        }
        if let total { state?.total = total }
        ending = .success(
            ProgramReply(
                text: BoundedText(answer ?? "").text, session: state?.json,
                usage: total.map { $0.since(used) }))
    }

    // MARK: Failures

    private func failure(_ message: String) -> AgentFailure {
        let reason = message.hasWords ? String(message.prefix(2000)) : "the turn failed"
        if let status = providerStatus(in: reason) {
            return AgentFailure(providerStatus: status, reason, partialText: said.text)
        }
        let isLimit = ["usage limit", "rate limit"].contains(where: reason.lowercased().contains)
        return AgentFailure(isLimit ? .rate : .transient, reason.onOneLine(), partialText: said.text)
    }

    func failure(endingWith end: ProgramEnd, complaint: String, log: String) -> AgentFailure {
        if before != nil, log.contains("no rollout found") {
            return AgentFailure(.lostSession, complaint.onOneLine())
        }
        if let own = self.complaint, case .exited = end { return failure(own) }
        let kind: AgentFailure.Class = end == .exited(2) ? .config : .interrupted
        return AgentFailure(end, complaint, otherwise: kind, partialText: said.text)
    }
}
