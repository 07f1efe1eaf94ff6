import JSON
import Testing
import WeCom

@Suite struct OutboundJSONTests {
    @Test(
        "every type is read as WeCom documents it, written the same, and valid",
        arguments: OutboundSamples.all + OutboundSamples.fullCards)
    func golden(sample: OutboundSamples.Sample) throws {
        let message = try sample.message
        #expect(message.json.text == sample.text)
        #expect(fault(of: message) == nil)
    }

    @Test("no type is left out of the samples")
    func complete() throws {
        let types = Set(try OutboundSamples.all.map { try $0.message.content.type })
        #expect(types.count == 11 && Set(OutboundSamples.all.map(\.type)).count == 15)
        #expect(Set(OutboundSamples.fullCards.map(\.type)).count == 5)
    }

    @Test("what we make ourselves is written as WeCom documents it")
    func made() throws {
        let media = MediaID("M")
        let buttons = TemplateCard.buttons(
            [.init("Yes", style: .blue, key: "yes"), .init("No", style: .grey, key: "no")], title: "Approve?",
            subtitle: nil, taskID: "task-1")
        for (type, made) in [
            ("text", toOne(.text("hi <a href=\"https://e.com\">link</a>\nline2"))), ("image", toOne(.image(media))),
            (
                "markdown",
                toOne(.markdown("**b** [l](https://e.com) `code`\n> quote\n<font color=\"info\">green</font>"))
            ),
            ("voice", toOne(.voice(media))), ("file", toOne(.file(media))),
            ("button_interaction", toOne(.templateCard(buttons))),
        ] {
            let sample = try #require(OutboundSamples.all.first { $0.type == type })
            #expect(try sample.message.content == made.content)
        }
        let video = toOne(.video(media, title: "t"))
        let documented = try OutboundSamples.sample("video").setting("video.description", nil)
        #expect(try OutboundMessage(json: documented).content == video.content)
        let subtitled = TemplateCard.buttons(
            [.init("a", style: .red, key: "k")], title: "T", subtitle: "s", taskID: "t")
        let read = try OutboundMessage(json: toOne(.templateCard(subtitled)).json)
        #expect(read == toOne(.templateCard(subtitled)) && fault(of: read) == nil)
    }

    @Test("equal messages are the same bytes, however they came about")
    func stable() throws {
        let shuffled = #"""
            {"enable_id_trans":1,"text":{"content":"你好 \u4f60\n"},"safe":1,"msgtype":"text","totag":"7","touser":"b|a"}
            """#
        let read = try OutboundMessage(json: JSONValue(parsing: Array(shuffled.utf8)))
        let made = OutboundMessage(
            to: .these(users: [UserID("b"), UserID("a")], tags: [7]), .text("你好 你\n"), safe: .confidential,
            translatesIDs: true)
        #expect(read == made && read.json.bytes == made.json.bytes)
        let text = #""msgtype":"text","text":{"content":"你好 你\n"},"safe":1,"enable_id_trans":1}"#
        #expect(made.json.text == #"{"touser":"b|a","totag":"7","# + text)
    }

    @Test("a mini program behind an article takes the place of a URL")
    func miniProgramArticle() throws {
        let text = #"""
            {"touser":"u","msgtype":"news","news":{"articles":
            [{"title":"t","url":"https://e.com","appid":"wx1","pagepath":"p","picurl":"http://e.com/p"}]}}
            """#
        let message = try OutboundMessage(json: JSONValue(parsing: Array(text.utf8)))
        #expect(
            message.content.body.text
                == #"{"articles":[{"title":"t","appid":"wx1","pagepath":"p","picurl":"http://e.com/p"}]}"#)
        #expect(fault(of: message) == nil)
    }

    @Test(
        "WeCom's own example of a card's action, with the fields of both types, is read as WeCom takes it",
        arguments: [
            (1, #"{"type":1,"url":"https://e.com"}"#), (2, #"{"type":2,"appid":"wx1","pagepath":"/i"}"#),
        ])
    func bothTargets(type: Int, action: String) throws {
        let text = #"""
            {"touser":"u","msgtype":"template_card","template_card":{"card_type":"text_notice","sub_title_text":"s",
            "card_action":{"type":\#(type),"url":"https://e.com","appid":"wx1","pagepath":"/i"}}}
            """#
        let message = try OutboundMessage(json: JSONValue(parsing: Array(text.utf8)))
        #expect(message.content.body["card_action"]?.text == action && fault(of: message) == nil)
    }
}
