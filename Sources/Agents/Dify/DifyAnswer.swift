import JSON
import Router
import Text

/// An answer of a Dify app as it comes.
struct DifyAnswer {
    /// A thing that an event asks of us.
    enum Action: Equatable {
        case tell(TurnEvent)
        case ask(DifyForm)
    }

    private(set) var text = ""
    private(set) var usage: Usage?
    /// The outputs of a workflow.
    private(set) var outputs: JSONValue?
    /// The answer is whole if the stream ends here.
    private(set) var isComplete = false
    private var links: [String] = []
    private var isOfAgent = false
    private var forms: Set<String> = []

    private static let longest = 4 << 20

    /// Takes the next event, read already.
    mutating func take(_ event: JSONValue) throws(AgentFailure) -> Action? {
        let data = event["data"] ?? .null
        switch event["event"]?.shortString ?? "" {
        case "message": return said(event["answer"]?.string ?? "", isWhole: isOfAgent)
        case "agent_message":
            isOfAgent = true
            return said(event["answer"]?.string ?? "")
        case "text_chunk": return said(data["text"]?.string ?? "")
        case "message_replace":
            text = (event["answer"]?.string ?? "").cut(toBytes: DifyAnswer.longest)
        case "reasoning_chunk": return data["reasoning"]?.string.map { .tell(.thinking($0)) }
        case "agent_thought": return thought(event)
        case "message_file":
            if event["belongs_to"]?.shortString == "assistant", let url = event["url"]?.string, links.count < 20 {
                links.append(url.onOneLine(atMost: 2000))
            }
        case "node_started": return data["title"]?.string.map { .tell(.progress($0.onOneLine(atMost: 200))) }
        case "human_input_required": return ask(data)
        case "message_end":
            isComplete = true
            usage = Usage(dify: event["metadata"]?["usage"]) ?? usage
        case "workflow_finished": try finish(data)
        case "error": throw failure(ServerComplaint(event))
        default: break
        }
        return nil
    }

    /// The answer ends here, and should not.
    func brokenOff(_ reason: String) -> AgentFailure { AgentFailure(.interrupted, reason, partialText: text) }

    private mutating func said(_ piece: String, isWhole: Bool = false) -> Action? {
        guard !piece.isEmpty, text.utf8.count + piece.utf8.count <= DifyAnswer.longest else { return nil }
        // An agent's app says at its end again what it has said in pieces.
        if isWhole {
            text = piece
            return nil
        }
        text += piece
        return .tell(.text(piece))
    }

    private func thought(_ event: JSONValue) -> Action? {
        if let tool = event["tool"]?.string, tool.hasWords {
            let isDone = (event["observation"]?.string).map(\.hasWords) ?? false
            return .tell(
                .tool(
                    ToolCall(
                        id: event["id"]?.shortString ?? tool.cut(toBytes: 100), title: tool.onOneLine(atMost: 200),
                        state: isDone ? .completed : .running)))
        }
        return (event["thought"]?.string).flatMap { $0.hasWords ? .tell(.thinking($0)) : nil }
    }

    /// A form is asked for once; one that went out by mail we can only tell of.
    private mutating func ask(_ data: JSONValue) -> Action? {
        guard let form = DifyForm(data) else {
            return .tell(.progress((data["node_title"]?.string ?? "").onOneLine(atMost: 200)))
        }
        return forms.count < 100 && forms.insert(form.token).inserted ? .ask(form) : nil
    }

    private mutating func finish(_ data: JSONValue) throws(AgentFailure) {
        switch data["status"]?.shortString ?? "" {
        case "paused": break
        case "failed" where !text.hasWords, "stopped" where !text.hasWords:
            throw failure(ServerComplaint(["error": data["error"] ?? "the workflow failed"]))
        default:
            outputs = data["outputs"]
            isComplete = true
        }
    }

    private func failure(_ complaint: ServerComplaint) -> AgentFailure {
        let message = complaint.message.isEmpty ? "without saying why" : complaint.message
        let kind = complaint.kindOfDify
        return AgentFailure(
            kind == .transient && !text.isEmpty ? .interrupted : kind, "the app gave up: \(message)", partialText: text)
    }
}

extension DifyAnswer {
    /// The reply's text; throws where there is none.
    func finished(_ app: DifyOptions.App) throws(AgentFailure) -> String {
        guard isComplete else { throw brokenOff("the stream ended before the answer did") }
        let said: String
        switch app {
        case .chat: said = text
        case .workflow(_, let output): said = try result(output)
        }
        return ([said] + links).filter(\.hasWords).joined(separator: "\n\n")
    }

    private func result(_ name: String?) throws(AgentFailure) -> String {
        guard case .object(let members)? = outputs else { return text }
        if let name {
            guard let value = outputs?[name] else {
                throw AgentFailure(.config, "the workflow's outputs have no \(name): set output_key right")
            }
            return value.string ?? value.text
        }
        let texts = members.compactMap(\.value.string)
        if texts.count == 1 { return texts[0] }
        guard text.hasWords else {
            throw AgentFailure(
                .config,
                "the workflow has \(texts.count) texts among its outputs: name the one that is the answer as output_key"
            )
        }
        return text
    }
}

extension Usage {
    fileprivate init?(dify usage: JSONValue?) {
        guard let usage, case .object = usage else { return nil }
        func count(_ name: String) -> Int { Int(clamping: max(usage[name]?.integer ?? 0, 0)) }
        self.init(input: count("prompt_tokens"), output: count("completion_tokens"))
        // Prices are texts or numbers, in a currency that is told beside them.
        guard usage["currency"]?.shortString == "USD" else { return }
        let price = usage["total_price"]?.price ?? 0
        if price.isFinite, price > 0, price < 1e6 { microdollars = Int(price * 1e6) }
    }
}

extension JSONValue {
    /// A sum of money, as a number or as a text.
    fileprivate var price: Double? {
        switch self {
        case .string(let text): text.utf8.count <= 40 ? Double(text) : nil
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}
