import JSON
import Router
import Testing

@testable import Agents

@Suite struct ACPUpdatesTests {
    private func chunk(_ text: String, _ message: JSONValue = .null) -> JSONValue {
        [
            "sessionUpdate": "agent_message_chunk", "content": ["type": "text", "text": .string(text)],
            "messageId": message,
        ]
    }

    private func tool(_ id: String, _ title: String) -> JSONValue {
        ["sessionUpdate": "tool_call", "toolCallId": .string(id), "title": .string(title)]
    }

    @Test("a new message begins a new paragraph, and chunks of one run on")
    func paragraphs() {
        var updates = ACPUpdates()
        let events = [chunk("a"), chunk("b", "1"), chunk("c", "1"), chunk("d", "2"), chunk("e")].flatMap {
            updates.take($0)
        }
        #expect(events == [.text("a"), .text("b"), .text("c"), .text("\n\nd"), .text("e")])
        #expect(updates.text.all == "abc\n\nde")
    }

    @Test("the last text is what stands behind the last tool, and all of it where nothing does")
    func finalText() {
        var updates = ACPUpdates()
        for update in [chunk("I look."), tool("t", "ls"), chunk("Twelve.")] { _ = updates.take(update) }
        #expect(updates.text.final(.last) == "Twelve.")
        #expect(updates.text.final(.all) == "I look.\n\nTwelve.")
        // A later report of the same call is no further use.
        _ = updates.take(["sessionUpdate": "tool_call_update", "toolCallId": "t", "status": "completed"])
        #expect(updates.text.final(.last) == "Twelve.")
        for update in [tool("u", "rm"), chunk(" \n")] { _ = updates.take(update) }
        #expect(updates.text.final(.last) == "I look.\n\nTwelve.\n\n \n")
    }

    @Test("reports of one call add up, and only what people see of it is told")
    func tools() {
        var updates = ACPUpdates()
        let update = { (members: [JSONValue.Member]) -> JSONValue in
            .object([.init("sessionUpdate", "tool_call_update"), .init("toolCallId", "t")] + members)
        }
        #expect(updates.take(tool("t", "ls\n-l")) == [.tool(ToolCall(id: "t", title: "ls -l", state: .pending))])
        #expect(
            updates.take(update([.init("status", "in_progress"), .init("title", .null)]))
                == [.tool(ToolCall(id: "t", title: "ls -l", state: .running))])
        #expect(updates.take(update([.init("status", "in_progress")])).isEmpty)
        #expect(updates.take(update([.init("kind", "read"), .init("rawInput", ["command": "ls"])])).isEmpty)
        #expect(updates.take(update([.init("status", "failed")])).count == 1)
        #expect(updates.tools["t"] == .init(title: "ls -l", kind: "read", state: .failed, input: "ls"))
    }

    @Test("a call that is reported as running at first is told as running")
    func runningAtOnce() {
        var updates = ACPUpdates()
        let update: JSONValue = [
            "toolCallId": "t", "kind": "execute", "status": "in_progress", "sessionUpdate": "tool_call",
        ]
        #expect(updates.take(update) == [.tool(ToolCall(id: "t", title: "execute", state: .running))])
    }

    @Test("a plan is told by where it stands, and not twice")
    func plan() {
        let entry = { (content: String, status: String) -> JSONValue in
            ["content": .string(content), "status": .string(status)]
        }
        var updates = ACPUpdates()
        let plan: JSONValue = [
            "sessionUpdate": "plan",
            "entries": [entry("a", "completed"), entry("b\nc", "in_progress"), entry("d", "pending")],
        ]
        #expect(updates.take(plan) == [.progress("2/3 b c")])
        #expect(updates.take(plan).isEmpty)
        #expect(ACPUpdates.line(of: [entry("a", "pending"), entry("b", "pending")]) == "0/2 a")
        #expect(ACPUpdates.line(of: [entry("a", "completed"), entry("b", "completed")]) == "2/2 b")
        #expect(ACPUpdates.line(of: [.null]) == "0/1 ")
        #expect(ACPUpdates.line(of: []) == nil)
    }

    @Test(
        "what is unknown, empty or of another shape is passed over",
        arguments: [
            [:], ["sessionUpdate": "notice"], ["sessionUpdate": "plan"], ["sessionUpdate": "plan", "entries": 3],
            ["sessionUpdate": "tool_call"], ["sessionUpdate": "agent_message_chunk"],
            ["sessionUpdate": "agent_message_chunk", "content": [1]], ["sessionUpdate": "agent_thought_chunk"],
            ["sessionUpdate": "user_message_chunk", "content": ["type": "text", "text": "echo"]],
        ] as [JSONValue])
    func noise(update: JSONValue) {
        var updates = ACPUpdates()
        #expect(updates.take(update).isEmpty)
        #expect(updates.text.all.isEmpty)
    }

    @Test("the text of a turn has a bound, at which no character is cut")
    func bound() {
        var text = ACPText()
        let piece = String(repeating: "汉", count: 1 << 20)
        for _ in 0..<3 { _ = text.add(piece, of: nil) }
        #expect(text.all.utf8.count <= ACPText.limit)
        #expect(text.all.utf8.count > ACPText.limit - 3)
        #expect(text.all.allSatisfy { $0 == "汉" })
    }

    @Test("a tool after much text leaves room for the last words")
    func lastWords() {
        var text = ACPText()
        for _ in 0..<5 { _ = text.add(String(repeating: "x", count: 1 << 20), of: nil) }
        text.noteTool()
        _ = text.add("end", of: nil)
        #expect(text.final(.last) == "end")
    }

    @Test("no more calls are kept than may be")
    func manyCalls() {
        var tools = ACPTools()
        for number in 0..<5000 { _ = tools.take(["toolCallId": .integer(Int64(number)), "title": "x"]) }
        for number in 0..<5000 { _ = tools.take(["toolCallId": .string("\(number)"), "title": "x"]) }
        #expect(tools["0"] != nil)
        #expect(tools["4999"] == nil)
    }
}
