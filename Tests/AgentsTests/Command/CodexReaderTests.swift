import JSON
import Router
import System
import Testing

@testable import Agents

@Suite struct CodexReaderTests {
    private func read(_ lines: [String], state: CodexState? = nil) throws -> (reader: CodexReader, events: [TurnEvent])
    {
        var reader = CodexReader(state: state)
        var events: [TurnEvent] = []
        for line in lines { events += try reader.read(line).events }
        return (reader, events)
    }

    private func reply(_ reader: CodexReader) throws -> ProgramReply {
        guard case .success(let reply)? = reader.ending else { throw NoEnding() }
        return reply
    }

    private static let completed =
        #"{"usage":{"input_tokens":7200,"cached_input_tokens":6000,"output_tokens":90},"type":"turn.completed"}"#

    @Test("the last message is the answer, and what went before it is told on the way")
    func turn() throws {
        let (reader, events) = try read([
            #"{"thread_id":"01a1","type":"thread.started"}"#,
            #"{"item":{"id":"item_0","type":"error","message":"no metadata"},"type":"item.completed"}"#,
            #"{"type":"turn.started"}"#,
            #"{"item":{"id":"item_1","type":"agent_message","text":"先看看。"},"type":"item.completed"}"#,
            #"{"item":{"id":"item_2","type":"command_execution","command":"/bin/bash -lc 'wc -l *'","status":"in_progress"},"type":"item.started"}"#,
            #"{"item":{"id":"item_2","type":"command_execution","command":"/bin/bash -lc 'wc -l *'","exit_code":1,"status":"failed"},"type":"item.completed"}"#,
            #"{"item":{"id":"item_3","type":"todo_list","items":[{"text":"一","completed":true},{"text":"二","completed":false}]},"type":"item.updated"}"#,
            #"{"item":{"id":"item_4","type":"agent_message","text":"共 120 行。"},"type":"item.completed"}"#,
            CodexReaderTests.completed,
        ])
        #expect(
            events == [
                .started(["thread_id": "01a1", "total": ["input": 0, "output": 0, "cached": 0]]), .text("先看看。"),
                .tool(ToolCall(id: "item_2", title: "wc -l *", state: .running)),
                .tool(ToolCall(id: "item_2", title: "wc -l *", state: .failed)), .progress("1/2 二"),
                .text("\n\n共 120 行。"),
            ])
        let reply = try reply(reader)
        #expect(reply.text == "共 120 行。")
        #expect(reply.session == ["thread_id": "01a1", "total": ["input": 7200, "output": 90, "cached": 6000]])
        #expect(reply.usage == Usage(input: 7200, output: 90, cached: 6000))
    }

    @Test("usage is what came on top of the thread's total, or all of a total that went down")
    func usage() throws {
        let known = CodexState(threadID: "01a1", total: Usage(input: 4800, output: 60, cached: 4000))
        #expect(
            try reply(read([CodexReaderTests.completed], state: known).reader).usage
                == Usage(input: 2400, output: 30, cached: 2000))
        let more = CodexState(threadID: "01a1", total: Usage(input: 9600, output: 60, cached: 4000))
        #expect(
            try reply(read([CodexReaderTests.completed], state: more).reader).usage
                == Usage(input: 7200, output: 90, cached: 6000))
    }

    @Test("a thread of another name ends the turn before anything of it is told")
    func anotherThread() throws {
        let lines = [#"{"thread_id":"another","type":"thread.started"}"#, CodexReaderTests.completed]
        let (reader, events) = try read(lines, state: CodexState(threadID: "01a1"))
        #expect(events.isEmpty)
        guard case .failure(let failure)? = reader.ending else { throw NoEnding() }
        #expect(failure.kind == .lostSession)
    }

    @Test(
        "a refused key fails the turn at the first error that says so, and nothing else does",
        arguments: [
            ("Reconnecting... 1/5 (unexpected status 401 Unauthorized: no, url: u)", AgentFailure.Class.auth),
            ("unexpected status 403 Forbidden", .auth),
            ("Reconnecting... 2/5 (unexpected status 502 Bad Gateway)", nil),
            ("Reconnecting... 1/5 (unexpected status 429 Too Many Requests)", nil), ("", nil),
        ] as [(String, AgentFailure.Class?)])
    func refusedKey(message: String, kind: AgentFailure.Class?) throws {
        let (reader, _) = try read([#"{"message":"\#(message)","type":"error"}"#])
        switch reader.ending {
        case .failure(let failure)?:
            #expect(failure.kind == kind)
            #expect(!failure.reason.hasPrefix("Reconnecting"))
        case .success?, nil: #expect(kind == nil)
        }
    }

    @Test("it stands still from the first reconnect without a count until anything but an error comes")
    func standstill() throws {
        let endless = #"{"type":"error","message":"Reconnecting... waiting for network (Connection failed: x)"}"#
        let counted = #"{"type":"error","message":"Reconnecting... 1/5 (stream closed)"}"#
        #expect(try read([counted]).reader.standstill == nil)
        #expect(
            try read([endless]).reader.standstill
                == AgentFailure(.transient, "it only tries to reconnect: Connection failed: x"))
        #expect(try read([endless, counted]).reader.standstill?.kind == .transient)
        let item = #"{"item":{"id":"item_0","type":"error","message":"no metadata"},"type":"item.completed"}"#
        #expect(try read([endless, item]).reader.standstill == nil)
        #expect(try read([endless, item, endless]).reader.standstill != nil)
    }

    @Test("an error line is fatal only if the turn does not complete")
    func reconnecting() throws {
        let notice = #"{"message":"Reconnecting... 1/5 (unexpected status 502)","type":"error"}"#
        let (reader, _) = try read([notice, CodexReaderTests.completed])
        #expect(try reply(reader).text == "")
        let (broken, _) = try read([notice])
        #expect(broken.ending == nil)
        #expect(broken.failure(endingWith: .exited(1), complaint: "", log: "").kind == .transient)
    }

    @Test(
        "a failed turn is classed by the status in its message",
        arguments: [
            ("unexpected status 401 Unauthorized: Incorrect API key, url: …", AgentFailure.Class.auth),
            ("unexpected status 429 Too Many Requests", .rate), ("unexpected status 404 Not Found", .config),
            ("You've hit your usage limit.", .rate), ("stream disconnected before completion", .transient),
            ("status 40 and status 9999", .transient),
        ])
    func failures(message: String, kind: AgentFailure.Class) throws {
        let (reader, _) = try read([#"{"error":{"message":"\#(message)"},"type":"turn.failed"}"#])
        guard case .failure(let failure)? = reader.ending else { throw NoEnding() }
        #expect(failure.kind == kind)
        #expect(failure.reason == message)
    }

    @Test("a start that fails is classed by what standard error and the status say")
    func badStart() throws {
        let fresh = CodexReader()
        let resumed = CodexReader(state: CodexState(threadID: "01a1"))
        let log = "Error: no rollout found for thread id 01a1\nhint: …"
        #expect(resumed.failure(endingWith: .exited(1), complaint: "hint: …", log: log).kind == .lostSession)
        let bad = fresh.failure(endingWith: .exited(1), complaint: "hint: …", log: log)
        #expect(bad.kind == .config && bad.reason.hasSuffix(": hint: …"))
        let (begun, _) = try read([#"{"type":"turn.started"}"#])
        #expect(begun.failure(endingWith: .exited(1), complaint: "", log: "").kind == .interrupted)
        #expect(fresh.failure(endingWith: .lost, complaint: "", log: "").kind == .interrupted)
        #expect(fresh.failure(endingWith: .exited(2), complaint: "usage", log: "usage").kind == .config)
        #expect(fresh.failure(endingWith: .exited(127), complaint: "", log: "").kind == .config)
        #expect(fresh.failure(endingWith: .killed(by: 9), complaint: "", log: "").kind == .interrupted)
    }
}
