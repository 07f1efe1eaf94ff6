import Crypto
import HTTP
import JSON
import Router
import System
import Text
import WeCom

extension ChatCompletionsAgent {
    func request(_ turn: Turn, _ memory: ChatMemory, _ content: ChatContent) -> HTTPRequest {
        var headers = authorization
        headers.append("Content-Type", "application/json")
        headers.append("Accept", "text/event-stream, application/json")
        var values = turn.placeholders
        values["session_id"] = memory.sessionID
        options.headers.fill(&headers, with: values)
        return HTTPRequest(
            .post, options.url("/chat/completions"), headers: headers, body: body(turn, memory, content).bytes)
    }

    var authorization: HTTPHeaders { options.key.map { ["Authorization": "Bearer \($0.reveal())"] } ?? [:] }

    private func body(_ turn: Turn, _ memory: ChatMemory, _ content: ChatContent) -> JSONValue {
        var members: [JSONValue.Member] = [.init("model", .string(options.model)), .init("stream", true)]
        if options.asksForUsage { members.append(.init("stream_options", ["include_usage": true])) }
        members.append(
            .init(
                "user",
                .string(options.introduction.map { $0 != .anonymous } ?? false ? turn.scopedUser : turn.anonymousUser)))
        if let temperature = options.temperature { members.append(.init("temperature", .number(temperature))) }
        switch options.tokenLimit {
        case .maxTokens(let limit): members.append(.init("max_tokens", .integer(Int64(limit))))
        case .maxCompletionTokens(let limit): members.append(.init("max_completion_tokens", .integer(Int64(limit))))
        case nil: break
        }
        var messages = memory.messages
        if let system = systemMessage(turn) { messages.insert(["role": "system", "content": .string(system)], at: 0) }
        messages.append(["role": "user", "content": content.content])
        members.append(.init("messages", .array(messages)))
        return .object(members)
    }

    private func systemMessage(_ turn: Turn) -> String? {
        let parts = [options.systemPrompt, options.introduction.map { turn.introduction($0, on: .now) }]
        let text = parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "\n\n")
        return text.isEmpty ? nil : text
    }
}

extension Turn {
    /// A name of the conversation that tells nobody whose it is, and stays the same.
    fileprivate var anonymousUser: String {
        String(sha256(Array("anonymous \(conversation)".utf8)).hexText.prefix(32))
    }

    /// Tells a model whom it talks to, and the date. Names come from an address book that people write in: they get no line of
    /// their own.
    func introduction(_ introduction: ChatCompletionsOptions.Introduction, on day: Timestamp) -> String {
        let today = "today is \(day.minutes(in: timeZone).prefix(10)) (\(timeZone.name))."
        guard introduction != .anonymous else { return "The language is \(language.rawValue); \(today)" }
        let corp = conversation.endpoint.app.map { "of corp \($0.corpID); " } ?? ""
        let rest = "\(corp)language \(language.rawValue); \(today)"
        guard let user else { return "You are talking to several people at once \(rest)" }
        let name = introduction == .name ? person.map { $0.name.onOneLine(atMost: 100) } ?? "" : ""
        return name.isEmpty
            ? "You are talking to user id \(user) \(rest)" : "You are talking to \(name) (user id \(user)) \(rest)"
    }
}
