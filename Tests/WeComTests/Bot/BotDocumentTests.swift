import JSON
import System
import Testing
import WeCom

/// The time at which the documents of these tests come.
private let now = Timestamp(seconds: 1_754_796_900)

private func document(_ text: String) throws -> BotDocument {
    try BotDocument(parsing: Array(text.utf8), receivedAt: now)
}

private func message(_ text: String) throws -> InboundMessage {
    guard case .message(let message) = try document(text) else { throw NoMessage() }
    return message
}

private struct NoMessage: Error {}

/// A message of one person to the bot: `rest` has the type and what belongs to it.
private func single(_ rest: String) throws -> InboundMessage {
    try message(#"{"msgid":"M1","aibotid":"aib1","chattype":"single","from":{"userid":"ZhangSan"},\#(rest)}"#)
}

@Suite struct BotDocumentTests {
    @Test(
        "every document of the vectors is read, and is the same when it is written and read again",
        arguments: BotVectors.documents)
    func vectors(vector: BotVector) throws {
        let read = try document(vector.text("plaintext"))
        #expect(BotVectors.documents.count == 7)
        if case .message(let message) = read {
            #expect(try BotDocument(json: message.json, receivedAt: now) == read)
            #expect(message.botID == BotID("aibA1b2C3d4E5f6G7h8I9j0KLmNoPqRsTu"))
        } else {
            #expect(vector.id == "shared-stream-poll")
        }
    }

    @Test("a text has its sender, its id, its place, and the address for one answer")
    func text() throws {
        let read = try single(#""response_url":"https://r/?c=1","msgtype":"text","text":{"content":"a\/b"}"#)
        #expect(read.content == .text("a/b") && read.from == UserID("zhangsan") && read.messageID == "M1")
        #expect(read.chat == .single && read.botID == BotID("aib1") && read.createTime == now)
        #expect(read.responseURL == Secret("https://r/?c=1") && read.corp == nil && read.agentID == nil)
        #expect(!"\(read)".contains("c=1"))
        let group = try message(
            #"""
            {"msgid":"2","chatid":"wrA","chattype":"group","from":{"userid":"u","corpid":"ww2"},
            "create_time":5,"msgtype":"text","text":{"content":""}}
            """#
        )
        #expect(group.chat == .group(ChatID("wrA")) && group.createTime == Timestamp(seconds: 5))
        #expect(group.corp == CorpID("ww2") && group.content == .text("") && group.botID == nil)
    }

    @Test(
        "each kind of message is read",
        arguments: [
            (#""msgtype":"voice","voice":{"content":"你好"}"#, .speech("你好")),
            (#""msgtype":"image","image":{"url":"https://i"}"#, .sealed(SealedMedia(.image, at: "https://i"))),
            (
                #""msgtype":"video","video":{"url":"https://v","aeskey":"K"}"#,
                .sealed(SealedMedia(.video, at: "https://v", key: Secret("K")))
            ),
            (
                #""msgtype":"file","file":{"url":"https://f","aeskey":""}"#,
                .sealed(SealedMedia(.file, at: "https://f"))
            ),
            (
                #"""
                "msgtype":"mixed","mixed":{"msg_item":[{"msgtype":"text","text":{"content":"look"}},
                {"msgtype":"image","image":{"url":"https://i"}},{"msgtype":"file",
                "file":{"url":"https://f"}},{"msgtype":"new"}]}
                """#,
                .mixed([
                    .text("look"), .sealed(SealedMedia(.image, at: "https://i")),
                    .sealed(SealedMedia(.file, at: "https://f")), .unsupported(type: "new", fields: ["msgtype"]),
                ])
            ),
            (
                #""msgtype":"appmsg","appmsg":{"title":"T","digest":"D","content_url":"https://a"}"#,
                .link(InboundMessage.Link("https://a", title: "T", description: "D"))
            ),
            (
                #""msgtype":"appmsg","appmsg":{"title":"T","description":"D","url":"https://a"}"#,
                .link(InboundMessage.Link("https://a", title: "T", description: "D"))
            ),
            (#""msgtype":"appmsg","appmsg":{"title":"T","description":"D"}"#, .text("T\nD")),
            (
                #""msgtype":"image","image":{"media_id":"M"}"#, .image(media: MediaID("M"), pictureURL: nil)
            ),
            (#""msgtype":"file","file":{"media_id":"M"}"#, .file(media: MediaID("M"), name: nil)),
            (#""msgtype":"image","image":{"size":1}"#, .unsupported(type: "image", fields: ["size"])),
            (#""msgtype":"voice","voice":{}"#, .voice(media: MediaID(""), format: nil, recognition: nil)),
            (
                #""msgtype":"voice","voice":{"media_id":"M","content":null}"#,
                .voice(media: MediaID("M"), format: nil, recognition: nil)
            ),
            (#""msgtype":"voice","voice":{"content":""}"#, .speech("")),
            (
                #""msgtype":"hologram","hologram":{"a":1}"#,
                .unsupported(
                    type: "hologram", fields: ["msgid", "aibotid", "chattype", "from", "msgtype", "hologram"])
            ),
        ] as [(String, InboundMessage.Content)])
    func kinds(rest: String, content: InboundMessage.Content) throws {
        #expect(try single(rest).content == content)
    }

    @Test("a quote is read as a message's content is, and left out where it cannot be")
    func quote() throws {
        let read = try single(
            #"""
            "msgtype":"text","text":{"content":"x"},"quote":{"msgtype":"mixed",
            "mixed":{"msg_item":[{"msgtype":"text","text":{"content":"before"}},{"msgtype":"image",
            "image":{"url":"https://i","aeskey":"K"}}]}}
            """#
        )
        #expect(
            read.quote
                == .mixed([.text("before"), .sealed(SealedMedia(.image, at: "https://i", key: Secret("K")))]))
        #expect(try single(#""msgtype":"text","text":{"content":"x"}"#).quote == nil)
        for quote in [
            #"{"msgtype":"text","text":{}}"#, "{}", #"{"msgtype":"text"}"#, #""q""#,
            #"{"msgtype":"mixed","mixed":{"msg_item":7}}"#,
        ] {
            let read = try single(#""msgtype":"text","text":{"content":"x"},"quote":\#(quote)"#)
            #expect(read.quote == nil && read.content == .text("x"), "\(quote)")
        }
    }

    @Test("a poll names its stream")
    func poll() throws {
        let read = try document(
            #"""
            {"msgid":"P1","aibotid":"aib1","chatid":"wr1","chattype":"group","from":{"userid":"u"},
            "msgtype":"stream","stream":{"id":"S"}}
            """#
        )
        guard case .poll(let poll) = read else { throw NoMessage() }
        #expect(poll.stream == "S" && poll.botID == BotID("aib1") && poll.from == UserID("u"))
        #expect(poll.chat == .group(ChatID("wr1")))
        for (stream, error) in [
            (#"{}"#, .missing("stream.id")), (#"{"id":7}"#, .wrongKind("stream.id", wanted: "a string")),
            (#"null"#, .missing("stream")),
        ] as [(String, InboundMessageError)] {
            #expect(throws: error) {
                try document(#"{"msgid":"P1","chattype":"single","msgtype":"stream","stream":\#(stream)}"#)
            }
        }
    }
}

@Suite struct BotDocumentRefusalTests {
    @Test(
        "a document that leaves out what it cannot do without is refused by the name of that",
        arguments: [
            (#"{"chattype":"single","from":{"userid":"u"},"msgtype":"text","text":{"content":"x"}}"#, "msgid"),
            (
                #"{"msgid":"","chattype":"single","from":{"userid":"u"},"msgtype":"text","text":{"content":"x"}}"#,
                "msgid"
            ),
            (#"{"msgid":"1","chattype":"single","from":{"userid":"u"},"text":{"content":"x"}}"#, "msgtype"),
            (
                #"{"msgid":"1","chattype":"group","from":{"userid":"u"},"msgtype":"text","text":{"content":"x"}}"#,
                "chatid"
            ),
            (#"{"msgid":"1","from":{"userid":"u"},"msgtype":"text","text":{"content":"x"}}"#, "chattype"),
            (
                #"""
                {"msgid":"1","chatid":"wr1","from":{"userid":"u"},"msgtype":"event",
                "event":{"eventtype":"enter_chat"}}
                """#,
                "chattype"
            ),
            (#"{"msgid":"1","chattype":"single","msgtype":"text","text":{"content":"x"}}"#, "from"),
            (#"{"msgid":"1","chattype":"single","from":{"userid":"u"},"msgtype":"text"}"#, "text"),
            (#"{"msgid":"1","chattype":"single","from":{"userid":"u"},"msgtype":"text","text":{}}"#, "text.content"),
            (#"{"msgid":"1","chattype":"single","from":{"userid":"u"},"msgtype":"voice"}"#, "voice"),
            (
                #"{"msgid":"1","chattype":"single","from":{"userid":"u"},"msgtype":"mixed","mixed":{"msg_item":[]}}"#,
                "mixed.msg_item"
            ),
            (
                #"""
                {"msgid":"1","chattype":"single","from":{"userid":"u"},"msgtype":"mixed",
                "mixed":{"msg_item":[{"text":{}}]}}
                """#,
                "mixed.msg_item[0].msgtype"
            ),
            (#"{"msgid":"1","chattype":"single","from":{"userid":"u"},"msgtype":"event"}"#, "event"),
            (
                #"{"msgid":"1","chattype":"single","from":{"userid":"u"},"msgtype":"event","event":{}}"#,
                "event.eventtype"
            ),
        ])
    func missing(text: String, name: String) {
        #expect(throws: InboundMessageError.missing(name)) { try document(text) }
    }

    @Test(
        "a message of nobody is refused",
        arguments: [#"{}"#, #"{"userid":""}"#, #"{"userid":"sys"}"#, #"{"userid":null}"#])
    func nobody(from: String) {
        #expect(throws: InboundMessageError.fromNobody) {
            try message(
                #"{"msgid":"1","chattype":"single","from":\#(from),"msgtype":"text","text":{"content":"x"}}"#)
        }
        #expect(throws: InboundMessageError.fromNobody) {
            try message(#"{"msgid":"1","from":\#(from),"msgtype":"event","event":{"eventtype":"enter_chat"}}"#)
        }
    }

    @Test(
        "what is of another kind than it must be is refused by its name",
        arguments: [
            (#""msgtype":5"#, "msgtype", "a string"), (#""msgtype":"text","text":"x""#, "text", "an object"),
            (#""msgtype":"text","text":{"content":5}"#, "text.content", "a string"),
            (#""msgtype":"image","image":{"url":[]}"#, "image.url", "a string"),
            (#""msgtype":"image","image":{"url":"u","aeskey":1}"#, "image.aeskey", "a string"),
            (#""msgtype":"mixed","mixed":{"msg_item":{}}"#, "mixed.msg_item", "a list"),
            (#""msgtype":"mixed","mixed":{"msg_item":[7]}"#, "mixed.msg_item[0]", "an object"),
            (#""msgtype":"text","text":{"content":"x"},"response_url":{}"#, "response_url", "a string"),
            (#""msgtype":"text","text":{"content":"x"},"create_time":"soon""#, "create_time", "a time in seconds"),
            (#""msgtype":"text","text":{"content":"x"},"create_time":-1"#, "create_time", "a time in seconds"),
        ])
    func wrongKind(rest: String, name: String, wanted: String) {
        #expect(throws: InboundMessageError.wrongKind(name, wanted: wanted)) { try single(rest) }
    }

    @Test(
        "a member that stands there twice is refused, even if both say the same",
        arguments: [
            (#""msgid":"M1","msgtype":"text","text":{"content":"x"}"#, "msgid"),
            (#""msgtype":"text","msgtype":"stream","text":{"content":"x"}"#, "msgtype"),
            (#""from":{"userid":"other"},"msgtype":"text","text":{"content":"x"}"#, "from"),
            (#""msgtype":"text","text":{"content":"x","content":"y"}"#, "text.content"),
            (#""msgtype":"image","image":{"url":"x","url":"x"}"#, "image.url"),
        ])
    func twice(rest: String, name: String) {
        #expect(throws: InboundMessageError.unclear(name)) { try single(rest) }
    }

    @Test("a chat that is neither is refused, and so is a mixed message within another")
    func unclear() {
        #expect(throws: InboundMessageError.unclear("chattype")) {
            try message(
                #"{"msgid":"1","chattype":"party","from":{"userid":"u"},"msgtype":"text","text":{"content":"x"}}"#)
        }
        #expect(throws: InboundMessageError.unclear("mixed.msg_item[0].msgtype")) {
            try single(
                #"""
                "msgtype":"mixed","mixed":{"msg_item":[{"msgtype":"mixed",
                "mixed":{"msg_item":[{"msgtype":"text","text":{"content":"x"}}]}}]}
                """#
            )
        }
    }

    @Test("an id that is longer than ids are is refused, and so are more pieces than fit a message")
    func bounds() {
        let long = String(repeating: "i", count: 513)
        #expect(throws: InboundMessageError.tooLong("msgid", limit: 512)) {
            try message(#"{"msgid":"\#(long)","chattype":"single","from":{"userid":"u"},"msgtype":"x"}"#)
        }
        let pieces = Array(repeating: #"{"msgtype":"text","text":{"content":"x"}}"#, count: 65).joined(separator: ",")
        #expect(throws: InboundMessageError.tooLong("mixed.msg_item", limit: 64)) {
            try single(#""msgtype":"mixed","mixed":{"msg_item":[\#(pieces)]}"#)
        }
    }

    @Test("a document that is no JSON, no object, or nested 10,000 deep is refused without a crash")
    func rubbish() throws {
        let deep = String(repeating: #"{"a":"#, count: 10_000) + "1" + String(repeating: "}", count: 10_000)
        for text in ["", "x", "[]", "\"s\"", "7", "{", deep, "\u{FEFF}"] {
            #expect(throws: InboundMessageError.self) { try document(text) }
        }
        do {
            _ = try document(deep)
        } catch let error as InboundMessageError {
            guard case .notJSON(let reason) = error else { throw error }
            #expect(reason.reason == "nested deeper than 32" && error.description.utf8.count < 200)
        }
    }
}

@Suite struct BotEventTests {
    private func event(_ event: String, from: String = #""from":{"userid":"u"},"#) throws -> InboundEvent {
        let read = try message(#"{"msgid":"E1","create_time":1700000000,\#(from)"msgtype":"event","event":\#(event)}"#)
        #expect(read.createTime == Timestamp(seconds: 1_700_000_000) && read.chat == .single)
        guard case .event(let event) = read.content else { throw NoMessage() }
        return event
    }

    @Test("a person who comes in needs no chat to be named")
    func enterChat() throws {
        let read = try event(#"{"eventtype":"enter_chat"}"#)
        #expect(read == .bot(.enterChat) && read.name == "enter_chat" && InboundEvent.names.contains("enter_chat"))
    }

    @Test(
        "a click is read with the underscores in its names and without them",
        arguments: [
            #"""
            {"eventtype":"template_card_event",
            "template_card_event":{"card_type":"vote_interaction","event_key":"k","task_id":"T",
            "selected_items":{"selected_item":[{"question_key":"q","option_ids":{"option_id":["one",
            "two"]}}]}}}
            """#,
            #"""
            {"eventtype":"templatecardevent","templatecardevent":{"cardtype":"vote_interaction",
            "eventkey":"k","taskid":"T","selecteditems":{"selecteditem":[{"questionkey":"q",
            "optionids":{"optionid":["one","two"]}}]}}}
            """#,
        ])
    func click(text: String) throws {
        let click = CardClick(
            key: "k", taskID: "T", cardType: "vote_interaction", selections: ["q": ["one", "two"]])
        #expect(try event(text) == .templateCard(click))
    }

    @Test(
        "a click on a notice was on its menu",
        arguments: [("text_notice", true), ("news_notice", true), ("button_interaction", false)])
    func menu(type: String, isMenu: Bool) throws {
        let read = try event(
            #"{"eventtype":"template_card_event","template_card_event":{"card_type":"\#(type)","event_key":"k"}}"#)
        #expect(read == .templateCard(CardClick(key: "k", taskID: nil, cardType: type, isMenu: isMenu)))
    }

    @Test("feedback says what it is about and what the person thinks, and needs no sender")
    func feedback() throws {
        let bad = try event(
            #"""
            {"eventtype":"feedback_event","feedback_event":{"id":"F","type":2,"content":"more",
            "inaccurate_reason_list":[2,4,9]}}
            """#
        )
        #expect(
            bad
                == .bot(
                    .feedback(
                        BotFeedback(
                            id: "F", verdict: .inaccurate, comment: "more", reasons: [.incomplete, .wrongAnalysis]))))
        let good = try event(#"{"eventtype":"feedback_event","feedback_event":{"id":"F","type":1}}"#, from: "")
        #expect(good == .bot(.feedback(BotFeedback(id: "F", verdict: .accurate))))
    }

    @Test("a kick is read with and without a sender and a reason")
    func kick() throws {
        let bare = try event(#"{"eventtype":"disconnected_event"}"#, from: "")
        #expect(bare == .bot(.disconnected(reason: nil)))
        let told = try event(#"{"eventtype":"disconnected_event","reason":"taken over"}"#)
        #expect(told == .bot(.disconnected(reason: "taken over")))
    }

    @Test(
        "an event that nobody told us of is known by its name, and needs no sender",
        arguments: ["", #""from":{"userid":"sys"},"#])
    func unknown(from: String) throws {
        let read = try event(#"{"eventtype":"auth_change_event","auth_change_event":{"auth_list":[1]}}"#, from: from)
        #expect(read == .unknown(name: "auth_change_event", fields: ["eventtype", "auth_change_event"]))
        #expect(read.name == "unknown")
    }

    @Test(
        "an event that lacks what it is about is refused by the name of that",
        arguments: [
            (#"{"eventtype":"template_card_event"}"#, .missing("event.template_card_event")),
            (
                #"{"eventtype":"template_card_event","template_card_event":{"task_id":"T"}}"#,
                .missing("event.template_card_event.event_key")
            ),
            (
                #"{"eventtype":"template_card_event","template_card_event":{"event_key":"a","eventkey":"b"}}"#,
                .unclear("event.template_card_event.event_key")
            ),
            (
                #"""
                {"eventtype":"template_card_event","template_card_event":{"event_key":"k","selected_items":
                {"selected_item":[{"question_key":"q","option_ids":{"option_id":["a"]}},{"question_key":"q"}]}}}
                """#, .unclear("event.template_card_event.selected_items.selected_item[1].question_key")
            ),
            (#"{"eventtype":"feedback_event","feedback_event":{"type":1}}"#, .missing("event.feedback_event.id")),
            (#"{"eventtype":"feedback_event","feedback_event":{"id":"F"}}"#, .missing("event.feedback_event.type")),
            (
                #"{"eventtype":"feedback_event","feedback_event":{"id":"F","type":8}}"#,
                .unclear("event.feedback_event.type")
            ),
        ] as [(String, InboundMessageError)])
    func lacking(text: String, error: InboundMessageError) {
        #expect(throws: error) { try event(text) }
    }
}

@Suite struct MentionTests {
    @Test(
        "one mention at the beginning is taken off with the space behind it",
        arguments: [
            ("@RobotA hello", "hello"), ("@RobotA\u{2005}你好", "你好"), ("@RobotA\n\nhello  ", "hello  "),
            ("@RobotA", ""), ("@RobotA   ", ""), ("@RobotA@RobotB hello", "hello"),
            ("@RobotA @RobotB hello", "@RobotB hello"),
            ("hello @RobotA", "hello @RobotA"), (" @RobotA hello", " @RobotA hello"), ("@ hello", "@ hello"),
            ("@", "@"), ("", ""), ("@机器人 今天天气 🌤️", "今天天气 🌤️"),
        ])
    func anyName(text: String, rest: String) {
        #expect(withoutLeadingMention(text) == rest)
    }

    @Test(
        "the bot's name is taken off whole where it is known, and is not the beginning of another's",
        arguments: [
            ("@Robot A hello", "hello"), ("@Robot A", ""), ("@Robot A\u{2005}hello", "hello"),
            ("@Robot Alpha hello", "Alpha hello"), ("@Other hello", "hello"), ("hello @Robot A", "hello @Robot A"),
        ])
    func knownName(text: String, rest: String) {
        #expect(withoutLeadingMention(text, of: "Robot A") == rest)
        #expect(withoutLeadingMention("@Robot A hello", of: "") == "A hello")
    }

    @Test("a mention is taken off in groups, from a text or the first text of a mixed message")
    func messages() throws {
        var said = try single(#""msgtype":"text","text":{"content":"@bot hi"}"#)
        #expect(said.withoutLeadingMention() == said)
        said.chat = .group(ChatID("wr1"))
        #expect(said.withoutLeadingMention().content == .text("hi"))
        let picture = InboundMessage.Content.sealed(SealedMedia(.image, at: "https://i"))
        said.content = .mixed([picture, .text("@bot look"), .text("@bot again")])
        #expect(said.withoutLeadingMention().content == .mixed([picture, .text("look"), .text("@bot again")]))
        said.content = .speech("@bot hi")
        #expect(said.withoutLeadingMention() == said)
    }
}
