import JSON
import Testing
import WeCom

@Suite struct OutboundLimitTests {
    /// A field in messages of a type, and how long it may be.
    struct Length: Sendable, CustomTestStringConvertible {
        let type: String
        let field: String
        let limit: Int
        var testDescription: String { "\(field) \(limit)" }

        init(_ type: String, _ field: String, _ limit: Int) {
            self.type = type
            self.field = field
            self.limit = limit
        }

        func fault(of text: String) throws -> MessageFault? {
            try OutboundSamples.sample(type).fault(setting: field, .string(text))
        }
    }

    @Test("a text as long as it may be is valid, a byte more is refused by name", arguments: bytes + urls)
    func tooManyBytes(length: Length) throws {
        let isURL = length.field.hasSuffix("url")
        func text(_ count: Int) -> String { isURL ? "https://e.com/" + letters(count - 14) : letters(count) }
        #expect(try length.fault(of: text(length.limit)) == nil)
        let tooLong = try length.fault(of: text(length.limit + 1))
        #expect(
            tooLong
                == MessageFault(
                    field: length.field, problem: .tooManyBytes(length.limit + 1, limit: length.limit)))
        #expect(
            tooLong?.description
                == "\(length.field) has \(length.limit + 1) bytes; WeCom takes at most \(length.limit)")
    }

    @Test("bytes are counted, not characters")
    func chinese() {
        let fits = String(repeating: "中", count: 682) + "aa"
        #expect(fault(of: toOne(.text(fits))) == nil)
        #expect(
            fault(of: toOne(.text(fits + "a")))
                == MessageFault(field: "text.content", problem: .tooManyBytes(2049, limit: 2048)))
    }

    @Test("where characters are limited, a Chinese one counts as any other", arguments: characters)
    func tooManyCharacters(length: Length) throws {
        for letter in ["中", "a"] {
            #expect(try length.fault(of: String(repeating: letter, count: length.limit)) == nil)
            #expect(
                try length.fault(of: String(repeating: letter, count: length.limit + 1))
                    == MessageFault(
                        field: length.field, problem: .tooManyCharacters(length.limit + 1, limit: length.limit)))
        }
    }

    @Test("a mini program's notice has a title and a description of four characters at least")
    func shortest() throws {
        for field in ["miniprogram_notice.title", "miniprogram_notice.description"] {
            let length = Length("miniprogram_notice", field, 12)
            #expect(try length.fault(of: "四个字的") == nil)
            #expect(
                try length.fault(of: "三个字") == MessageFault(field: field, problem: .tooFewCharacters(3, least: 4)))
        }
    }

    // MARK: Every limit

    static let bytes = [
        Length("text", "text.content", 2048), Length("markdown", "markdown.content", 2048),
        Length("video", "video.title", 128), Length("video", "video.description", 512),
        Length("textcard", "textcard.title", 128), Length("textcard", "textcard.description", 512),
        Length("news", "news.articles[1].title", 128), Length("news", "news.articles[1].description", 512),
        Length("mpnews", "mpnews.articles[0].title", 128), Length("mpnews", "mpnews.articles[0].author", 64),
        Length("mpnews", "mpnews.articles[0].digest", 512), Length("mpnews", "mpnews.articles[0].content", 681_984),
        Length("miniprogram_notice", "miniprogram_notice.page", 1024),
        Length("button_interaction", "template_card.task_id", 128),
        Length("text_notice", "template_card.action_menu.action_list[0].key", 1024),
        Length("button_interaction", "template_card.button_list[1].key", 1024),
        Length("button_interaction", "template_card.button_selection.question_key", 1024),
        Length("button_interaction", "template_card.button_selection.option_list[1].id", 128),
        Length("vote_interaction", "template_card.checkbox.question_key", 1024),
        Length("vote_interaction", "template_card.checkbox.option_list[0].id", 128),
        Length("vote_interaction", "template_card.submit_button.key", 1024),
        Length("multiple_interaction", "template_card.select_list[0].question_key", 1024),
        Length("multiple_interaction", "template_card.select_list[0].option_list[0].id", 128),
    ]

    static let urls = [
        Length("textcard", "textcard.url", 2048), Length("news", "news.articles[1].url", 2048),
        Length("news", "news.articles[1].picurl", 2048),
    ]

    static let characters = [
        Length("miniprogram_notice", "miniprogram_notice.title", 12),
        Length("miniprogram_notice", "miniprogram_notice.description", 12),
        Length("miniprogram_notice", "miniprogram_notice.content_item[0].key", 10),
        Length("miniprogram_notice", "miniprogram_notice.content_item[0].value", 30),
    ]

    @Test(
        "of the words on a textcard's button the first four characters are kept, as WeCom shows them",
        arguments: [("查看详情", "查看详情"), ("五个字的钮", "五个字的"), ("More…", "More"), ("👨‍👩‍👧‍👦看👩🏽‍💻e🇨🇳x", "👨‍👩‍👧‍👦看👩🏽‍💻e"), ("", "")])
    func button(written: String, kept: String) throws {
        let json: JSONValue = [
            "touser": "u1", "msgtype": "textcard",
            "textcard": ["title": "t", "description": "d", "url": "https://e.com", "btntxt": .string(written)],
        ]
        let message = try OutboundMessage(json: json)
        try message.validate()
        #expect(message.json["textcard"]?["btntxt"] == .string(kept))
    }

    @Test("the duplicate check is the message's to say: whether, and up to four hours")
    func duplicateCheck() throws {
        func read(_ more: [JSONValue.Member]) throws -> OutboundMessage {
            try OutboundMessage(
                json: .object(
                    [.init("touser", "u1"), .init("msgtype", "text"), .init("text", ["content": "x"])] + more))
        }
        #expect(try read([]).duplicateCheck == nil)
        #expect(try read([.init("enable_duplicate_check", 0)]).duplicateCheck == .off)
        #expect(try read([.init("enable_duplicate_check", 1)]).duplicateCheck == .on(seconds: nil))
        let hour: [JSONValue.Member] = [.init("enable_duplicate_check", 1), .init("duplicate_check_interval", 3600)]
        #expect(try read(hour).duplicateCheck == .on(seconds: 3600))
        #expect(try OutboundMessage(json: read(hour).json) == read(hour))
        for seconds in [0, -1, 14_401] as [Int64] {
            let fault = #expect(throws: MessageFault.self) {
                try read([.init("enable_duplicate_check", 1), .init("duplicate_check_interval", .integer(seconds))])
            }
            #expect(fault?.field == "duplicate_check_interval" && fault?.description.contains("1 to 14400") == true)
        }
        #expect(throws: MessageFault.self) { try read([.init("duplicate_check_interval", 60)]) }
        #expect(throws: MessageFault.self) { try read([.init("enable_duplicate_check", 2)]) }
    }

    @Test("the page of a mini program behind an article has a limit of its own")
    func page() throws {
        for (count, isValid) in [(128, true), (129, false)] {
            let article: JSONValue = ["title": "t", "appid": "wx1", "pagepath": .string(letters(count))]
            let found = try OutboundSamples.sample("news").fault(setting: "news.articles", .array([article]))
            #expect(found?.field == (isValid ? nil : "news.articles[0].pagepath"))
        }
    }
}
