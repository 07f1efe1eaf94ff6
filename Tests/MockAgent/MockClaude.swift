import JSON
import System

/// Claude Code as it was recorded (version 2.1.327): `claude SCENARIO`, then the words that its caller adds.
struct MockClaude {
    private let scenario: String
    private let resumed: String?
    private var session: String { resumed ?? "fd4d" }
    /// The cost of the session, resumed or not.
    private var cost: String { resumed == nil ? "0.0088" : "0.0125" }

    static func run(_ words: [String]) {
        let needed = [
            "-p", "--input-format", "stream-json", "--output-format", "--verbose", "--permission-prompt-tool", "stdio",
        ]
        for word in needed where !words.contains(word) { Wire.end(1, "Error: \(word) is missing") }
        let resumed = words.first { $0.hasPrefix("--resume=") }.map { String($0.dropFirst("--resume=".count)) }
        MockClaude(scenario: words.first ?? "", resumed: resumed).play()
    }

    private func play() {
        switch scenario {
        case "notice": return Wire.say("A new version is available: 9.9.9")
        case "root":
            Wire.end(
                1, "--dangerously-skip-permissions cannot be used with root/sudo privileges for security reasons")
        default: break
        }
        guard let prompt = Wire.hear() else { Wire.end(1, "no prompt") }
        if scenario == "unknown", let resumed {
            loseSession(resumed, "No conversation found with session ID: \(resumed)")
        }
        if scenario == "nameless", let resumed {
            loseSession(
                "87eb25f6",
                "Error: --resume requires a valid session ID or session title when used with --print. Usage: claude -p --resume <session-id|title>. Provided value \"\(resumed)\" is not a UUID and does not match any session title."
            )
        }
        start()
        switch scenario {
        case "permission": permission()
        case "question": question()
        case "withdraws": withdraw()
        case "hang", "stubborn", "mute": hang()
        case "aborts":
            say(text: "先跑一下。")
            abort()
        case "quits":
            say(text: "先跑一下。")
            Wire.end(0)
        case "refused":
            // It would go on for three minutes: whoever waits for the result waits for ever here.
            retry(401, "authentication_failed")
            Wire.sleepForEver()
        case "retries":
            retry(nil, "unknown")
            retry(529, "overloaded")
            finish("完")
        case "crash":
            say(text: "先跑一下。")
            Wire.end(1, "Error: out of memory")
        case "unauthorised":
            Wire.say(
                #"{"stop_reason":"stop_sequence","total_cost_usd":0,"terminal_reason":"api_error","is_error":true,"num_turns":1,"subtype":"success","api_error_status":401,"result":"Invalid API key · Fix external API key","type":"result"}"#
            )
            Wire.end(1)
        case "flood":
            for number in 0..<10_000 { say(text: "第 \(number) 行") }
            finish("完")
        case "garbage":
            for line in ["garbage", "{\"type\":", "[1,2,3]", "null", "{\"type\":42}", "\u{FFFD}\u{0}"] {
                Wire.say(line)
            }
            Wire.say(#"{"result":"折叠","subtype":"compaction","type":"result"}"#)
            finish("完")
        case "echo": finish(prompt.text)
        default:
            say(text: "先跑一下。")
            finish("12 个测试全部通过。")
        }
        // It waits for the next turn until its input ends.
        while Wire.hear() != nil {}
        makeFile("ended")
    }

    // MARK: Lines

    private func start() {
        Wire.say(
            #"{"subtype":"init","cwd":"/srv/s/1","session_id":"\#(session)","tools":["Task","Bash"],"mcp_servers":[],"model":"claude-opus-5-5","permissionMode":"default","type":"system"}"#
        )
    }

    private func say(text: String) {
        Wire.say([
            "message": [
                "id": "msg_1", "type": "message", "role": "assistant",
                "content": [["type": "text", "text": .string(text)]],
            ], "parent_tool_use_id": nil, "session_id": .string(session), "type": "assistant",
        ])
    }

    private func finish(_ text: String) {
        Wire.say(
            #"{"duration_api_ms":190,"stop_reason":"end_turn","session_id":"\#(session)","total_cost_usd":\#(cost),"usage":{"input_tokens":1800,"output_tokens":80,"cache_read_input_tokens":200},"permission_denials":[],"terminal_reason":"completed","is_error":false,"num_turns":2,"subtype":"success","api_error_status":null,"result":\#(JSONValue.string(text).text),"type":"result"}"#
        )
    }

    private func abort() {
        Wire.say(
            #"{"stop_reason":"tool_use","session_id":"\#(session)","total_cost_usd":0.0125,"terminal_reason":"aborted_tools","is_error":true,"num_turns":3,"subtype":"error_during_execution","errors":["[ede_diagnostic] result_type=user last_content_type=n/a stop_reason=tool_use"],"type":"result"}"#
        )
    }

    private func retry(_ status: Int64?, _ error: String) {
        Wire.say([
            "type": "system", "subtype": "api_retry", "attempt": 1, "max_retries": 10, "retry_delay_ms": 601,
            "error_status": status.map(JSONValue.integer) ?? nil, "error": .string(error),
            "session_id": .string(session),
        ])
    }

    private func ask(_ id: String, _ tool: String, _ input: String) {
        Wire.say(
            #"{"request_id":"\#(id)","request":{"subtype":"can_use_tool","tool_name":"\#(tool)","display_name":"\#(tool)","input":\#(input),"tool_use_id":"toolu_1"},"type":"control_request"}"#
        )
    }

    // MARK: Scenarios

    private static let bash = #"{"command":"touch made_by_agent && echo 12 passed","description":"run tests"}"#

    private func permission() {
        Wire.say(
            #"{"message":{"id":"msg_1","role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"Bash","input":\#(MockClaude.bash)}]},"parent_tool_use_id":null,"session_id":"\#(session)","type":"assistant"}"#
        )
        ask("016af1bf", "Bash", MockClaude.bash)
        let answer = Wire.hear()?["response"]
        guard answer?["request_id"] == "016af1bf", let response = answer?["response"] else {
            return finish("denied: \(answer?.text ?? "the input ended")")
        }
        guard response["behavior"] == "allow" else { return finish("denied: \(response.text)") }
        Wire.say(
            #"{"message":{"role":"user","content":[{"tool_use_id":"toolu_1","type":"tool_result","content":"12 passed","is_error":false}]},"parent_tool_use_id":null,"session_id":"\#(session)","type":"user"}"#
        )
        finish("allowed: \(response["updatedInput"]?["command"]?.string ?? "")")
    }

    private func question() {
        ask(
            "3ca42158", "AskUserQuestion",
            #"{"questions":[{"question":"哪个环境？","header":"环境","options":[{"label":"测试","description":"staging"},{"label":"生产","description":"prod"}],"multiSelect":false},{"question":"哪些服务？","header":"服务","options":[{"label":"甲"},{"label":"乙"},{"label":"丙"}],"multiSelect":true}]}"#
        )
        finish(Wire.hear()?["response"]?.text ?? "the input ended")
    }

    /// Asks, does not want to know any more once another question is answered, and ends when a third is.
    private func withdraw() {
        ask("a", "Bash", MockClaude.bash)
        ask("b", "Edit", #"{"file_path":"b.txt"}"#)
        let first = Wire.hear()?["response"]?["request_id"]?.string ?? ""
        Wire.say(#"{"request_id":"a","type":"control_cancel_request"}"#)
        ask("c", "Write", #"{"file_path":"c.txt"}"#)
        finish(first + (Wire.hear()?["response"]?["request_id"]?.string ?? ""))
    }

    /// Waits for an interruption: the protocol's own, or a signal, which `stubborn` and `mute` heed instead. `mute` ends
    /// without a last word then.
    private func hang() {
        say(text: "先跑一下。")
        if scenario != "hang" {
            Wire.onInterrupt {
                makeFile("signalled")
                if scenario == "stubborn" { abort() }
                Wire.end(0)
            }
        }
        ask("016af1bf", "Bash", MockClaude.bash)
        while let line = Wire.hear() {
            guard scenario == "hang", line["request"]?["subtype"] == "interrupt",
                let id = line["request_id"]?.string
            else { continue }
            Wire.say(#"{"request_id":"016af1bf","type":"control_cancel_request"}"#)
            Wire.say(
                #"{"response":{"subtype":"success","request_id":"\#(id)","response":{"still_queued":[]}},"type":"control_response"}"#
            )
            makeFile("interrupted")
            abort()
        }
        Wire.sleepForEver()
    }

    /// Without `init`, and by whatever name.
    private func loseSession(_ id: String, _ error: String) -> Never {
        Wire.say([
            "subtype": "error_during_execution", "is_error": true, "num_turns": 0, "session_id": .string(id),
            "errors": [.string(error)], "type": "result",
        ])
        Wire.end(1, error)
    }
}
