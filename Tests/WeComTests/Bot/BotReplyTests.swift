import Crypto
import JSON
import Testing
import WeCom

private let card = TemplateCard.buttons(
    [.init("Yes", style: .blue, key: "ok")], title: "Approve?", subtitle: nil, taskID: "t-1")
private let base64 =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
private let png = Base64.decode(base64) ?? []
private let group = InboundMessage.Chat.group(ChatID("wr1"))

private func fault(_ reply: BotReply, on occasion: BotReply.Occasion) -> String? {
    do throws(MessageFault) {
        try reply.validate(for: occasion)
        return nil
    } catch {
        return error.description
    }
}

@Suite struct BotReplyTests {
    @Test("a stream opens with an empty thought, runs with its whole text, and closes with pictures below")
    func stream() throws {
        let opening = BotReply.stream(.opening("S", feedback: FeedbackID("FB1")))
        #expect(
            opening.json.text
                == #"{"msgtype":"stream","stream":{"id":"S","finish":false,"content":"<think></think>","#
                + #""feedback":{"id":"FB1"}}}"#
        )
        #expect(
            BotReply.stream(.running("S", "1\n2")).json.text
                == #"{"msgtype":"stream","stream":{"id":"S","finish":false,"content":"1\n2"}}"#)
        let picture = try #require(StreamPicture(png))
        let closing = BotReply.stream(.closing("S", "**done**", pictures: [picture]))
        #expect(
            closing.json == [
                "msgtype": "stream",
                "stream": [
                    "id": "S", "finish": true, "content": "**done**",
                    "msg_item": [
                        [
                            "msgtype": "image",
                            "image": ["base64": .string(base64), "md5": "2cd8bde463f5d82aae0f0cec061d6b8f"],
                        ]
                    ],
                ],
            ])
    }

    @Test("a reply of the vectors is the same bytes", arguments: BotVectors.of("encrypt_reply"))
    func vectors(vector: BotVector) throws {
        let reply: BotReply? =
            switch vector.id {
            case "shared-reply-stream-open": .stream(.opening("STREAMID1"))
            case "shared-reply-stream-finish": .stream(.closing("STREAMID1", "**完成** ✅\n- a\n- b"))
            case "shared-reply-welcome-text": .text("hello 你好")
            default: nil
            }
        guard let reply else {
            #expect(vector.id == "shared-reply-empty-object")
            return
        }
        #expect(reply.json.text == vector["plaintext"])
    }

    @Test("the other kinds stand under their names")
    func kinds() {
        let texts: [(BotReply, String)] = [
            (.text("hi"), #"{"msgtype":"text","text":{"content":"hi"}}"#),
            (.markdown("# a"), ##"{"msgtype":"markdown","markdown":{"content":"# a"}}"##),
            (
                .markdown("a", feedback: FeedbackID("F")),
                #"{"msgtype":"markdown","markdown":{"content":"a","feedback":{"id":"F"}}}"#
            ),
            (.media(MediaID("M"), as: .file), #"{"msgtype":"file","file":{"media_id":"M"}}"#),
            (.card(card), #"{"msgtype":"template_card","template_card":\#(card.json.text)}"#),
            (
                .streamWithCard(.running("S", "x"), card),
                #"{"msgtype":"stream_with_template_card","stream":{"id":"S","finish":false,"content":"x"},"#
                    + #""template_card":\#(card.json.text)}"#
            ),
        ]
        for (reply, text) in texts { #expect(reply.json.text == text) }
    }

    @Test("a card is changed for some or for all who have it")
    func cardUpdate() throws {
        let update = BotCardUpdate(for: [UserID("U1")], card)
        #expect(
            update.json.text
                == #"{"response_type":"update_template_card","userids":["U1"],"template_card":\#(card.json.text)}"#)
        #expect(BotCardUpdate(card).json["userids"] == nil)
        try update.validate()
        #expect(throws: MessageFault.self) { try BotCardUpdate(.notice(title: "x", opening: "https://e")).validate() }
    }

    @Test(
        "text that is longer than WeCom takes is cut where a character ends",
        arguments: ["a", "中", "🌤️", "é"])
    func cut(piece: String) {
        let long = String(repeating: piece, count: 20_481)
        guard case .object(let members) = BotReply.stream(.running("S", long)).json,
            let content = members.last?.value["content"]?.string
        else { return #expect(Bool(false)) }
        #expect(content.utf8.count <= 20_480 && content.utf8.count > 20_480 - 32)
        #expect(content.hasSuffix("…") && long.hasPrefix(content.dropLast()))
        let fits = String(repeating: "a", count: 20_480)
        #expect(StreamFrame.closing("S", fits).content == fits)
    }

    @Test("a picture is a JPEG or PNG of at most 10 MB")
    func pictures() {
        #expect(StreamPicture(png) != nil && StreamPicture([0xFF, 0xD8, 0xFF, 0xE0] + png) != nil)
        #expect(StreamPicture(Array("GIF89a".utf8) + png) == nil && StreamPicture([]) == nil)
        #expect(StreamPicture(png + [UInt8](repeating: 0, count: (10 << 20) - png.count)) != nil)
        #expect(StreamPicture(png + [UInt8](repeating: 0, count: (10 << 20) + 1 - png.count)) == nil)
    }
}

@Suite struct BotReplyRuleTests {
    @Test("each occasion takes its own kinds and no others")
    func occasions() {
        let replies: [(String, BotReply)] = [
            ("text", .text("hi")), ("markdown", .markdown("hi")), ("card", .card(card)),
            ("stream", .stream(.closing("S", "x"))), ("both", .streamWithCard(.running("S", "x"), card)),
            ("file", .media(MediaID("M"), as: .file)),
        ]
        let taken: [(BotReply.Occasion, Set<String>)] = [
            (.message, ["card", "stream", "both"]), (.poll, ["stream", "both"]), (.enterChat, ["text", "card"]),
            (.responseURL(.single), ["markdown", "card"]), (.responseURL(group), ["markdown"]),
            (.response(.single), ["markdown", "card", "stream", "file"]),
            (.response(group), ["markdown", "stream", "file"]), (.push(.single), ["markdown", "card", "file"]),
            (.push(group), ["markdown", "file"]),
        ]
        for (occasion, names) in taken {
            #expect(Set(replies.filter { fault($0.1, on: occasion) == nil }.map(\.0)) == names, "\(occasion)")
        }
        #expect(fault(.text("x"), on: .poll) == "msgtype must be one of stream, stream_with_template_card")
        #expect(fault(.card(card), on: .push(group)) == "template_card goes to single chats only")
    }

    @Test("text has something to read in it, and is within the limit")
    func texts() {
        let long = String(repeating: "a", count: 20_481)
        #expect(fault(.markdown(" \n"), on: .push(.single)) == "markdown.content is empty")
        #expect(
            fault(.markdown(long), on: .responseURL(group))
                == "markdown.content has 20481 bytes; WeCom takes at most 20480")
        #expect(fault(.markdown(String(long.dropLast())), on: .push(group)) == nil)
        #expect(fault(.text(""), on: .enterChat) == "text.content is empty")
    }

    @Test("over the long connection a stream ends with something to read, and never has pictures")
    func socketStreams() throws {
        let picture = try #require(StreamPicture(png))
        let empty = BotReply.stream(.closing("S", ""))
        #expect(fault(empty, on: .poll) == nil && fault(empty, on: .message) == nil)
        #expect(fault(empty, on: .response(.single)) == "stream.content is empty")
        #expect(fault(.stream(.opening("S", "")), on: .response(.single)) == nil)
        let shown = BotReply.stream(.closing("S", "x", pictures: [picture]))
        #expect(fault(shown, on: .poll) == nil)
        #expect(fault(shown, on: .response(group)) == "stream.msg_item stands only in an answer to a callback")
    }
}

@Suite struct BotCardTests {
    private func fault(_ text: String) throws -> String? {
        let json = try JSONValue(parsing: Array(text.utf8))
        do throws(MessageFault) {
            _ = try TemplateCard(ofBot: json)
            return nil
        } catch {
            return error.description
        }
    }

    private func notice(_ rest: String) -> String {
        #"{"card_type":"text_notice","main_title":{"title":"T"},"#
            + #""card_action":{"type":1,"url":"https://e.com"},\#(rest)}"#
    }

    @Test("a notice may say a question to the bot, of at most 200 bytes")
    func question() throws {
        let start = TemplateCard.notice(
            title: "Something went wrong", text: "Begin anew?", jumps: [.question("/new", title: "New chat")],
            opening: "https://e.com", feedback: FeedbackID("F"))
        #expect(
            start.json["jump_list"] == [["type": 3, "title": "New chat", "question": "/new"]]
                && start.json["feedback"] == ["id": "F"])
        #expect(try fault(start.json.text) == nil)
        let jump = #""jump_list":[{"type":3,"title":"t","question":"\#(String(repeating: "q", count: 201))"}]"#
        #expect(
            try fault(notice(jump))
                == "template_card.jump_list[0].question has 201 bytes; WeCom takes at most 200")
        #expect(
            try fault(notice(#""jump_list":[{"type":3,"title":"t"}]"#))
                == "template_card.jump_list[0].question is missing")
        #expect(
            try fault(notice(#""jump_list":[{"title":"t","question":"q"}]"#))
                == "template_card.jump_list[0].type must be 1 for a url, 2 for an appid or 3 for a question")
        #expect(
            try fault(notice(#""jump_list":[{"type":4,"title":"t"}]"#))
                == "template_card.jump_list[0].type must be one of 0, 1, 2, 3")
    }

    @Test("an app's card has no question and no feedback")
    func apps() throws {
        let jump = #""jump_list":[{"type":3,"title":"t","question":"q"}]"#
        for rest in [jump, #""feedback":{"id":"F"}"#] {
            let json = try JSONValue(
                parsing: Array(#"{"touser":"u","msgtype":"template_card","template_card":\#(notice(rest))}"#.utf8))
            #expect(throws: MessageFault.self) { try OutboundMessage(json: json) }
            #expect(try fault(notice(rest)) == nil)
        }
    }

    @Test("a bot's card shows no files, and its buttons lead nowhere")
    func narrower() throws {
        let row = #""horizontal_content_list":[{"keyname":"k","value":"v","media_id":"M"}]"#
        let path = "template_card.horizontal_content_list[0]"
        #expect(try fault(notice(row)) == "\(path).media_id is a field that WeCom does not know here")
        #expect(
            try fault(notice(#""horizontal_content_list":[{"keyname":"k","type":2}]"#))
                == "template_card.horizontal_content_list[0].type must be one of 0, 1, 3")
        #expect(
            try fault(notice(#""horizontal_content_list":[{"keyname":"k","type":3,"userid":"u"}]"#)) == nil)
        let button =
            #"{"card_type":"button_interaction","task_id":"t","main_title":{"title":"T"},"button_list":[{"#
            + #""type":1,"text":"a","key":"k"}]}"#
        #expect(
            try fault(button) == "template_card.button_list[0].type is a field that WeCom does not know here")
    }

    @Test("the smallest button card that WeCom is known to take is taken")
    func smallest() throws {
        #expect(
            try fault(
                #"""
                {"card_type":"button_interaction","task_id":"t-1","main_title":{"title":"Approve?","desc":"deploy 1.2"},
                "button_list":[{"text":"Yes","style":1,"key":"ok"},{"text":"No","style":2,"key":"no"}]}
                """#) == nil)
    }

    @Test("the id of feedback has at most 256 bytes")
    func feedback() throws {
        let long = String(repeating: "f", count: 257)
        #expect(
            try fault(notice(#""feedback":{"id":"\#(long)"}"#))
                == "template_card.feedback.id has 257 bytes; WeCom takes at most 256")
    }

    @Test(
        "every full card of an app but for what only apps have is a card of a bot", arguments: OutboundSamples.fullCards
    )
    func full(sample: OutboundSamples.Sample) throws {
        var json = try #require(sample.json["template_card"])
        json = json.replacing("horizontal_content_list", with: [["keyname": "k"]])
        json = json.replacing("button_list", with: [["text": "b", "style": 4, "key": "k"]])
        #expect(try fault(json.text) == nil)
    }
}

extension JSONValue {
    /// The same object with another value for a member that it has.
    fileprivate func replacing(_ name: String, with value: JSONValue) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.map { $0.name == name ? Member(name, value) : $0 })
    }
}
