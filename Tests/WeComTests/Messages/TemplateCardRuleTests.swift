import JSON
import Testing
import WeCom

@Suite struct TemplateCardRuleTests {
    @Test("a card has a title, but for a text notice that has a subtitle")
    func titles() throws {
        #expect(try words(buttons, "main_title", nil) == "template_card.main_title is missing")
        #expect(try words(buttons, "main_title", ["desc": "d"]) == "template_card.main_title.title is missing")
        #expect(try words(notice, "main_title", nil) == nil)
        let untitled = try plainNotice.setting("template_card.sub_title_text", nil)
        let bare = OutboundSamples.Sample(type: "bare", text: untitled.text)
        #expect(
            try words(bare, "main_title", nil)
                == "template_card.main_title.title is missing, and so is sub_title_text: one of the two is needed")
    }

    @Test("a card that can be answered has an id by which the answer is known", arguments: OutboundSamples.fullCards)
    func taskID(card: OutboundSamples.Sample) throws {
        #expect(try words(card, "task_id", nil) == "template_card.task_id is missing")
        let plain = try plainNotice.json
        #expect(plain["template_card"]?["task_id"] == nil && fault(in: plain) == nil)
    }

    @Test("the id is of letters, digits, _, - and @", arguments: ["a b", "a.b", "任务", "a/b", "é", ""])
    func alphabet(id: String) throws {
        #expect(try found(buttons, "task_id", .string(id)) == "template_card.task_id")
    }

    @Test("every choice has a key of its own")
    func uniqueKeys() throws {
        let yes: JSONValue = ["text": "yes", "key": "y"]
        let link: JSONValue = ["type": 1, "text": "link", "url": "https://e.com"]
        let one: JSONValue = ["id": "1", "text": "one"]
        let question: JSONValue = ["question_key": "q", "option_list": .array([one])]
        let box: JSONValue = ["id": "1", "text": "one", "is_checked": false]
        for (card, list, entries, field) in [
            (buttons, "button_list", [yes, link, yes], "button_list[2].key"),
            (notice, "action_menu.action_list", [yes, yes], "action_menu.action_list[1].key"),
            (buttons, "button_list", [["text": "as in the menu", "key": "m"]], "button_list[0].key"),
            (multiple, "select_list[0].option_list", [one, one], "select_list[0].option_list[1].id"),
            (multiple, "select_list", [question, question], "select_list[1].question_key"),
            (vote, "checkbox.option_list", [box, box], "checkbox.option_list[1].id"),
        ] as [(OutboundSamples.Sample, String, [JSONValue], String)] {
            let found = try card.fault(setting: "template_card." + list, .array(entries))
            #expect(found == MessageFault(field: "template_card." + field, problem: .repeated))
        }
    }

    @Test("a picture notice has a picture, of a shape that WeCom shows")
    func pictures() throws {
        let pictureless = OutboundSamples.Sample(
            type: "pictureless", text: try news.setting("template_card.image_text_area", nil).text)
        #expect(
            try words(pictureless, "card_image", nil)
                == "template_card.card_image is missing, and so is image_text_area: one of the two is needed")
        for (ratio, isValid) in [(1.29, false), (1.3, true), (2.25, true), (2.26, false), (Double.nan, false)] {
            let field = try found(news, "card_image.aspect_ratio", .number(ratio))
            #expect(field == (isValid ? nil : "template_card.card_image.aspect_ratio"))
        }
        #expect(
            try words(news, "card_image.aspect_ratio", 3)
                == "template_card.card_image.aspect_ratio is 3.0; WeCom takes 1.3 to 2.25")
    }

    @Test("a row's link has what its type needs")
    func rows() throws {
        for (row, field) in [
            (["keyname": ""], "keyname"), (["keyname": "k", "type": 1, "url": "e.com"], "url"),
            (["keyname": "k", "value": "a.pdf", "type": 2, "media_id": ""], "media_id"),
            (["keyname": "k", "type": 2, "media_id": "M"], "value"),
            (["keyname": "k", "type": 3, "userid": ""], "userid"),
        ] as [(JSONValue, String)] {
            let list = "horizontal_content_list"
            #expect(try found(notice, list, .array([row])) == "template_card.\(list)[0].\(field)")
        }
    }

    @Test("a button has words and one of four looks")
    func looks() throws {
        #expect(try found(buttons, "button_list[1].text", "") == "template_card.button_list[1].text")
        for (style, isValid) in [(0, false), (1, true), (4, true), (5, false)] as [(Int64, Bool)] {
            let words = try words(buttons, "button_list[1].style", .integer(style))
            #expect(words == (isValid ? nil : "template_card.button_list[1].style must be one of 1, 2, 3, 4"))
        }
    }

    @Test(
        "lengths that are only advised are no reason to refuse a card",
        arguments: [
            "main_title.title", "main_title.desc", "emphasis_content.title", "sub_title_text", "jump_list[0].title",
            "horizontal_content_list[0].keyname", "horizontal_content_list[0].value",
        ])
    func advice(field: String) throws { #expect(try words(notice, field, .string(letters(300))) == nil) }

    @Test("what only an update can bring is no part of a card that is sent")
    func updateOnly() throws {
        for (card, field, value) in [
            (buttons, "replace_text", "Done"), (buttons, "button_selection.disable", true),
            (vote, "checkbox.disable", false), (vote, "replace_text", "x"),
            (multiple, "select_list[0].disable", true), (multiple, "replace_text", "x"),
        ] as [(OutboundSamples.Sample, String, JSONValue)] {
            #expect(
                try words(card, field, value)
                    == "template_card.\(field) stands only in an update of a card that was sent")
        }
    }

    // MARK: Making

    private let notice: OutboundSamples.Sample
    private let news: OutboundSamples.Sample
    private let buttons: OutboundSamples.Sample
    private let vote: OutboundSamples.Sample
    private let multiple: OutboundSamples.Sample
    private let plainNotice: OutboundSamples.Sample

    init() throws {
        notice = try OutboundSamples.sample("text_notice")
        news = try OutboundSamples.sample("news_notice")
        buttons = try OutboundSamples.sample("button_interaction")
        vote = try OutboundSamples.sample("vote_interaction")
        multiple = try OutboundSamples.sample("multiple_interaction")
        plainNotice = try #require(OutboundSamples.all.first { $0.type == "text_notice" })
    }

    private func words(_ card: OutboundSamples.Sample, _ field: String, _ value: JSONValue?) throws -> String? {
        try card.fault(setting: "template_card." + field, value)?.description
    }

    private func found(_ card: OutboundSamples.Sample, _ field: String, _ value: JSONValue?) throws -> String? {
        try card.fault(setting: "template_card." + field, value)?.field
    }
}
