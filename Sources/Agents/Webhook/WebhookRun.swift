import JSON
import Router
import Text

/// The calls of a service about one job, and what they come to.
struct WebhookRun {
    /// A thing that a call asks of us.
    enum Action: Equatable {
        case tell(TurnEvent)
        case ask(Question)
    }

    /// The answer, once it is there.
    private(set) var final: WebhookResult?
    private(set) var state: WebhookState
    private var result = WebhookResult()
    private var deltas: [Int64: String] = [:]
    private var deltaBytes = 0
    private var asked: Set<String> = []
    private let texts: ChatTexts

    init(_ state: WebhookState, saying texts: ChatTexts) {
        self.state = state
        self.texts = texts
    }

    /// The text so far, in the order in which it was said.
    var partialText: String { deltas.sorted { $0.key < $1.key }.map(\.value).joined() }

    /// Takes one call. Calls behind the answer, and those of types that nobody knows, change nothing.
    mutating func take(_ call: AgentCall) throws(AgentFailure) -> Action? {
        guard final == nil else { return nil }
        let event = call.body
        switch event["type"]?.shortString {
        case "progress":
            // Without a text it is a heartbeat.
            let line = (event["text"]?.string ?? "").onOneLine()
            return .tell(line.isEmpty ? .activity : .progress(line))
        case "delta": return take(delta: event["text"]?.string ?? "", at: call.seq).map { .tell(.text($0)) }
        case "approval": return try question(event).map(Action.ask)
        case "attachment": result.take(file: event)
        case "usage": result.take(usage: event)
        case "final": take(final: event)
        case "error": throw failure(event)
        default: break
        }
        return nil
    }

    /// Forgets the run, which is not to be waited for any more.
    mutating func forgetRun() { state.run = nil }

    private mutating func take(delta text: String, at seq: Int64) -> String? {
        guard !text.isEmpty, deltaBytes + text.utf8.count <= WebhookResult.longestText else { return nil }
        deltaBytes += text.utf8.count
        deltas[seq] = text
        return text
    }

    private mutating func take(final event: JSONValue) {
        state.take(sessionOf: event)
        result.take(event)
        if event["text"]?.string == nil { result.text = partialText }
        final = result
    }

    /// The service's id of a question is its key, so that the same is asked once, even by another process of ours.
    private mutating func question(_ event: JSONValue) throws(AgentFailure) -> Question? {
        guard let id = event["id"]?.shortStringOrInteger, !id.isEmpty, id.utf8.count <= 200 else {
            throw AgentFailure(.config, "the agent asks a question without an id", partialText: partialText)
        }
        guard asked.insert(id).inserted else { return nil }
        let detail = (event["detail"]?.string).flatMap {
            $0.isEmpty ? nil : $0.cut(toCharacters: 4000, bytes: 16 << 10)
        }
        let title = (event["title"]?.string ?? "").onOneLine(atMost: 200)
        let options = (event["options"]?.array ?? []).compactMap(Question.Option.init(webhook:))
        return Question(
            title.isEmpty ? texts.permissionTitle.filled(["action": ""]) : title, detail: detail,
            options: options.isEmpty
                ? [
                    .init("allow", texts.allow, style: .encouraged), .init("deny", texts.deny, style: .dangerous),
                ] : options,
            key: id)
    }

    private func failure(_ event: JSONValue) -> AgentFailure {
        let message = event["message"]?.string ?? ""
        let kind = event["class"]?.shortString.flatMap(AgentFailure.Class.init(rawValue:)) ?? .config
        let wait = event["retry_after"]?.integer.map { Duration.seconds(min(max($0, 0), 24 * 3600)) }
        return AgentFailure(
            kind, message.hasWords ? message : "the agent failed without saying why", retryAfter: wait,
            partialText: partialText, isForPeople: message.hasWords)
    }
}

extension Question.Option {
    fileprivate init?(webhook json: JSONValue) {
        guard let id = json["id"]?.shortStringOrInteger, !id.isEmpty else { return nil }
        let label = (json["label"]?.string ?? "").onOneLine(atMost: 100)
        self.init(
            id, label.isEmpty ? id.onOneLine(atMost: 100) : label,
            style: json["style"]?.shortString.flatMap(Style.init(rawValue:)) ?? .plain)
    }
}
