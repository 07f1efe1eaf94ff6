import JSON
import System

extension ACPMock {
    /// Begins the turn that is prompted.
    mutating func play() async {
        guard let prompt else { return }
        let session = prompt.session
        let rest = prompt.words.dropFirst().joined(separator: " ")
        switch prompt.words.first {
        case "transcript": end(saying: transcript)
        case "variable": end(saying: Process.environment[rest] ?? "none")
        case "process": end(saying: "\(Process.id)")
        case "permission", "withdrawn":
            tool("t1", ["title": "rm old/*.log", "kind": "execute", "rawInput": ["command": "rm -v old/*.log"]])
            // The same number as the prompt's: both sides count for themselves.
            ask(prompt.id, options: ACPMock.options(rest))
            guard prompt.words.first == "withdrawn" else { return }
            while !fileExists("asked") { await Task.yield() }
            notify("$/cancel_request", ["requestId": prompt.id])
        case "foreign":
            notify("nobody/knows", ["x": 1])
            send(["jsonrpc": "2.0", "id": "w-1", "method": "fs/write_text_file", "params": ["path": "/x"]])
        case "slow", "hang", "wait", "sulk": say("working", in: session)
        case "flood":
            for number in 0..<10_000 { say("\(number % 10)", "m", in: session) }
            end()
        case "late":
            end(saying: "done")
            say("too late", in: session)
            tool("t9", ["title": "too late"])
            update(
                session,
                ["sessionUpdate": "usage_update", "used": 9, "cost": ["amount": .number(0.5), "currency": "USD"]])
        case "narrate": narrate(session)
        case "die":
            say("half", in: session)
            die()
        case "fail": fail(prompt.id, Int64(prompt.words[1]) ?? 0, prompt.words.dropFirst(2).joined(separator: " "))
        case "stop":
            if prompt.words.count > 2 { say(prompt.words[2], in: session) }
            end(prompt.words[1])
        case "spend":
            let numbers = prompt.words.dropFirst().map { Int64($0) ?? 0 }
            let cost: JSONValue = ["amount": .number(Double(numbers[2]) / 100), "currency": "USD"]
            update(session, ["sessionUpdate": "usage_update", "used": 1, "size": 2, "cost": cost])
            say("spent", in: session)
            end(usage: ["inputTokens": .integer(numbers[0]), "outputTokens": .integer(numbers[1])])
        case "link":
            let link: JSONValue = ["type": "resource_link", "uri": .string(rest), "name": "chart.png"]
            update(session, ["sessionUpdate": "agent_message_chunk", "content": link])
            end(saying: "here")
        default: end(saying: "you said: \(prompt.words.joined(separator: " "))")
        }
    }

    /// A message, a plan, two tools, another message in two parts.
    private mutating func narrate(_ session: String) {
        say("Let me", "a", in: session)
        say(" look.", "a", in: session)
        let entries: JSONValue = [
            ["content": "look", "priority": "high", "status": "completed"],
            ["content": "count\nlogs", "priority": "low", "status": "in_progress"],
            ["content": "tell", "priority": "low", "status": "pending"],
        ]
        update(session, ["sessionUpdate": "plan", "entries": entries])
        tool("t1", ["title": "ls", "kind": "read", "status": "in_progress"])
        tool("t1", ["status": "completed", "title": .null], isUpdate: true)
        update(session, ["sessionUpdate": "agent_thought_chunk", "content": ["type": "text", "text": "hm"]])
        update(session, ["sessionUpdate": "compaction_update", "what": ["ever"]])
        say("Twelve", "b", in: session)
        say(" logs.", "b", in: session)
        say("Done.", "c", in: session)
        end()
    }

    /// Goes on once a request of ours has its answer.
    mutating func takeAnswer(_ message: JSONValue) {
        guard let prompt else { return }
        switch prompt.words.first {
        case "permission", "withdrawn":
            guard message["id"] == prompt.id else { return }
            tool("t1", ["status": "completed"], isUpdate: true)
            let outcome = message["result"]?["outcome"]
            end(saying: outcome?["optionId"]?.string ?? outcome?["outcome"]?.string ?? "no result")
        case "foreign": end(saying: message.text)
        default: break
        }
    }

    mutating func cancel() async {
        guard let prompt else { return }
        switch prompt.words.first {
        case "hang": return
        case "slow": await dawdle()
        case "sulk":
            fail(prompt.id, -32603, "the model was interrupted")
            self.prompt = nil
            return
        default: break
        }
        end("cancelled")
        say("after the end", in: prompt.session)
    }

    // MARK: Out

    private mutating func end(
        _ reason: String = "end_turn", saying text: String? = nil, usage: JSONValue = .null
    ) {
        guard let prompt else { return }
        if let text { say(text, in: prompt.session) }
        answer(prompt.id, ["stopReason": .string(reason), "usage": usage])
        self.prompt = nil
    }

    private func notify(_ method: String, _ params: JSONValue) {
        send(["jsonrpc": "2.0", "method": .string(method), "params": params])
    }

    private func tool(_ id: String, _ members: JSONValue, isUpdate: Bool = false) {
        guard let prompt, case .object(let members) = members else { return }
        let kind: JSONValue = isUpdate ? "tool_call_update" : "tool_call"
        update(prompt.session, .object(members + [.init("toolCallId", .string(id)), .init("sessionUpdate", kind)]))
    }

    private func ask(_ id: JSONValue, options: JSONValue) {
        guard let prompt else { return }
        let params: JSONValue = [
            "sessionId": .string(prompt.session), "toolCall": ["toolCallId": "t1"], "options": options,
        ]
        send(["jsonrpc": "2.0", "id": id, "method": "session/request_permission", "params": params])
    }

    private static func options(_ which: String) -> JSONValue {
        let all: [JSONValue] = [
            ["optionId": "once", "name": "Allow once", "kind": "allow_once"],
            ["optionId": "session", "name": "Allow for this session", "kind": "allow_always"],
            ["optionId": "always", "name": "Always allow", "kind": "allow_always"],
            ["optionId": "no", "name": "Deny", "kind": "reject_once"],
        ]
        return .array(which == "without-no" ? Array(all.dropLast()) : all)
    }
}
