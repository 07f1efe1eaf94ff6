import Testing
import WeCom

@Suite struct InboundCardTests {
    private let head = """
        <Event><![CDATA[template_card_event]]></Event>
        <EventKey><![CDATA[key111]]></EventKey>          <!-- button key -->
        <TaskId><![CDATA[taskid111]]></TaskId>
        <CardType><![CDATA[vote_interaction]]></CardType>
        <ResponseCode><![CDATA[RC]]></ResponseCode>
        <AgentID>1</AgentID>
        """
    private let click = CardClick(
        key: "key111", taskID: "taskid111", cardType: "vote_interaction", responseCode: "RC",
        selections: ["q1": ["a", "b"]])

    @Test("what was chosen on a card is read, in the right spelling and in the vendor's old one")
    func selections() throws {
        for (list, entry) in [("OptionIds", "OptionId"), ("OpitonIds", "OpitonId"), ("OpitonIds", "OptionId")] {
            let chosen = """
                <SelectedItems><SelectedItem><QuestionKey><![CDATA[q1]]></QuestionKey>
                <\(list)><\(entry)><![CDATA[a]]></\(entry)><\(entry)><![CDATA[b]]></\(entry)></\(list)>
                </SelectedItem></SelectedItems>
                """
            #expect(try event(head + chosen) == .templateCard(click))
        }
    }

    @Test("several questions are kept apart, and one asked twice is put together")
    func questions() throws {
        func item(_ question: String, _ option: String) -> String {
            "<selecteditem><questionkey>\(question)</questionkey><optionids><optionid>\(option)</optionid></optionids>"
                + "</selecteditem>"
        }
        let items = [item("q1", "a"), item("q2", "c"), item("q1", "b"), item("", "lost"), "<SelectedItem/>"].joined()
        var expected = click
        expected.selections = ["q1": ["a", "b"], "q2": ["c"]]
        #expect(try event(head + "<SelectedItems>\(items)</SelectedItems>") == .templateCard(expected))
        let unanswered = "<SelectedItems><SelectedItem><QuestionKey>q</QuestionKey></SelectedItem></SelectedItems>"
        expected.selections = ["q": []]
        #expect(try event(head + unanswered) == .templateCard(expected))
    }

    @Test("an entry of the card's menu has no choices, and a button needs but a key")
    func menu() throws {
        let entry = "<Event>template_card_menu_event</Event><EventKey>k</EventKey><TaskId>t</TaskId>"
        let expected = CardClick(key: "k", taskID: "t", isMenu: true)
        #expect(try event(entry) == .templateCard(expected))
        #expect(
            try event("<Event>template_card_event</Event><EventKey>k</EventKey>")
                == .templateCard(CardClick(key: "k", taskID: nil)))
    }

    @Test("a click on a card of the old kind is read")
    func taskCard() throws {
        let elements = "<Event>taskcard_click</Event><EventKey>k</EventKey><TaskId>t</TaskId><AgentId>7</AgentId>"
        let message = try InboundMessage(xml: document("event", elements))
        #expect(message.content == .event(.taskCardClick(key: "k", taskID: "t")))
        #expect(message.agentID == AgentID(7))
    }
}
