import HTTP
import HostileTesting
import JSON
import Router
import System
import Testing
import Text
import WeCom

@testable import Agents

@Suite("agents that say anything", .timeLimit(.minutes(2)))
struct HostileAgentTests {
    @Test("plain text takes work in proportion, with the files that it may name", arguments: HostileText.all)
    func text(_ kind: HostileText) async {
        await Task.yield()
        let run = kind.text(bytes: kind.size)
        let bytes = Array("\(run)(\(run.prefix(10)))\nMEDIA:\(run)\n[a](\(run))\nMEDIA:a \(run)".utf8)
        expectWork(of: kind.size, microsecondsPerByte: 8, "\(kind)") {
            var (pieces, said) = (TextPieces(), BoundedText())
            for start in stride(from: 0, to: bytes.count, by: 4096) {
                said.append(pieces.take(Array(bytes[start..<min(start + 4096, bytes.count)])))
            }
            said.append(pieces.finish())
            #expect(FilesInText(String(said.text.withoutSpaceAtEnd), beneath: "/w").text.utf8.count <= bytes.count)
        }
    }

    @Test("lines of `jsonl` take work in proportion", arguments: HostileText.all)
    func job(_ kind: HostileText) async {
        await hear(kind, by: { JobReader() }) { text in
            [
                ["type": "delta", "text": text], ["type": "progress", "text": text], ["type": text, "class": text],
                ["type": "approval", "id": text, "title": text, "detail": text],
                [
                    "type": "approval", "id": "1", "title": text,
                    "options": [["id": text, "label": text, "style": text]],
                ],
                ["type": "file", "path": text, "name": text], ["type": "final", "text": text],
            ]
        }
        await hear(kind, asBytes: true, by: { JobReader() }) { text in
            [["type": "error", "class": text, "message": text]]
        }
    }

    @Test("lines of `claude` take work in proportion", arguments: HostileText.all)
    func claude(_ kind: HostileText) async {
        await hear(kind, by: { ClaudeReader() }) { text in
            [
                ["type": "system", "subtype": "init", "session_id": text], ["type": text, "subtype": text],
                ["type": "stream_event", "event": ["delta": ["type": "text_delta", "text": text]]],
                [
                    "type": "assistant",
                    "message": [
                        "content": [
                            ["type": "thinking", "thinking": text], ["type": "text", "text": text],
                            ["type": "tool_use", "id": text, "name": text, "input": ["command": text]],
                            ["type": text],
                        ]
                    ],
                ],
                ["type": "user", "message": ["content": [["type": "tool_result", "tool_use_id": text]]]],
                [
                    "type": "control_request", "request_id": "1",
                    "request": ["subtype": "can_use_tool", "tool_name": text, "title": text, "input": ["path": text]],
                ],
                [
                    "type": "control_request", "request_id": "2",
                    "request": [
                        "subtype": "can_use_tool", "tool_name": "AskUserQuestion",
                        "input": [
                            "questions": [["question": text, "options": [["label": text, "description": text]]]]
                        ],
                    ],
                ],
                ["type": "result", "subtype": "success", "result": text, "session_id": text],
            ]
        }
        for words: @Sendable (JSONValue) -> JSONValue in [
            { ["type": "result", "subtype": "success", "is_error": true, "result": $0] },
            { ["type": "result", "subtype": $0, "terminal_reason": $0, "errors": [$0, $0]] },
            { ["type": "result", "subtype": "error_max_turns", "errors": [$0]] },
        ] {
            await hear(kind, by: { ClaudeReader(state: ClaudeState(sessionID: "s", microdollars: 0)) }) { [words($0)] }
        }
    }

    @Test("lines of `codex` take work in proportion", arguments: HostileText.all)
    func codex(_ kind: HostileText) async {
        let items = ["agent_message", "reasoning", "command_execution", "web_search", "mcp_tool_call", "todo_list"]
        await hear(kind, by: { CodexReader() }) { text in
            [["type": "thread.started", "thread_id": text], ["type": text]]
                + items.map { item in
                    [
                        "type": "item.completed",
                        "item": [
                            "type": .string(item), "id": "1", "text": text, "command": text, "query": text,
                            "tool": text,
                            "status": text, "items": [["text": text]],
                        ],
                    ]
                } + [["type": "error", "message": text], ["type": "turn.completed"]]
        }
        await hear(kind, by: { CodexReader() }) { text in
            [["type": "error", "message": .string("Reconnecting... (\(text.string ?? ""))")], ["type": "turn.failed"]]
        }
    }

    @Test("messages of `acp` take work in proportion", arguments: HostileText.all)
    func acp(_ kind: HostileText) async {
        let updates: [@Sendable (JSONValue) -> JSONValue] = [
            { ["sessionUpdate": "agent_message_chunk", "messageId": $0, "content": ["type": "text", "text": $0]] },
            { ["sessionUpdate": "agent_message_chunk", "content": ["type": "resource_link", "uri": $0, "name": $0]] },
            { ["sessionUpdate": "agent_message_chunk", "content": ["type": "image", "data": $0, "mimeType": $0]] },
            { ["sessionUpdate": "agent_thought_chunk", "content": ["type": "text", "text": $0]] },
            {
                ["sessionUpdate": "tool_call", "toolCallId": "1", "title": $0, "kind": $0, "rawInput": ["command": $0]]
            },
            { ["sessionUpdate": "tool_call_update", "toolCallId": $0, "status": $0, "rawInput": $0] },
            { ["sessionUpdate": "plan", "entries": [["content": $0, "status": $0]]] }, { ["sessionUpdate": $0] },
        ]
        let text = JSONValue.string(kind.text(bytes: kind.size))
        await Task.yield()
        var all = ACPUpdates()
        for update in updates {
            let line = RPCMessage.notification("session/update", ["update": update(text)])
            expectWork(of: kind.size, microsecondsPerByte: 4, "an update of \(kind)") {
                guard case .notification(_, let params)? = RPCMessage(line), let update = params["update"] else {
                    return
                }
                _ = (all.take(update), all.take(update))
            }
        }
        let error = RPCError(["code": -32603, "message": text, "data": text])
        expectWork(of: 2 * kind.size, microsecondsPerByte: 20, "an error of \(kind)") {
            #expect(error.words(without: secrets).utf8.count < 4000)
        }
        expectWork(of: kind.size, microsecondsPerByte: 4, "a permission for \(kind)") {
            #expect(!error.tellsOfLostSession)
            let permission = ACPPermission(
                ["options": [["optionId": "1", "name": text, "kind": text]]], of: ACPTools.Call(["title": text]))
            _ = permission.verdict(by: PermissionPolicy(), saying: .chinese)
        }
    }

    @Test("streams and bodies of `openai` take work in proportion", arguments: HostileText.all)
    func chat(_ kind: HostileText) async throws {
        let text = JSONValue.string(kind.text(bytes: kind.size))
        // As much as an event may hold, however it is escaped.
        let written = text.bytes.count
        let piece = JSONValue.string(
            kind.text(bytes: kind.size * min(written, ServerSentEvents.longestEvent - 1000) / written))
        let events: [JSONValue] = [
            ["choices": [["delta": ["content": piece]]]], ["choices": [["delta": ["reasoning": piece]]]],
            ["choices": [["delta": ["refusal": piece]]]], ["choices": [["delta": [], "finish_reason": piece]]],
            ["choices": [["delta": ["content": [["type": piece, "text": "a"]]]]]],
            ["choices": [["delta": ["content": [["type": "text", "text": piece]]], "finish_reason": "stop"]]],
            ["object": piece],
        ]
        // As bytes: `replacing` compares characters, and takes the square of some of these.
        let name = String(decoding: kind.text(bytes: kind.size).utf8.filter { $0 != 10 && $0 != 13 }, as: UTF8.self)
        let stream =
            Array("event: \(name)\n\(name): a\nb: \(name)\ndata: \(name)\n\n".utf8)
            + events.flatMap { Array("data: ".utf8) + $0.bytes + Array("\n\n".utf8) }
        await Task.yield()
        var (sse, answer) = (ServerSentEvents(), ChatAnswer())
        var heard: [ServerSentEvent] = []
        try expectWork(of: stream.count, microsecondsPerByte: 1, "a stream of \(kind)") {
            for start in stride(from: 0, to: stream.count, by: 4096) {
                heard += try sse.receive(Array(stream[start..<min(start + 4096, stream.count)]))
            }
        }
        for event in heard {
            try expectWork(of: event.data.utf8.count, microsecondsPerByte: 4, "an event of \(kind)") {
                _ = try answer.take(event)
            }
        }
        expectWork(of: kind.size, microsecondsPerByte: 4, "the end of \(kind)") {
            _ = try? answer.finished(in: .english)
        }
        await Task.yield()
        for body in [text, ["error": ["code": text, "type": text, "message": text]], ["detail": [text]]] {
            var failure: AgentFailure?
            let bytes = body.bytes
            expectWork(of: bytes.count, microsecondsPerByte: 4, "\(kind) in an error") {
                failure = AgentFailure(.badRequest, HTTPHeaders(), ServerComplaint(body: bytes), from: "the endpoint")
            }
            if let failure { told(failure, kind) }
        }
    }

    @Test("answers and calls of `http` take work in proportion", arguments: HostileText.all)
    func webhook(_ kind: HostileText) async throws {
        let text = JSONValue.string(kind.text(bytes: kind.size))
        let events: [JSONValue] = [
            ["type": "delta", "text": text], ["type": "progress", "text": text], ["type": text],
            [
                "type": "approval", "id": "1", "title": text, "detail": text,
                "options": [["id": "1", "label": text, "style": text]],
            ],
            ["type": "attachment", "url": text, "name": text], ["type": "final", "text": text],
        ]
        await Task.yield()
        var run = WebhookRun(WebhookState(.saying("x")), saying: .chinese)
        for (index, event) in events.enumerated() {
            try expectWork(of: kind.size, microsecondsPerByte: 4, "a call of \(kind)") {
                _ = try run.take(AgentCall(seq: Int64(index), body: event, arrival: Int64(index)))
            }
        }
        #expect(run.final?.text.isEmpty == false)
        expectWork(of: kind.size, microsecondsPerByte: 4, "an answer of \(kind)") {
            _ = WebhookResult(answer: ["text": text, "attachments": [["url": text], ["base64": text, "name": text]]])
        }
        var failing = WebhookRun(WebhookState(.saying("x")), saying: .chinese)
        do {
            _ = try failing.take(
                AgentCall(seq: 1, body: ["type": "error", "class": text, "message": text], arrival: 1))
        } catch {
            told(error, kind)
        }
    }

    /// Has a reader read lines about the text as they come out of a pipe, and fail with it in the end.
    private func hear<Reader: LineReader>(
        _ kind: HostileText, asBytes: Bool = false, by make: () -> Reader, saying words: (JSONValue) -> [JSONValue]
    ) async {
        let values = words(.string(kind.text(bytes: kind.size)))
        await Task.yield()
        var reader = make()
        for line in asBytes ? lines(values) : values {
            expectWork(of: kind.size, microsecondsPerByte: 4, "a line of \(kind)") { _ = reader.take(line) }
        }
        switch reader.ending {
        case .success(let reply)?:
            expectWork(of: kind.size, microsecondsPerByte: 4, "an answer of \(kind)") {
                _ = FilesInText(reply.text, beneath: "/w")
            }
        case .failure(let failure)?: told(failure, kind)
        case nil: break
        }
        let log = kind.text(bytes: kind.size)
        var failure: AgentFailure?
        expectWork(of: kind.size, microsecondsPerByte: 4, "a complaint of \(kind)") {
            failure = make().failure(endingWith: .exited(1), complaint: log, log: log)
        }
        if let failure { told(failure, kind) }
    }

    /// The values, written as lines and read as they come.
    private func lines(_ values: [JSONValue]) -> [JSONValue] {
        var lines = JSONLines()
        return values.flatMap { value -> [JSONLines.Line] in
            let bytes = value.line
            return stride(from: 0, to: bytes.count, by: 64 << 10).flatMap {
                lines.receive(Array(bytes[$0..<min($0 + 64 << 10, bytes.count)]))
            }
        }.compactMap { if case .value(let value) = $0 { value } else { nil } }
    }

    private func told(_ failure: AgentFailure, _ kind: HostileText) {
        expectWork(of: kind.size, microsecondsPerByte: 20, "a reason of \(kind)") {
            #expect(failure.told(without: secrets).reason.utf8.count <= 2000)
        }
    }

    private let secrets = Redaction(["sk-live-0123456789abcdef", "hunter2", "https://example.com/hook"] as [String])
}
