import JSON
import Router
import Text

/// A response as it comes: what it says on the way, and the whole of it at its end.
struct ResponsesAnswer {
    /// The server's id of it.
    private(set) var id: String?
    /// The number of the last event that was taken.
    private(set) var sequence: Int64?
    /// The response with its end, once it is there.
    private(set) var whole: JSONValue?
    /// The text so far.
    private(set) var text = ""
    /// Items of the output that are remarks on the way and not the answer.
    private var remarks: Set<String> = []

    /// Bytes of text that are kept; what follows is not shown on the way.
    private static let longest = 4 << 20
    private static let mostRemarks = 1000

    init(id: String? = nil) { self.id = id }

    var isOver: Bool { whole != nil }

    /// Takes the next event of a stream. One that was taken before, as a stream that is resumed may hold, changes nothing.
    mutating func take(_ event: ServerSentEvent) throws(AgentFailure) -> [TurnEvent] {
        guard !isOver, let json = try? JSONValue(parsing: Array(event.data.utf8)) else { return [] }
        if let number = json["sequence_number"]?.integer {
            if let sequence, number <= sequence { return [] }
            sequence = number
        }
        switch json["type"]?.shortString ?? "" {
        case "response.created", "response.queued", "response.in_progress": name(json["response"])
        case "response.completed", "response.incomplete", "response.failed", "response.cancelled":
            try take(whole: json["response"] ?? .null)
        case "response.output_text.delta": return said(json)
        case "response.reasoning_text.delta", "response.reasoning_summary_text.delta":
            return json["delta"]?.string.map { [.thinking($0)] } ?? []
        case "response.output_item.added": return item(json["item"] ?? .null, isDone: false)
        case "response.output_item.done": return item(json["item"] ?? .null, isDone: true)
        case "error": throw failure(ServerComplaint(json))
        default: if json["error"]?.isTruthy == true { throw failure(ServerComplaint(json)) }
        }
        return []
    }

    /// Takes the response as it stands: asked for, or at the end of a stream. Throws where it has come to nothing.
    mutating func take(whole response: JSONValue) throws(AgentFailure) {
        name(response)
        switch response["status"]?.shortString {
        case "completed", "incomplete": whole = response
        case "failed":
            throw failure(ServerComplaint(["error": response["error"] ?? "without saying why"]))
        case "cancelled":
            throw AgentFailure(.interrupted, "the response was cancelled at the server", partialText: text)
        case "queued", "in_progress": break
        default: throw AgentFailure(.config, "the endpoint's answer is no response: \(response.text.cut(toBytes: 500))")
        }
    }

    /// The stream or the connection ends here, and the response does not.
    func brokenOff(_ reason: String) -> AgentFailure { AgentFailure(.interrupted, reason, partialText: text) }

    private mutating func name(_ response: JSONValue?) {
        if id == nil, let named = response?["id"]?.string, !named.isEmpty, named.utf8.count <= 256 { id = named }
    }

    private mutating func said(_ json: JSONValue) -> [TurnEvent] {
        guard let delta = json["delta"]?.string, !delta.isEmpty,
            !remarks.contains(json["item_id"]?.shortString ?? ""),
            text.utf8.count + delta.utf8.count <= ResponsesAnswer.longest
        else { return [] }
        text += delta
        return [.text(delta)]
    }

    /// An item begins or is done: a tool, or a message, of which some are remarks.
    private mutating func item(_ item: JSONValue, isDone: Bool) -> [TurnEvent] {
        let id = item["id"]?.shortString ?? ""
        switch item["type"]?.shortString ?? "" {
        case "message":
            guard item.isRemark else { return [] }
            if isDone { return [.progress(item.outputText.onOneLine(atMost: 200))] }
            if remarks.count < ResponsesAnswer.mostRemarks { remarks.insert(id) }
            return []
        case "reasoning", "", "function_call_output": return []
        case let type:
            let title = (item["name"]?.string ?? type).onOneLine(atMost: 200)
            return [.tool(ToolCall(id: id, title: title, state: isDone ? .completed : .running))]
        }
    }

    private func failure(_ complaint: ServerComplaint) -> AgentFailure {
        let message = complaint.message.isEmpty ? "without saying why" : complaint.message
        let kind = complaint.kind == .transient && !text.isEmpty ? .interrupted : complaint.kind
        return AgentFailure(kind, "the endpoint gave up: \(message)", partialText: text)
    }
}

extension JSONValue {
    /// A message that tells where the work stands, and is not the answer.
    fileprivate var isRemark: Bool { self["phase"]?.shortString == "commentary" }

    /// The texts of a message's parts.
    fileprivate var outputText: String {
        (self["content"]?.array ?? []).filter { $0["type"]?.shortString == "output_text" }
            .compactMap { $0["text"]?.string }.joined()
    }
}

extension ResponsesAnswer {
    /// The reply's text; throws where there is none.
    func finished(in language: ChatTexts.Language) throws(AgentFailure) -> String {
        guard let whole else { throw brokenOff("the stream ended before the answer did") }
        let messages = (whole["output"]?.array ?? []).filter { $0["type"]?.shortString == "message" }
        let answer = messages.filter { !$0.isRemark }.map(\.outputText).filter(\.hasWords)
        let refusal = messages.flatMap { $0["content"]?.array ?? [] }.compactMap { $0["refusal"]?.string }.joined()
        let reason = whole["incomplete_details"]?["reason"]?.shortString
        if answer.isEmpty {
            if refusal.hasWords { throw AgentFailure(.refused, refusal.cut(toBytes: 8000), isForPeople: true) }
            switch reason {
            case "content_filter": throw AgentFailure(.refused, "the content filter forbids it")
            case "max_output_tokens":
                throw AgentFailure(.config, "the model reached its limit of tokens before it said anything")
            default: break
            }
        }
        let isCut = reason == "max_output_tokens"
        return (answer + [refusal, isCut ? language.noteOfLimit : ""]).filter { !$0.isEmpty }
            .joined(separator: "\n\n")
    }

    var usage: Usage? {
        guard let usage = whole?["usage"], case .object = usage else { return nil }
        func count(_ value: JSONValue?) -> Int { Int(clamping: max(value?.integer ?? 0, 0)) }
        return Usage(
            input: count(usage["input_tokens"]), output: count(usage["output_tokens"]),
            cached: count(usage["input_tokens_details"]?["cached_tokens"]))
    }
}
