import Testing
import WeCom

@testable import Lanes
@testable import Router

@Suite("The part of a running turn that is shown") struct ShownTests {
    private func feed(thoughts: String = "", text: String, steps: Int = 0) -> TurnFeed.Snapshot {
        let feed = TurnFeed()
        feed.note(.thinking(thoughts))
        for number in 0..<steps {
            feed.note(.tool(ToolCall(id: "\(number)", title: "step \(number)", state: .completed)))
        }
        feed.note(.text(text))
        return feed.snapshot
    }

    @Test(
        "thoughts that are too long lose their beginning: what closes them, the steps and the answer are always there")
    func longThoughts() {
        let turn = feed(thoughts: String(repeating: "想", count: 20_000) + "at last", text: "The answer.", steps: 1)
        let shown = Shown.thinking.text(of: turn, within: 20_480)
        #expect(shown.utf8.count <= 20_480 && shown.utf8.count > 20_470)
        #expect(shown.hasPrefix("<think>想") && shown.hasSuffix("at last</think>\n> step 0\n\nThe answer."))
    }

    @Test("an answer that fills a message has it to itself, and is cut at its end")
    func longAnswer() {
        let turn = feed(thoughts: "hm", text: String(repeating: "长", count: 7000), steps: 3)
        for shows in Shown.allCases {
            let shown = shows.text(of: turn, within: 20_480)
            #expect(shown.utf8.count <= 20_480 && shown.hasPrefix("长") && shown.hasSuffix("长…"))
        }
    }

    @Test("where there is room for some steps, they are the newest", arguments: [0, 8, 9, 17, 1000])
    func steps(room: Int) {
        let turn = feed(text: "A", steps: 12)
        let shown = Shown.tools.text(of: turn, within: 1 + room)
        #expect(shown.utf8.count <= 1 + room && shown.hasSuffix("A"))
        #expect(shown.contains("> step 11\n\n") == (room >= 12))
        #expect(shown.contains("step 4") == (room == 1000) && !shown.contains("step 3\n"))
    }
}
