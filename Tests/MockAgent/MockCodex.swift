import JSON
import System

/// `codex exec --json` as it was recorded (version 0.163.0): `codex SCENARIO`, then the words that its caller adds.
enum MockCodex {
    static func run(_ words: [String]) {
        guard words.count > 1, words[1] == "exec", words.last == "-", words.contains("--json"),
            words.contains("--skip-git-repo-check")
        else { Wire.end(2, "error: unexpected arguments \(words)") }
        let isResumed = words[2] == "resume"
        if isResumed, words.contains("--sandbox") || words.contains("--cd") {
            Wire.end(2, "error: unexpected argument '--sandbox' found")
        }
        var prompt: [String] = []
        while let line = readLine() { prompt.append(line) }
        play(words[0], isResumed: isResumed, words, prompt.joined(separator: "\n"))
    }

    private static func play(_ scenario: String, isResumed: Bool, _ words: [String], _ prompt: String) {
        if scenario == "unknown", isResumed {
            StandardError.write(
                "Error: thread/resume: thread/resume failed: no rollout found for thread id 01a1 (code -32600)\n")
            Wire.end(1, "run with RUST_BACKTRACE=1")
        }
        if scenario == "notice" { return Wire.say("Reading config…") }
        // Of what is no thread's id it thinks nothing, and begins a new one.
        let thread = scenario == "another" ? "01a2199a-0edf" : "01a1f844-a2b4"
        Wire.say(#"{"thread_id":"\#(thread)","type":"thread.started"}"#)
        Wire.say(
            #"{"item":{"id":"item_0","message":"Model metadata for `mock` not found.","type":"error"},"type":"item.completed"}"#
        )
        Wire.say(#"{"type":"turn.started"}"#)
        switch scenario {
        case "words": finish(words.dropFirst().joined(separator: "\u{1F}"))
        case "echo": finish(prompt)
        case "total": finish("你好。", input: isResumed ? 9600 : 7200, cached: isResumed ? 8000 : 6000, output: 90)
        case "unauthorised":
            // It would go on for five times: whoever waits for the last one waits for ever here.
            let message =
                "unexpected status 401 Unauthorized: Incorrect API key provided., url: http://127.0.0.1:1/v1/responses"
            Wire.say(["message": .string("Reconnecting... 1/5 (\(message))"), "type": "error"])
            Wire.sleepForEver()
        case "unreachable", "late":
            let message = "Reconnecting... waiting for network (Connection failed: error sending request)"
            Wire.say(["message": .string(message), "type": "error"])
            if scenario == "unreachable" { Wire.sleepForEver() }
            finish("完")
        case "keyless":
            let message = "Missing environment variable: `MODEL_KEY`."
            Wire.say(["message": .string(message), "type": "error"])
            Wire.say(["error": ["message": .string(message)], "type": "turn.failed"])
            Wire.end(1)
        case "another": finish("回答")
        case "hang":
            say("在跑了。")
            Wire.onInterrupt {
                makeFile("signalled")
                Wire.end(1)
            }
            // Only now is a signal what the test means it to be.
            Wire.say(#"{"item":{"id":"item_9","text":"睡","type":"reasoning"},"type":"item.completed"}"#)
            Wire.sleepForEver()
        case "flood":
            for number in 0..<10_000 { say("第 \(number) 行") }
            finish("完")
        case "garbage":
            for line in ["garbage", "{\"type\":", "[1]", "{\"type\":\"item.completed\"}"] { Wire.say(line) }
            finish("完")
        case "crash":
            say("在跑了。")
            Wire.end(1, "thread 'main' panicked")
        default:
            say("先看看。")
            finish("你好。")
        }
    }

    private static func say(_ text: String) {
        Wire.say([
            "item": ["id": "item_1", "text": .string(text), "type": "agent_message"], "type": "item.completed",
        ])
    }

    private static func finish(_ text: String, input: Int64 = 2400, cached: Int64 = 2000, output: Int64 = 30) {
        say(text)
        Wire.say([
            "usage": [
                "input_tokens": .integer(input), "cached_input_tokens": .integer(cached),
                "cache_write_input_tokens": 0, "output_tokens": .integer(output), "reasoning_output_tokens": 0,
            ], "type": "turn.completed",
        ])
    }
}
