import JSON
import Router
import Text

/// An answer as it comes: text, how it ended, what it used up.
struct ChatAnswer {
    private(set) var text = ""
    private(set) var refusal = ""
    private(set) var finish: String?
    private(set) var usage: Usage?
    /// The stream has said that nothing follows.
    private(set) var isOver = false
    /// There was more text than anybody reads.
    private(set) var isCut = false

    /// Bytes of text; what follows is dropped.
    private let longest: Int

    init(longest: Int = 4 << 20) { self.longest = longest }

    /// Takes the next event of a stream.
    mutating func take(_ event: ServerSentEvent) throws(AgentFailure) -> [TurnEvent] {
        guard !isOver else { return [] }
        let json = try? JSONValue(parsing: Array(event.data.utf8))
        switch event.type {
        case "message":
            isOver = event.data.withoutSpaceAround.isSame(as: "[DONE]")
            return try json.map { chunk throws(AgentFailure) in try take(chunk, "delta") } ?? []
        case "error": throw failure(ServerComplaint(body: Array(event.data.utf8)))
        case "hermes.tool.progress": return json.flatMap(progress).map { [.progress($0)] } ?? []
        default: return []
        }
    }

    /// Takes an answer that comes in one piece.
    mutating func take(whole json: JSONValue) throws(AgentFailure) -> [TurnEvent] {
        let events = try take(json, "message")
        guard json["choices"]?.array?.isEmpty == false else {
            throw AgentFailure(.config, "the endpoint's answer holds no choices: \(json.text)")
        }
        isOver = true
        return events
    }

    private mutating func take(_ chunk: JSONValue, _ member: String) throws(AgentFailure) -> [TurnEvent] {
        let hasFailed = chunk["error"]?.isTruthy == true || chunk["object"]?.shortString == "error"
        if hasFailed { throw failure(ServerComplaint(chunk)) }
        if let usage = chunk["usage"].flatMap(Usage.init(chat:)) { self.usage = usage }
        let choice = chunk["choices"]?.array?.first { ($0["index"]?.integer ?? 0) == 0 }
        guard let choice else { return [] }
        if let reason = choice["finish_reason"]?.shortString { finish = reason }
        if finish == "error" { throw failure(ServerComplaint(choice)) }
        return choice[member].map { said($0) } ?? []
    }

    private mutating func said(_ message: JSONValue) -> [TurnEvent] {
        var events: [TurnEvent] = []
        let thinking = message["reasoning_content"] ?? message["reasoning"]
        if let thinking = thinking?.string, !thinking.isEmpty { events.append(.thinking(thinking)) }
        refusal += (message["refusal"]?.string ?? "").beginning(bytes: ChatAnswer.longestRefusal - refusal.utf8.count)
        let piece = message["content"].map(plainText) ?? ""
        isCut = isCut || text.utf8.count + piece.utf8.count > longest
        guard !piece.isEmpty, !isCut else { return events }
        text += piece
        return events + [.text(piece)]
    }

    private static let longestRefusal = 8000
}

/// A text, or the texts among parts.
private func plainText(_ content: JSONValue) -> String {
    if let text = content.string { return text }
    return (content.array ?? []).filter { $0["type"]?.shortString == "text" }.compactMap { $0["text"]?.string }.joined()
}

/// Reads what a tool of the endpoint's agent is at; nil for one that is done.
private func progress(_ event: JSONValue) -> String? {
    guard !["completed", "failed"].contains(event["status"]?.shortString) else { return nil }
    let words = ["label", "message", "text", "tool", "name"].lazy.compactMap { event[$0]?.string }
    return words.first { !$0.isEmpty }?.onOneLine(atMost: 200)
}

extension Usage {
    fileprivate init?(chat usage: JSONValue) {
        guard case .object = usage else { return nil }
        func count(_ value: JSONValue?) -> Int { Int(clamping: max(value?.integer ?? 0, 0)) }
        self.init(
            input: count(usage["prompt_tokens"]), output: count(usage["completion_tokens"]),
            cached: count(usage["prompt_tokens_details"]?["cached_tokens"]))
    }
}
