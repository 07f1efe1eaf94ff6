import JSON
import Router
import System
import Text

extension ClaudeReader {
    /// The end of the turn, unless the line is one of those that only look like it.
    mutating func finish(_ line: JSONValue) {
        switch line["subtype"]?.shortString {
        case "compact", "compaction": return
        case "success" where line["is_error"] != true: ending = .success(reply(line))
        case "success": ending = .failure(providerFailure(line))
        case let subtype?:
            ending = ClaudeLimit(rawValue: subtype).map { end(at: $0, line) } ?? .failure(breakdown(line))
        case nil: ending = .failure(breakdown(line))
        }
    }

    /// Ends a turn at a limit: what it had said by then is the answer, as far as it goes.
    private func end(at limit: ClaudeLimit, _ line: JSONValue) -> Result<ProgramReply, AgentFailure> {
        var reply = reply(line)
        guard reply.text.hasWords else {
            let errors = (line["errors"]?.array ?? []).compactMap(\.string)
            let reason = (["the program reached its limit (\(limit.rawValue)) before it said anything"] + errors)
            return .failure(failure(.config, reason.joined(separator: ": ")))
        }
        reply.text += "\n\n\(limit.note(in: language))"
        return .success(reply)
    }

    private func reply(_ line: JSONValue) -> ProgramReply {
        let result = line["result"]?.string.flatMap { $0.hasWords ? BoundedText($0).text : nil }
        let total = line["total_cost_usd"]?.microdollars
        var usage = Usage(claude: line["usage"])
        if let total {
            let known = before?.microdollars ?? 0
            // A total that went down began anew.
            usage.microdollars = total >= known ? total - known : total
        }
        return ProgramReply(text: result ?? partialText, session: session(behind: line, total)?.json, usage: usage)
    }

    private func session(behind line: JSONValue, _ total: Int?) -> ClaudeState? {
        let named = line["session_id"]?.string.flatMap { $0.isPlainName ? $0 : nil }
        guard let id = named ?? state?.sessionID else { return nil }
        return ClaudeState(sessionID: id, microdollars: total ?? before?.microdollars ?? 0)
    }

    // MARK: Failures

    /// The program tries again, ten times in three minutes. That helps where the provider is busy, and not where it does
    /// not know us.
    mutating func giveUpIfRefused(_ retry: JSONValue) {
        guard let status = retry["error_status"]?.integer, status == 401 || status == 403 else { return }
        let words = retry["error"]?.string.map { ": \($0)" } ?? ""
        let reason = "the model's provider answers \(status)\(words)"
        ending = .failure(AgentFailure(providerStatus: Int(status), reason, partialText: partialText))
    }

    /// The model's provider has refused: a `success` that is an error.
    private func providerFailure(_ line: JSONValue) -> AgentFailure {
        let reason = line["result"]?.string ?? "the provider refused"
        if line["terminal_reason"] == "prompt_too_long" { return failure(.input, reason) }
        if let status = line["api_error_status"]?.integer ?? providerStatus(in: reason).map(Int64.init) {
            return AgentFailure(
                providerStatus: Int(clamping: status), reason, retryAfter: wait, partialText: partialText)
        }
        return failure(
            refusal.flatMap { ClaudeReader.kinds[String($0.beginning(bytes: 64))] } ?? ClaudeReader.kind(of: reason),
            reason)
    }

    private static let kinds: [String: AgentFailure.Class] = [
        "authentication_failed": .auth, "billing_error": .config, "rate_limit": .rate, "invalid_request": .config,
        "server_error": .transient,
    ]

    private static func kind(of reason: String) -> AgentFailure.Class {
        let reason = reason.lowercasedASCII
        let words: [(AgentFailure.Class, [String])] = [
            (.auth, ["api key", "/login", "log in", "authenticat"]),
            (.rate, ["rate limit", "usage limit", "overloaded"]),
            (.input, ["prompt is too long"]),
        ]
        return words.first { $0.1.contains { reason.has($0) } }?.0 ?? .transient
    }

    /// The turn broke off in the middle, or never began.
    private func breakdown(_ line: JSONValue) -> AgentFailure {
        let errors = (line["errors"]?.array ?? []).compactMap(\.string)
        if let loss = errors.first(where: isLossOfSession) { return failure(.lostSession, loss) }
        let what = line["terminal_reason"]?.string ?? line["subtype"]?.shortString ?? "an unknown result"
        // Of a turn that somebody has aborted, what the program notes for its makers.
        if what.begins(with: "aborted") { return failure(.interrupted, "the turn was aborted (\(what))") }
        return failure(.interrupted, ([what] + errors).joined(separator: ": "))
    }

    /// True if the session that we resume is not known to it, or its name is not even one that it could know.
    private func isLossOfSession(_ complaint: String) -> Bool {
        before != nil
            && ["No conversation found", "--resume requires a valid session ID"].contains { complaint.has($0) }
    }

    func failure(endingWith end: ProgramEnd, complaint: String, log: String) -> AgentFailure {
        // What ends so before its first line was started wrongly, or lacks something.
        let isBadStart = !hasBegun && (end == .exited(1) || end == .exited(2))
        if isBadStart {
            if isLossOfSession(log) { return failure(.lostSession, complaint) }
            if ClaudeReader.isRefusalOfRoot(log) {
                return failure(.config, "the permission mode bypassPermissions cannot be used as root: \(complaint)")
            }
        }
        return AgentFailure(end, complaint, otherwise: isBadStart ? .config : .interrupted, partialText: partialText)
    }

    private static func isRefusalOfRoot(_ log: String) -> Bool {
        log.has("root") && ["--dangerously-skip-permissions", "bypassPermissions"].contains { log.has($0) }
    }

    private func failure(_ kind: AgentFailure.Class, _ reason: String) -> AgentFailure {
        AgentFailure(kind, reason, retryAfter: kind == .rate ? wait : nil, partialText: partialText)
    }

    /// Until the provider's limit is lifted.
    private var wait: Duration? {
        let now = now().seconds
        guard let limitedUntil, limitedUntil > now else { return nil }
        return .seconds(min(limitedUntil - now, 24 * 3600))
    }
}

extension Usage {
    /// The program counts what came from a cache apart.
    fileprivate init(claude usage: JSONValue?) {
        let (new, read) = (usage?["input_tokens"]?.count ?? 0, usage?["cache_read_input_tokens"]?.count ?? 0)
        let written = usage?["cache_creation_input_tokens"]?.count ?? 0
        self.init(
            input: new + read + written, output: usage?["output_tokens"]?.count ?? 0, cached: read)
    }
}
