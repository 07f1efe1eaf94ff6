import JSON
import Router
import System
import Text

/// Reads what `codex exec --json` writes during one turn.
struct CodexReader: LineReader {
    /// The state before, where the thread goes on.
    private let before: CodexState?
    private var state: CodexState?
    /// All that the model said; the last of it is the answer.
    private var said = BoundedText()
    private var answer: String?
    /// The content of an `error`: it counts if the turn does not complete.
    private var complaint: CodexComplaint?
    /// Any line has come.
    private var hasBegun = false
    /// True if it has been silent since it last said that it tries again.
    private var isWaiting = false
    private(set) var ending: Result<ProgramReply, AgentFailure>?

    init(state: CodexState? = nil) {
        before = state
        self.state = state
    }

    mutating func take(_ line: JSONValue) -> [LineEffect] {
        guard ending == nil else { return [] }
        hasBegun = true
        if line["type"] != "error" { isWaiting = false }
        switch line["type"]?.shortString {
        case "thread.started": return begin(line)
        case "item.started", "item.updated": return line["item"].flatMap(CodexItem.event).map { [.tell($0)] } ?? []
        case "item.completed": return complete(line["item"] ?? .null)
        case "turn.completed": finish(line["usage"])
        case "turn.failed": ending = .failure(failure(line["error"]?["message"]?.string ?? complaint?.words ?? ""))
        case "error": complain(line["message"]?.string ?? "")
        default: break
        }
        return []
    }

    private mutating func begin(_ line: JSONValue) -> [LineEffect] {
        guard let id = line["thread_id"]?.string else { return [] }
        // It begins a new thread, without a word, where it knows none of that name.
        if let before, !before.threadID.isSame(as: id) {
            ending = .failure(AgentFailure(.lostSession, "there is no thread \(before.threadID): a new one was begun"))
            return []
        }
        guard id.isPlainName else { return [] }
        let named = CodexState(threadID: id, total: before?.total ?? Usage())
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
                usage: total.map { $0.since(before?.total ?? Usage()) }))
    }

    // MARK: Failures

    private mutating func complain(_ message: String) {
        let complaint = CodexComplaint(message)
        self.complaint = complaint
        if complaint.isEndless { isWaiting = true }
        // It would try a key that is refused five times.
        guard let status = providerStatus(in: complaint.words), status == 401 || status == 403 else { return }
        ending = .failure(failure(complaint.words))
    }

    var standstill: AgentFailure? {
        isWaiting ? failure("it only tries to reconnect: \(complaint?.words ?? "")") : nil
    }

    private func failure(_ message: String) -> AgentFailure {
        let reason = message.hasWords ? message : "the turn failed"
        if let status = providerStatus(in: reason) {
            return AgentFailure(providerStatus: status, reason, partialText: said.text)
        }
        // `Missing environment variable: `KEY`.`, where the key of its model should be.
        if reason.begins(with: "Missing environment variable") {
            return AgentFailure(.config, reason, partialText: said.text)
        }
        let isLimit = ["usage limit", "rate limit"].contains(where: reason.lowercasedASCII.has)
        return AgentFailure(isLimit ? .rate : .transient, reason, partialText: said.text)
    }

    func failure(endingWith end: ProgramEnd, complaint: String, log: String) -> AgentFailure {
        let lost = log.lines.first { $0.has("no rollout found") }
        if before != nil, let lost { return AgentFailure(.lostSession, String(lost)) }
        if let own = self.complaint, case .exited = end { return failure(own.words) }
        // What ends so before its first line was started wrongly, or lacks something. 2 is for a wrong command line.
        let isBadStart = end == .exited(2) || (end == .exited(1) && !hasBegun)
        return AgentFailure(end, complaint, otherwise: isBadStart ? .config : .interrupted, partialText: said.text)
    }
}
