import JSON
import Router
import System
import Text

/// Reads Claude Code's `stream-json` during one turn.
struct ClaudeReader: LineReader {
    /// The state before, where the session goes on.
    let before: ClaudeState?
    let permissions: PermissionPolicy
    let texts: ChatTexts
    let language: ChatTexts.Language
    let now: @Sendable () -> Timestamp

    /// The session as the program has named it last.
    var state: ClaudeState?
    var said = BoundedText()
    /// The pieces of the message that is being written; they replace the whole for whoever reads along.
    var pieces: BoundedText?
    var tools = ClaudeTools()
    /// Any line has come.
    private(set) var hasBegun = false
    /// The reason for which the provider refused the last message.
    var refusal: String?
    /// The time at which the provider's limit is lifted, in seconds since 1970.
    var limitedUntil: Int64?
    var ending: Result<ProgramReply, AgentFailure>?

    init(
        state before: ClaudeState? = nil, permissions: PermissionPolicy = PermissionPolicy(),
        texts: ChatTexts = .chinese, language: ChatTexts.Language = .chinese,
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        self.before = before
        self.permissions = permissions
        self.texts = texts
        self.language = language
        self.now = now
    }

    mutating func take(_ line: JSONValue) -> [LineEffect] {
        guard ending == nil else { return [] }
        hasBegun = true
        switch line["type"]?.shortString {
        case "system": return notice(line)
        case "assistant": return message(line)
        case "user": return results(line)
        case "stream_event": return piece(line)
        case "control_request": return request(line)
        case "control_cancel_request": return line["request_id"]?.shortString.map { [.withdraw($0)] } ?? []
        case "rate_limit_event":
            let limit = line["rate_limit_info"]
            limitedUntil = limit?["status"] == "rejected" ? limit?["resetsAt"]?.integer : nil
        case "result": finish(line)
        default: break
        }
        return []
    }

    /// The text of the program so far, whole or not.
    var partialText: String {
        var text = said
        text.append(paragraph: pieces?.text ?? "")
        return text.text
    }

    private mutating func notice(_ line: JSONValue) -> [LineEffect] {
        switch line["subtype"]?.shortString {
        case "init": return begin(line)
        case "api_retry": giveUpIfRefused(line)
        default: break
        }
        return []
    }

    private mutating func begin(_ line: JSONValue) -> [LineEffect] {
        guard let id = line["session_id"]?.string, id.isPlainName else { return [] }
        let named = ClaudeState(sessionID: id, microdollars: before?.microdollars ?? 0)
        state = named
        return [.tell(.started(named.json))]
    }

    // MARK: What it says

    private mutating func message(_ line: JSONValue) -> [LineEffect] {
        refusal = line["error"]?.string
        let isOwn = line["parent_tool_use_id"] ?? .null == .null
        return (line["message"]?["content"]?.array ?? []).flatMap { block in
            switch block["type"]?.shortString {
            // Text with a refusal is the refusal's.
            case "text" where isOwn && refusal == nil: return say(block["text"]?.string ?? "")
            case "thinking" where isOwn: return block["thinking"]?.string.map { [.tell(.thinking($0))] } ?? []
            case "tool_use": return tools.begin(block).map { [.tell(.tool($0))] } ?? []
            default: return []
            }
        }
    }

    private mutating func say(_ text: String) -> [LineEffect] {
        guard !text.isEmpty else { return [] }
        let isKnown = pieces.map { !$0.text.isEmpty } ?? false
        if pieces != nil { pieces = BoundedText() }
        let separator = said.text.isEmpty ? "" : "\n\n"
        said.append(separator + text)
        return isKnown ? [] : [.tell(.text(separator + text))]
    }

    /// With `--include-partial-messages`.
    private mutating func piece(_ line: JSONValue) -> [LineEffect] {
        let delta = line["event"]?["delta"]
        guard line["parent_tool_use_id"] ?? .null == .null, delta?["type"] == "text_delta",
            let text = delta?["text"]?.string, !text.isEmpty
        else { return [] }
        // In place: a copy for each piece would cost as much as all before it.
        if pieces == nil { pieces = BoundedText() }
        let separator = pieces?.text.isEmpty == true && !said.text.isEmpty ? "\n\n" : ""
        pieces?.append(text)
        return [.tell(.text(separator + text))]
    }

    private mutating func results(_ line: JSONValue) -> [LineEffect] {
        (line["message"]?["content"]?.array ?? []).compactMap { block in
            guard block["type"] == "tool_result" else { return nil }
            return tools.end(block).map { .tell(.tool($0)) }
        }
    }
}
