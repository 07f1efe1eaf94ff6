import JSON
import Testing
import WeCom

/// Tests what WeCom refuses but for lengths and numbers.
@Suite struct OutboundRuleTests {
    @Test("nothing to read is no message", arguments: ["", " ", "\n\t", "\u{3000}"])
    func empty(text: String) {
        #expect(fault(of: toOne(.text(text)))?.description == "text.content is empty")
        #expect(fault(of: toOne(.markdown(text)))?.description == "markdown.content is empty")
    }

    @Test("a file that is not named is not sent")
    func noMedia() {
        let none = MediaID("")
        for content: OutboundMessage.Content in [.image(none), .voice(none), .file(none), .video(none, title: "t")] {
            #expect(fault(of: toOne(content)) == MessageFault(field: "\(content.type).media_id", problem: .empty))
        }
    }

    @Test(
        "only some types can be kept from being shared, and only mpnews within the corp", arguments: OutboundSamples.all
    )
    func safe(sample: OutboundSamples.Sample) throws {
        let allowed: [OutboundMessage.Safe] =
            switch sample.type {
            case "text", "image", "video", "file": [.shareable, .confidential]
            case "mpnews": [.shareable, .confidential, .corpOnly]
            default: []
            }
        for safe in OutboundMessage.Safe.allCases {
            var message = try sample.message
            message.safe = safe
            #expect((fault(of: message) == nil) == allowed.contains(safe))
            #expect(fault(of: message)?.field ?? "safe" == "safe")
        }
    }

    @Test(
        "a URL is whole, with http or https before it",
        arguments: [
            "e.com", "//e.com", "ftp://e.com", "javascript:alert(1)", "https://", "https:///p", "https://e.com/a b", "",
        ])
    func urls(url: String) throws {
        let problem: MessageFault.Problem = url.isEmpty ? .empty : .noURL
        for (type, field) in [
            ("textcard", "textcard.url"), ("news", "news.articles[0].url"),
            ("news_notice", "template_card.card_action.url"),
            ("button_interaction", "template_card.button_list[0].url"),
        ] {
            let found = try OutboundSamples.sample(type).fault(setting: field, .string(url))
            #expect(found == MessageFault(field: field, problem: problem))
        }
    }

    @Test(
        "a URL's scheme may be written in capitals, and a mark may follow it",
        arguments: ["HTTPS://e.com", "http://\u{301}e"])
    func wholeURLs(url: String) throws {
        #expect(try OutboundSamples.sample("textcard").fault(setting: "textcard.url", .string(url)) == nil)
    }

    @Test("what a text card is made of is all needed", arguments: ["textcard.title", "textcard.description"])
    func textCard(field: String) throws {
        let sample = try OutboundSamples.sample("textcard")
        #expect(try sample.fault(setting: field, "") == MessageFault(field: field, problem: .empty))
        #expect(try sample.fault(setting: field, nil) == MessageFault(field: field, problem: .missing))
    }

    @Test("a mini program's notice cannot go to everyone")
    func everyone() throws {
        #expect(
            try OutboundSamples.sample("miniprogram_notice").fault(setting: "touser", "@all")?.description
                == "touser may not be @all with msgtype miniprogram_notice")
        #expect(fault(of: OutboundMessage(to: .everyone, .text("all"))) == nil)
    }

    @Test("a message goes to somebody")
    func nobody() {
        let found = fault(of: OutboundMessage(to: .these(), .text("hi")))
        #expect(
            found?.description == "touser is missing, and so are toparty and totag: a message needs a recipient")
    }

    @Test(
        "an id that would be two, or everyone, or nobody's is refused",
        arguments: ["", "a|b", "@all", "a b", "a\n", letters(65), "ww1/", "ww1/" + letters(65)])
    func oddIDs(id: String) {
        #expect(fault(of: OutboundMessage(to: .user(UserID(id)), .text("hi")))?.field == "touser")
    }

    @Test("a user's id is what WeCom lets it be", arguments: ["u", "Zhang.San_1-2@e", letters(64), "wwlinked/u"])
    func ids(id: String) {
        #expect(fault(of: OutboundMessage(to: .user(UserID(id)), .text("hi"))) == nil)
    }
}
