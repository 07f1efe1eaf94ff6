import JSON
import Router
import System
import Testing
import WeCom

@testable import Agents

@Suite struct ClaudeReaderTests {
    private static let success = """
        {"session_id":"fd4d","total_cost_usd":0.0125,"usage":{"input_tokens":1800,"output_tokens":80,\
        "cache_read_input_tokens":200,"cache_creation_input_tokens":50},"is_error":false,"subtype":"success",\
        "result":"12 个测试全部通过。","type":"result"}
        """

    private func failure(_ line: String, after lines: [String] = [], before: ClaudeState? = nil) throws -> AgentFailure
    {
        var reader = ClaudeReader(state: before) { Timestamp(seconds: 1000) }
        for line in lines + [line] { _ = try reader.read(line) }
        guard case .failure(let failure)? = reader.ending else { throw NoEnding() }
        return failure
    }

    private func reply(_ reader: ClaudeReader) throws -> ProgramReply {
        guard case .success(let reply)? = reader.ending else { throw NoEnding() }
        return reply
    }

    @Test("the session is told as soon as it is named, and the answer is the result's")
    func turn() throws {
        var reader = ClaudeReader()
        let begin = #"{"subtype":"init","session_id":"fd4d","model":"m","type":"system"}"#
        #expect(try reader.read(begin).events == [.started(["session_id": "fd4d", "microdollars": 0])])
        let text =
            #"{"message":{"content":[{"type":"thinking","thinking":"嗯"},{"type":"text","text":"先跑一下。"}]},"type":"assistant"}"#
        #expect(try reader.read(text).events == [.thinking("嗯"), .text("先跑一下。")])
        let use =
            #"{"message":{"content":[{"type":"tool_use","id":"t1","name":"Bash","input":{"command":"make test"}}]},"type":"assistant"}"#
        let call = ToolCall(id: "t1", title: "Bash: make test", state: .running)
        #expect(try reader.read(use).events == [.tool(call)])
        let end =
            #"{"message":{"content":[{"tool_use_id":"t1","type":"tool_result","content":"x","is_error":true}]},"type":"user"}"#
        #expect(
            try reader.read(end).events == [.tool(ToolCall(id: "t1", title: "Bash: make test", state: .failed))])
        #expect(try reader.read(ClaudeReaderTests.success).isEmpty)
        let reply = try reply(reader)
        #expect(reply.text == "12 个测试全部通过。")
        #expect(reply.session == ["session_id": "fd4d", "microdollars": 12_500])
        #expect(reply.usage == Usage(input: 2050, output: 80, cached: 200, microdollars: 12_500))
    }

    @Test("cost is the difference to what the session had cost, or the new total if it went down")
    func cost() throws {
        for (known, booked) in [(8_800, 3_700), (20_000, 12_500)] {
            var reader = ClaudeReader(state: ClaudeState(sessionID: "fd4d", microdollars: known))
            _ = try reader.read(ClaudeReaderTests.success)
            #expect(try reply(reader).usage?.microdollars == booked)
            #expect(try reply(reader).session?["microdollars"] == 12_500)
        }
    }

    @Test("a sub-agent's text is not the agent's, and neither is a compaction its end")
    func passedOver() throws {
        var reader = ClaudeReader()
        for line in [
            #"{"message":{"content":[{"type":"text","text":"sub"}]},"parent_tool_use_id":"t1","type":"assistant"}"#,
            #"{"subtype":"compaction","result":"folded","type":"result"}"#, #"{"type":"status"}"#, #"[1]"#, "null",
            #"{"message":{"content":"[Request interrupted by user]"},"type":"user"}"#,
        ] {
            #expect(try reader.read(line).isEmpty)
        }
        #expect(reader.ending == nil)
        #expect(reader.partialText == "")
    }

    @Test("text that comes in pieces is told in pieces, and not again as a whole")
    func pieces() throws {
        var reader = ClaudeReader()
        func piece(_ text: String) -> String {
            #"{"event":{"type":"content_block_delta","delta":{"type":"text_delta","text":"\#(text)"}},"type":"stream_event"}"#
        }
        func whole(_ text: String) -> String {
            #"{"message":{"content":[{"type":"text","text":"\#(text)"}]},"type":"assistant"}"#
        }
        var events: [TurnEvent] = []
        for line in [piece("一"), piece("二"), whole("一二"), piece("三")] { events += try reader.read(line).events }
        #expect(events == [.text("一"), .text("二"), .text("\n\n三")])
        #expect(reader.partialText == "一二\n\n三")
    }

    @Test(
        "a provider's refusal is classed by its status, else by the message's error, else by its words",
        arguments: [
            (#""api_error_status":401,"result":"Invalid API key""#, nil, AgentFailure.Class.auth),
            (#""api_error_status":429,"result":"x""#, nil, .rate),
            (#""api_error_status":529,"result":"x""#, nil, .rate),
            (#""api_error_status":500,"result":"x""#, nil, .transient),
            (#""api_error_status":400,"result":"x""#, nil, .config),
            (#""api_error_status":413,"result":"x""#, nil, .input),
            (#""api_error_status":null,"result":"API Error: 529 {}""#, nil, .rate),
            (#""result":"x""#, "billing_error", .config), (#""result":"x""#, "authentication_failed", .auth),
            (#""result":"x""#, "rate_limit", .rate), (#""result":"x""#, "server_error", .transient),
            (#""result":"Please run /login""#, nil, .auth), (#""result":"Connection error.""#, nil, .transient),
            (#""result":"x","terminal_reason":"prompt_too_long""#, nil, .input),
        ])
    func refusals(fields: String, error: String?, kind: AgentFailure.Class) throws {
        let before = error.map {
            [#"{"error":"\#($0)","message":{"content":[{"type":"text","text":"no"}]},"type":"assistant"}"#]
        }
        let failure = try failure(
            #"{"is_error":true,"subtype":"success",\#(fields),"type":"result"}"#, after: before ?? [])
        #expect(failure.kind == kind)
        #expect(failure.partialText == "")
    }

    @Test("a limit's end says when to come back")
    func limit() throws {
        let limit = #"{"rate_limit_info":{"status":"rejected","resetsAt":1060},"type":"rate_limit_event"}"#
        let end = #"{"is_error":true,"subtype":"success","api_error_status":429,"result":"x","type":"result"}"#
        #expect(try failure(end, after: [limit]).retryAfter == .seconds(60))
        let allowed = #"{"rate_limit_info":{"status":"allowed","resetsAt":1060},"type":"rate_limit_event"}"#
        #expect(try failure(end, after: [limit, allowed]).retryAfter == nil)
    }

    @Test(
        "a turn that breaks off is interrupted, with what was said until then",
        arguments: ["error_during_execution", "error_of_tomorrow"])
    func breakdowns(subtype: String) throws {
        let said = #"{"message":{"content":[{"type":"text","text":"一半"}]},"type":"assistant"}"#
        let failure = try failure(
            #"{"is_error":true,"subtype":"\#(subtype)","errors":["e1"],"type":"result"}"#, after: [said])
        #expect(failure == AgentFailure(.interrupted, "\(subtype): e1", partialText: "一半"))
    }

    @Test(
        "a limit that was reached is noted under what was said until then, and the session goes on",
        arguments: [
            ("error_max_turns", "（已达到步骤上限，任务可能没有完成。）", "(The limit of steps was"),
            ("error_max_budget_usd", "（已达到预算上限，任务可能没有完成。）", "(The limit of the budget was"),
            ("error_max_structured_output_retries", "（已达到尝试次数上限，内容可能不完整。）", "(The limit of attempts was"),
        ])
    func limits(subtype: String, note: String, english: String) throws {
        let said = #"{"message":{"content":[{"type":"text","text":"一半"}]},"type":"assistant"}"#
        let end =
            #"{"is_error":true,"subtype":"\#(subtype)","session_id":"fd4d","total_cost_usd":0.0125,"errors":["e1"],"type":"result"}"#
        var reader = ClaudeReader()
        for line in [said, end] { _ = try reader.read(line) }
        #expect(
            try reply(reader)
                == ProgramReply(
                    text: "一半\n\n\(note)", session: ["session_id": "fd4d", "microdollars": 12_500],
                    usage: Usage(microdollars: 12_500)))
        var other = ClaudeReader(language: .english)
        for line in [said, end] { _ = try other.read(line) }
        #expect(try reply(other).text.hasPrefix("一半\n\n\(english)"))
        #expect(
            try failure(end)
                == AgentFailure(
                    .config, "the program reached its limit (\(subtype)) before it said anything: e1"))
    }

    @Test("a start that fails by itself is the command's fault, and one that was killed or had begun is not")
    func badStart() throws {
        var begun = ClaudeReader()
        _ = try begun.read(#"{"subtype":"init","session_id":"fd4d","type":"system"}"#)
        for status in [1, 2] as [Int32] {
            let failure = ClaudeReader().failure(endingWith: .exited(status), complaint: "no such option", log: "")
            #expect(failure.kind == .config)
            #expect(failure.reason.hasSuffix(": no such option"))
            #expect(begun.failure(endingWith: .exited(status), complaint: "", log: "").kind == .interrupted)
        }
        for end in [.exited(0), .killed(by: 9), .lost] as [ProgramEnd] {
            #expect(ClaudeReader().failure(endingWith: end, complaint: "", log: "").kind == .interrupted)
        }
    }

    @Test("an unknown session is lost only where there was one")
    func lost() throws {
        let line =
            #"{"subtype":"error_during_execution","num_turns":0,"errors":["No conversation found with session ID: x"],"type":"result"}"#
        #expect(try failure(line, before: ClaudeState(sessionID: "x")).kind == .lostSession)
        #expect(try failure(line).kind == .interrupted)
        let log = "No conversation found with session ID: x\n"
        let resumed = ClaudeReader(state: ClaudeState(sessionID: "x"))
        #expect(resumed.failure(endingWith: .exited(1), complaint: "x", log: log).kind == .lostSession)
        #expect(ClaudeReader().failure(endingWith: .exited(1), complaint: "x", log: log).kind == .config)
    }

    @Test(
        "a retry ends the turn only where the provider does not know us",
        arguments: [
            ("401", AgentFailure.Class.auth), ("403", .auth), ("429", nil), ("529", nil), ("500", nil), ("null", nil),
            (#""401""#, nil),
        ] as [(String, AgentFailure.Class?)])
    func retries(status: String, kind: AgentFailure.Class?) throws {
        var reader = ClaudeReader()
        let line =
            #"{"type":"system","subtype":"api_retry","attempt":1,"error_status":\#(status),"error":"authentication_failed"}"#
        #expect(try reader.read(line).isEmpty)
        switch reader.ending {
        case .failure(let failure)?: #expect(failure.kind == kind)
        case .success?, nil: #expect(kind == nil)
        }
    }

    @Test("root's refusal is the command's fault only if the program has said nothing else")
    func root() throws {
        let log = "--dangerously-skip-permissions cannot be used with root/sudo privileges for security reasons\n"
        var reader = ClaudeReader()
        #expect(reader.failure(endingWith: .exited(1), complaint: log, log: log).kind == .config)
        _ = try reader.read(#"{"subtype":"init","session_id":"fd4d","type":"system"}"#)
        #expect(reader.failure(endingWith: .exited(1), complaint: log, log: log).kind == .interrupted)
    }

    private func request(_ tool: String, _ input: String = "{}") throws -> JSONValue {
        try json(
            #"{"request_id":"r1","request":{"subtype":"can_use_tool","tool_name":"\#(tool)","input":\#(input)},"type":"control_request"}"#
        )
    }

    @Test("a tool that the settings allow or deny is answered without a question")
    func policy() throws {
        let policy = PermissionPolicy(.ask, byTool: ["read": .allow, "bash": .deny])
        var reader = ClaudeReader(permissions: policy)
        let allowed = try #require(try reader.take(request("Read", #"{"file_path":"a"}"#)).written.first)
        #expect(allowed["response"]?["response"] == ["behavior": "allow", "updatedInput": ["file_path": "a"]])
        #expect(allowed["response"]?["request_id"] == "r1")
        let denied = try #require(try reader.take(request("Bash")).written.first)
        #expect(denied["response"]?["response"]?["behavior"] == "deny")
    }

    @Test("a tool that people are asked about is named with what it would do, shortened")
    func permission() throws {
        var reader = ClaudeReader()
        let command = String(repeating: "x", count: 5000)
        let question = try #require(try reader.take(request("Bash", #"{"command":"\#(command)"}"#)).asked.first)
        #expect(question.id == "r1")
        #expect(question.questions[0].title == "需要您的许可：Bash")
        #expect(question.questions[0].detail?.count == 4000)
        #expect(question.questions[0].options.map(\.label) == ["允许", "拒绝"])
        let zhang = UserID("zhang")
        let yes = question.line(answering: [.chosen(["allow"], by: zhang)])
        #expect(yes["response"]?["response"]?["updatedInput"]?["command"]?.string == command)
        let no = question.line(answering: [.chosen(["deny"], by: zhang)])
        #expect(no["response"]?["response"] == ["behavior": "deny", "message": "用户拒绝"])
        #expect(question.line(answering: [.expired])["response"]?["response"]?["behavior"] == "deny")
        #expect(question.line(refusedFor: "why")["response"]?["error"] == "why")
    }

    @Test("other requests are answered with an error, and a withdrawal takes the question back")
    func others() throws {
        var reader = ClaudeReader()
        let hook = #"{"request_id":"h1","request":{"subtype":"hook_callback"},"type":"control_request"}"#
        #expect(try reader.read(hook).written.first?["response"]?["subtype"] == "error")
        let effects = try reader.read(#"{"request_id":"r1","type":"control_cancel_request"}"#)
        guard case .withdraw("r1")? = effects.first else {
            Issue.record("not withdrawn: \(effects)")
            return
        }
    }

    @Test("questions with nothing to choose from are not asked")
    func emptyQuestion() throws {
        var reader = ClaudeReader(permissions: PermissionPolicy(.allow))
        for input in ["{}", #"{"questions":[]}"#, #"{"questions":[{"question":"?","options":[]}]}"#] {
            let effects = reader.take(try request("AskUserQuestion", input))
            #expect(effects.written.first?["response"]?["subtype"] == "error")
        }
    }
}
