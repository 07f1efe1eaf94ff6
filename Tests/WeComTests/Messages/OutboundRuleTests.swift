import Testing
import WeCom

/// What WeCom refuses but for lengths and numbers.
@Suite struct OutboundRuleTests {
    @Test("nothing to read is no message", arguments: ["", " ", "\n\t", "\u{3000}"])
    func empty(text: String) {
        #expect(fault(of: toOne(.text(text)))?.description == "text.content is empty")
        #expect(fault(of: toOne(.markdown(text)))?.description == "markdown.content is empty")
    }

    @Test("a file that is not named is not sent")
    func noMedia() {
        let none = MediaID("")
        for content: OutboundMessage.Content in [.image(none), .voice(none), .file(none), .video(Video(none))] {
            #expect(fault(of: toOne(content)) == MessageFault(field: "\(content.type).media_id", problem: .empty))
        }
    }

    @Test(
        "only some types can be kept from being shared, and only mpnews within the corp", arguments: OutboundSamples.all
    )
    func safe(sample: OutboundSamples.Sample) {
        let allowed: [OutboundMessage.Safe] =
            switch sample.message.content {
            case .text, .image, .video, .file: [.shareable, .confidential]
            case .mpNews: [.shareable, .confidential, .corpOnly]
            default: []
            }
        for safe in OutboundMessage.Safe.allCases {
            var message = sample.message
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
    func urls(url: String) {
        let problem: MessageFault.Problem = url.isEmpty ? .empty : .noURL
        #expect(
            fault(of: toOne(.textCard(TextCard(title: "t", description: "d", url: url))))
                == MessageFault(field: "textcard.url", problem: problem))
        #expect(fault(of: toOne(.news([Article(title: "t", link: .url(url))])))?.field == "news.articles[0].url")
        #expect(fault(of: card(.textNotice(TextNotice(action: .url(url)))))?.field == "template_card.card_action.url")
        let button = ButtonInteraction.Button("b", .url(url))
        #expect(
            fault(of: card(.buttonInteraction(ButtonInteraction([button]))))?.field
                == "template_card.button_list[0].url")
    }

    @Test(
        "a URL's scheme may be written in capitals, and a mark may follow it",
        arguments: ["HTTPS://e.com", "http://\u{301}e"])
    func wholeURLs(url: String) {
        #expect(fault(of: toOne(.textCard(TextCard(title: "t", description: "d", url: url)))) == nil)
    }

    @Test("what a text card is made of is all needed")
    func textCard() {
        for (title, description, field) in [("", "d", "title"), ("t", "", "description")] {
            #expect(
                fault(of: toOne(.textCard(TextCard(title: title, description: description, url: "https://e.com"))))
                    == MessageFault(field: "textcard.\(field)", problem: .empty))
        }
    }

    @Test("a mini program's notice cannot go to everyone")
    func everyone() {
        let notice = MiniProgramNotice(appID: "wx1", title: "four")
        #expect(
            fault(of: OutboundMessage(to: .everyone, .miniProgramNotice(notice)))?.description
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
