import JSON
import System

/// An ACP agent: it behaves as its arguments say (`load`, `auth=agent`, …), and in a turn as the first word of the prompt
/// does.
struct ACPMock {
    let words: Set<String>
    /// All that was said to it, as it came.
    private var heard: [String] = []
    private var isLoggedIn = false
    private var sessions = 0
    /// The prompt that has no answer yet.
    var prompt: (id: JSONValue, words: [String], session: String)?

    private init(_ words: [String]) { self.words = Set(words) }

    static func run(_ words: [String]) async {
        var mock = ACPMock(words)
        if mock.words.contains("notice") { return StandardOutput.write("A new version is there. Please update.\n") }
        while let line = readLine() {
            mock.heard.append(line)
            if mock.words.contains("garbage") { StandardOutput.write("DEBUG {not json\n\n[1]\n\u{1b}[31mred\n") }
            guard let message = try? JSONValue(parsing: Array(line.utf8)) else { Process.exitNow(1) }
            if !mock.words.contains("silent") { await mock.take(message) }
        }
        // Some do not end with their input, but with a signal.
        guard mock.words.contains("stays") else { return }
        let (nothing, source) = AsyncStream.makeStream(of: Never.self)
        for await _ in nothing {}
        source.finish()
    }

    private func setting(_ name: String) -> String? {
        words.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }

    private mutating func take(_ message: JSONValue) async {
        guard let method = message["method"]?.string else { return takeAnswer(message) }
        let (id, params) = (message["id"] ?? .null, message["params"] ?? [:])
        if setting("crash") == method { die() }
        switch method {
        case "initialize" where words.contains("refuses"):
            fail(id, -32603, "bad key \(Process.environment["KEY"] ?? "")")
        case "initialize": initialize(id)
        case "authenticate":
            guard params["methodId"] == "agent-login" else { return fail(id, -32602, "no such method") }
            isLoggedIn = setting("auth") == "agent"
            answer(id, .null)
        case "session/new": begin(id)
        case "session/load", "session/resume": takeUp(id, method, params["sessionId"]?.string ?? "")
        case "session/set_mode", "session/delete": answer(id, .null)
        case "session/set_config_option": answer(id, ["configOptions": ACPMock.options])
        case "session/prompt":
            let text = (params["prompt"]?.array ?? []).compactMap { $0["text"]?.string }.joined(separator: " ")
            prompt = (id, text.split(separator: " ").map(String.init), params["sessionId"]?.string ?? "")
            await play()
        case "session/cancel": await cancel()
        default: if message["id"] != nil { fail(id, -32601, "Method not found") }
        }
    }

    // MARK: Sessions

    private func initialize(_ id: JSONValue) {
        var methods: [JSONValue] = []
        switch setting("auth") {
        case "agent", "broken": methods = [["id": "agent-login", "name": "Log in"]]
        case "terminal": methods = [["id": "t", "name": "Terminal", "type": "terminal", "args": ["login", "--now"]]]
        case "meta":
            let hidden: JSONValue = ["command": "kimi", "args": ["login"], "type": "terminal"]
            methods = [["id": "m", "name": "Kimi", "_meta": ["terminal-auth": hidden]]]
        default: break
        }
        answer(
            id,
            [
                "protocolVersion": .integer(Int64(setting("version") ?? "1") ?? 1),
                "agentCapabilities": [
                    "loadSession": .bool(words.contains("load")),
                    "promptCapabilities": [
                        "image": .bool(words.contains("image")), "audio": .bool(words.contains("audio")),
                    ],
                    "sessionCapabilities": .object(
                        ["resume", "delete"].filter(words.contains).map { JSONValue.Member($0, [:]) }),
                ],
                "agentInfo": ["name": "mock", "title": "Mock Agent", "version": "0.9"], "authMethods": .array(methods),
            ])
    }

    private mutating func begin(_ id: JSONValue) {
        guard setting("auth") == nil || isLoggedIn else { return fail(id, -32000, "Authentication required") }
        sessions += 1
        let session = "s-\(Process.id)-\(sessions)"
        if words.contains("early") {
            update(session, ["used": 0, "cost": ["amount": .number(0.25)], "sessionUpdate": "usage_update"])
            say("welcome", in: session)
        }
        var result: [JSONValue.Member] = [.init("sessionId", .string(session))]
        if words.contains("modes") {
            let modes: JSONValue = [["id": "ask", "name": "Ask"], ["id": "code", "name": "Write Code"]]
            result.append(.init("modes", ["currentModeId": "ask", "availableModes": modes]))
        }
        if words.contains("options") { result.append(.init("configOptions", ACPMock.options)) }
        answer(id, .object(result))
    }

    private func takeUp(_ id: JSONValue, _ method: String, _ session: String) {
        switch setting("lost") {
        case "602": return fail(id, -32602, "Session not found: \(session)")
        case "603": return fail(id, -32603, "Internal error: Session Not Found")
        case .some: return fail(id, -32002, "Resource not found")
        case nil: break
        }
        if method == "session/load" {
            update(session, ["sessionUpdate": "user_message_chunk", "content": ["type": "text", "text": "old words"]])
            say("old answer", in: session)
            update(session, ["sessionUpdate": "tool_call", "toolCallId": "old", "title": "old tool"])
        }
        answer(id, .null)
    }

    private static let options: JSONValue = [
        [
            "currentValue": "ask", "id": "mode", "category": "mode", "type": "select",
            "options": [["value": "ask", "name": "Ask"], ["value": "code", "name": "Write Code"]],
        ],
        [
            "currentValue": "small", "id": "m1", "category": "model", "type": "select",
            "options": [["group": "g", "name": "G", "options": [["value": "large", "name": "Large"]]]],
        ],
    ]

    /// The messages that it was sent, for the test to see.
    var transcript: String { "[" + heard.joined(separator: ",") + "]" }

    func die() -> Never {
        StandardError.write("loading\nout of memory, key sesame-1234\n\n")
        Process.exitNow(3)
    }

    // MARK: Out

    func send(_ message: JSONValue) { StandardOutput.write(message.text + "\n") }

    func answer(_ id: JSONValue, _ result: JSONValue) { send(["jsonrpc": "2.0", "result": result, "id": id]) }

    func fail(_ id: JSONValue, _ code: Int64, _ message: String) {
        send(["jsonrpc": "2.0", "id": id, "error": ["code": .integer(code), "message": .string(message)]])
    }

    func update(_ session: String, _ update: JSONValue) {
        send([
            "params": ["update": update, "sessionId": .string(session)], "jsonrpc": "2.0", "method": "session/update",
        ])
    }

    func say(_ text: String, _ message: String? = nil, in session: String) {
        let id = message.map(JSONValue.string) ?? .null
        let content: JSONValue = ["type": "text", "text": .string(text)]
        update(session, ["content": content, "messageId": id, "sessionUpdate": "agent_message_chunk"])
    }
}
