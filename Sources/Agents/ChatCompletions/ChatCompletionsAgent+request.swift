import Crypto
import HTTP
import JSON
import Router
import System
import Text
import WeCom

extension ChatCompletionsAgent {
    func request(_ turn: Turn, _ memory: ChatMemory, _ content: TurnContent) -> HTTPRequest {
        var values = turn.placeholders
        values["session_id"] = memory.sessionID
        return server.request(
            .post, "/chat/completions", body(turn, memory, content), streaming: true, filling: values)
    }

    private func body(_ turn: Turn, _ memory: ChatMemory, _ content: TurnContent) -> JSONValue {
        var members: [JSONValue.Member] = [.init("model", .string(options.model)), .init("stream", true)]
        if options.asksForUsage { members.append(.init("stream_options", ["include_usage": true])) }
        members.append(.init("user", .string(turn.name(for: options.introduction))))
        if let temperature = options.temperature { members.append(.init("temperature", .number(temperature))) }
        switch options.tokenLimit {
        case .maxTokens(let limit): members.append(.init("max_tokens", .integer(Int64(limit))))
        case .maxCompletionTokens(let limit): members.append(.init("max_completion_tokens", .integer(Int64(limit))))
        case nil: break
        }
        var messages = memory.messages
        if let system = systemMessage(turn) { messages.insert(["role": "system", "content": .string(system)], at: 0) }
        messages.append(["role": "user", "content": content.chatContent])
        members.append(.init("messages", .array(messages)))
        return .object(members)
    }

    private func systemMessage(_ turn: Turn) -> String? {
        turn.systemText(options.systemPrompt, introducing: options.introduction)
    }
}

extension TurnContent {
    /// A text, or parts where images are among them.
    var chatContent: JSONValue {
        if images.isEmpty { return .string(text) }
        return .array(
            (text.isEmpty ? [] : [["type": "text", "text": .string(text)]])
                + images.map { ["type": "image_url", "image_url": ["url": .string($0), "detail": "auto"]] })
    }
}
