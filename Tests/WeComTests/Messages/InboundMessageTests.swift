import System
import Testing
import WeCom
import XML

@Suite struct InboundMessageTests {
    @Test("a text message is read whole")
    func text() throws {
        let message = try read(
            """
            <xml>
              <ToUserName><![CDATA[ww1436e0e65a779aee]]></ToUserName>
              <FromUserName><![CDATA[ZhangSan]]></FromUserName>
              <CreateTime>1348831860</CreateTime>
              <MsgType><![CDATA[text]]></MsgType>
              <Content><![CDATA[hello
            you]]></Content>
              <MsgId>18446744073709551615</MsgId>
              <AgentID>1000002</AgentID>
            </xml>
            """
        )
        #expect(message.corp == CorpID("ww1436e0e65a779aee"))
        #expect(message.from?.text == "ZhangSan")
        #expect(message.createTime == Timestamp(seconds: 1_348_831_860))
        #expect(message.agentID == AgentID(1_000_002))
        #expect(message.messageNumber == UInt64.max)
        #expect(message.content == .text("hello\nyou"))
    }

    @Test("names count in any case, order and company", arguments: ["agentid", "AgentId", "AGENTID"])
    func spelling(name: String) throws {
        let message = try read(
            "<xml><content>hi</content><New><Thing>1</Thing></New><\(name)> 7 </\(name)><msgtype>TEXT</msgtype>"
                + "<createtime>1</createtime><fromusername>u</fromusername><tousername>ww1</tousername></xml>"
        )
        #expect(message.agentID == AgentID(7))
        #expect(message.content == .text("hi"))
        #expect(message.messageID == nil)
    }

    @Test(
        "an AgentID that is there and unreadable is a refusal",
        arguments: [
            "<AgentID>abc</AgentID>", "<AgentID>-1</AgentID>", "<AgentID>9223372036854775808</AgentID>",
            "<AgentID>1000002x</AgentID>", "<AgentID>1.5</AgentID>", "<AgentID>1 2</AgentID>",
            "<AgentID><![CDATA[null]]></AgentID>", "<AgentID>1</AgentID><AgentID>2</AgentID>",
            "<AgentID>1</AgentID><agentid>2</agentid>", "<AgentID>1</AgentID><AgentID></AgentID>",
            "<AgentID/><AgentID>1</AgentID>", "<AgentID><Id>1</Id></AgentID>",
        ])
    func unclearAgent(elements: String) {
        #expect(throws: InboundMessageError.unclear("AgentID")) {
            try InboundMessage(xml: document("text", "<Content>x</Content>" + elements))
        }
    }

    /// "Empty or missing on callbacks that do not belong to an app": WeCom sends both with what concerns a whole corp.
    @Test(
        "an AgentID that is empty names no app, as one that is missing",
        arguments: ["", "<AgentID/>", "<AgentID></AgentID>", "<AgentID><![CDATA[]]></AgentID>", "<AgentID> </AgentID>"])
    func noAgent(element: String) throws {
        #expect(try InboundMessage(xml: document("text", "<Content>x</Content>" + element)).agentID == nil)
    }

    @Test("the same AgentID twice is the same")
    func sameAgentTwice() throws {
        let elements = "<Content>x</Content><AgentID>7</AgentID><AgentId> 7 </AgentId>"
        #expect(try InboundMessage(xml: document("text", elements)).agentID == AgentID(7))
    }

    @Test(
        "two senders, corps, times or ids that differ are a refusal",
        arguments: [
            ("FromUserName", "lisi"), ("fromusername", ""), ("ToUserName", "ww2"), ("CreateTime", "2"), ("MsgId", "2"),
        ])
    func unclear(name: String, text: String) {
        #expect {
            try InboundMessage(xml: document("text", "<Content>x</Content><\(name)>\(text)</\(name)>"))
        } throws: { error in
            guard case .unclear(let unclear)? = error as? InboundMessageError else { return false }
            return unclear.lowercased() == name.lowercased()
        }
    }

    @Test("a type that is cut for a log has no white space at its end, and is the same when it is written and read")
    func cutType() throws {
        let type = String(repeating: "t", count: 60) + "\n\n\n\n\n" + String(repeating: "t", count: 60)
        let message = try InboundMessage(xml: document(type, ""))
        #expect(message.content.type == String(repeating: "t", count: 60))
        #expect(try InboundMessage(xml: message.xml).content.type == message.content.type)
    }

    @Test("the vendor's own messages are read", arguments: CallbackVectors.posted.filter { $0.kind == "message_xml" })
    func vectors(vector: CallbackVector) throws {
        let message = try InboundMessage(xml: vector.callback().open(with: vector.keys(), receiver: vector.receiver))
        #expect(message.from != nil)
        switch vector.id {
        case "official-a-post":
            #expect(message.content == .text("hello") && message.agentID == AgentID(218))
            #expect(message.messageNumber == 4_561_255_354_251_345_929)
        case "official-b-post":
            #expect(message.content == .text("你好") && message.from == UserID("chenjiashun"))
        case "derived-template-card-event":
            let click = CardClick(
                key: "approve", taskID: "task-1", cardType: "vote_interaction", responseCode: "RC",
                selections: ["q1": ["a", "b"]])
            #expect(message.content == .event(.templateCard(click)))
            #expect(message.from == UserID("zhangsan") && message.agentID == AgentID(1_000_002))
            #expect(message.messageID == nil)
        default:
            #expect(message.corp == CorpID("wwderivedcorp0001"))
        }
    }

    @Test(
        "senders are told apart",
        arguments: [
            ("<FromUserName>sys</FromUserName>", InboundMessage.Sender.platform), ("", .platform),
            ("<FromUserName/>", .platform), ("<FromUserName>Bob</FromUserName>", .member(UserID("bob"))),
            ("<FromUserName>ww2/bob</FromUserName>", .linkedMember(UserID("ww2/bob"))),
        ]
    )
    func senders(element: String, sender: InboundMessage.Sender) throws {
        let message = try read("<xml>\(frame)\(element)<MsgType>text</MsgType><Content>x</Content></xml>")
        #expect(message.sender == sender)
        #expect((message.from == nil) == (sender == .platform))
    }

    @Test("what is not supported keeps its type and the names of its fields, not what they hold")
    func unsupported() throws {
        let message = try read("<xml>\(frame)<MsgType>hologram</MsgType><Secret>classified</Secret></xml>")
        let fields = ["ToUserName", "CreateTime", "MsgType", "Secret"]
        #expect(message.content == .unsupported(type: "hologram", fields: fields))
        let typeless = try read("<xml>\(frame)<InfoType>suite_ticket</InfoType></xml>")
        #expect(typeless.content == .unsupported(type: "", fields: ["ToUserName", "CreateTime", "InfoType"]))
    }

    @Test("a text without content is not an empty text")
    func withoutContent() throws {
        let missing = try read("<xml>\(frame)<MsgType>text</MsgType></xml>")
        #expect(missing.content == .unsupported(type: "text", fields: ["ToUserName", "CreateTime", "MsgType"]))
        #expect(try read("<xml>\(frame)<MsgType>text</MsgType><Content/></xml>").content == .text(""))
    }

    @Test(
        "without a usable time a message is refused: its age could not be judged",
        arguments: [
            "", "<CreateTime/>", "<CreateTime>soon</CreateTime>", "<CreateTime>-1</CreateTime>",
            "<CreateTime>9223372036854775807</CreateTime>",
        ]
    )
    func time(element: String) {
        #expect(throws: InboundMessageError.missing("CreateTime")) {
            try read("<xml><ToUserName>ww1</ToUserName>\(element)<MsgType>text</MsgType><Content>x</Content></xml>")
        }
    }

    @Test("without a corp a message is refused")
    func corp() {
        #expect(throws: InboundMessageError.missing("ToUserName")) { try read("<xml><CreateTime>1</CreateTime></xml>") }
    }

    @Test(
        "text that XML or UTF-8 forbids is repaired rather than lost",
        arguments: [
            ([0x01], "\u{FFFD}"), ([0x1B, 0x5B], "\u{FFFD}["), ([0xFF], "\u{FFFD}"), ([0x00], "\u{FFFD}"),
            ([0xEF, 0xBF, 0xBF], "\u{FFFD}"), ([0xE4, 0xBD], "\u{FFFD}"),
        ] as [([UInt8], String)]
    )
    func repair(bytes: [UInt8], expected: String) throws {
        let document =
            Array("<xml>\(frame)<MsgType>text</MsgType><Content><![CDATA[a".utf8) + bytes
            + Array("b]]></Content></xml>".utf8)
        #expect(try InboundMessage(xml: document).content == .text("a\(expected)b"))
        #expect(try InboundMessage(xml: document + [0, 0]).content == .text("a\(expected)b"))
    }

    @Test(
        "a broken document and one with a document type are refused",
        arguments: ["", "<xml>", "<!DOCTYPE xml><xml/>"]
    )
    func refused(document: String) {
        #expect {
            try read(document)
        } throws: { error in
            if case .unreadable = error as? InboundMessageError { true } else { false }
        }
    }

    @Test(
        "what is written is read back",
        arguments: [
            .text("a]]>b <xml> & 你好\n😀"), .text(""), .event(.menu(.click(key: "k&]]>"))), .event(.enterAgent),
        ] as [InboundMessage.Content]
    )
    func roundTrip(content: InboundMessage.Content) throws {
        let ids = [nil, "not-a-number", "+1", "007", "-0"]
        for (agent, id) in [(AgentID(1_000_002), "4561255354251345929")] + ids.map({ (nil, $0) }) {
            let message = InboundMessage(
                corp: CorpID("ww1"),
                sender: .member(UserID("ZhangSan")),
                createTime: Timestamp(seconds: 1_700_000_000),
                agentID: agent,
                messageID: id,
                content: content
            )
            #expect(try InboundMessage(xml: message.xml) == message)
        }
    }

    private let frame = "<ToUserName>ww1</ToUserName><CreateTime>1</CreateTime>"

    private func read(_ document: String) throws(InboundMessageError) -> InboundMessage {
        try InboundMessage(xml: Array(document.utf8))
    }
}
