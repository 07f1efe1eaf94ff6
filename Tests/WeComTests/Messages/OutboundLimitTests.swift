import Testing
import WeCom

@Suite struct OutboundLimitTests {
    /// A field, how long it may be, and a message with so long a text there.
    struct Length: Sendable, CustomTestStringConvertible {
        let field: String
        let limit: Int
        let message: @Sendable (String) -> OutboundMessage
        var testDescription: String { "\(field) \(limit)" }

        init(_ field: String, _ limit: Int, _ message: @escaping @Sendable (String) -> OutboundMessage) {
            self.field = field
            self.limit = limit
            self.message = message
        }
    }

    @Test("a text as long as it may be is valid, a byte more is refused by name", arguments: bytes)
    func tooManyBytes(length: Length) {
        #expect(fault(of: length.message(letters(length.limit))) == nil)
        let tooLong = fault(of: length.message(letters(length.limit + 1)))
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
    func tooManyCharacters(length: Length) {
        for letter in ["中", "a"] {
            #expect(fault(of: length.message(String(repeating: letter, count: length.limit))) == nil)
            #expect(
                fault(of: length.message(String(repeating: letter, count: length.limit + 1)))
                    == MessageFault(
                        field: length.field, problem: .tooManyCharacters(length.limit + 1, limit: length.limit)))
        }
    }

    @Test("a mini program's notice has a title and a description of four characters at least")
    func shortest() {
        let short = MiniProgramNotice(appID: "wx1", title: "三个字")
        #expect(
            fault(of: toOne(.miniProgramNotice(short)))
                == MessageFault(field: "miniprogram_notice.title", problem: .tooFewCharacters(3, least: 4)))
        let described = MiniProgramNotice(appID: "wx1", title: "四个字的", description: "三个字")
        #expect(fault(of: toOne(.miniProgramNotice(described)))?.field == "miniprogram_notice.description")
    }

    // MARK: Every limit

    static let bytes: [Length] =
        [
            Length("text.content", 2048) { toOne(.text($0)) },
            Length("markdown.content", 2048) { toOne(.markdown($0)) },
            Length("video.title", 128) { toOne(.video(Video(media, title: $0))) },
            Length("video.description", 512) { toOne(.video(Video(media, description: $0))) },
            Length("textcard.title", 128) { toOne(.textCard(TextCard(title: $0, description: "d", url: url))) },
            Length("textcard.description", 512) { toOne(.textCard(TextCard(title: "t", description: $0, url: url))) },
            Length("textcard.url", 2048) {
                toOne(.textCard(TextCard(title: "t", description: "d", url: address($0))))
            },
        ] + articles + cards

    private static let articles: [Length] = [
        Length("news.articles[1].title", 128) { second(Article(title: $0, link: .url(url))) },
        Length("news.articles[1].description", 512) { second(Article(title: "t", description: $0, link: .url(url))) },
        Length("news.articles[1].url", 2048) { second(Article(title: "t", link: .url(address($0)))) },
        Length("news.articles[1].picurl", 2048) {
            second(Article(title: "t", link: .url(url), picture: address($0)))
        },
        Length("news.articles[1].pagepath", 128) {
            second(Article(title: "t", link: .miniProgram(appID: "wx1", page: $0)))
        },
        Length("mpnews.articles[0].title", 128) { mpNews(.init(title: $0, cover: media, content: "c")) },
        Length("mpnews.articles[0].author", 64) { mpNews(.init(title: "t", cover: media, author: $0, content: "c")) },
        Length("mpnews.articles[0].digest", 512) { mpNews(.init(title: "t", cover: media, content: "c", digest: $0)) },
        Length("mpnews.articles[0].content", 681_984) { mpNews(.init(title: "t", cover: media, content: $0)) },
        Length("miniprogram_notice.page", 1024) {
            toOne(.miniProgramNotice(MiniProgramNotice(appID: "wx1", page: $0, title: "four")))
        },
    ]

    private static let cards: [Length] = [
        Length("template_card.task_id", 128) { card(.buttonInteraction(ButtonInteraction([yes])), taskID: $0) },
        Length("template_card.action_menu.action_list[0].key", 1024) {
            let extras = CardExtras(menu: .init([.init("m", key: $0)]))
            return card(.textNotice(TextNotice(action: .url(url), extras: extras)))
        },
        Length("template_card.button_list[1].key", 1024) {
            card(.buttonInteraction(ButtonInteraction([yes, .init("b", key: $0)])))
        },
        Length("template_card.button_selection.question_key", 1024) {
            card(.buttonInteraction(ButtonInteraction([yes], selection: CardSelection($0, options: [one]))))
        },
        Length("template_card.button_selection.option_list[1].id", 128) {
            let selection = CardSelection("q", options: [one, .init($0, "x")])
            return card(.buttonInteraction(ButtonInteraction([yes], selection: selection)))
        },
        Length("template_card.checkbox.question_key", 1024) {
            card(.voteInteraction(VoteInteraction(.init($0, options: [.init("1", "one")]), submit: submit)))
        },
        Length("template_card.checkbox.option_list[0].id", 128) {
            card(.voteInteraction(VoteInteraction(.init("q", options: [.init($0, "one")]), submit: submit)))
        },
        Length("template_card.submit_button.key", 1024) {
            card(
                .voteInteraction(
                    VoteInteraction(.init("q", options: [.init("1", "one")]), submit: SubmitButton("s", key: $0))))
        },
        Length("template_card.select_list[0].question_key", 1024) {
            card(.multipleInteraction(MultipleInteraction([CardSelection($0, options: [one])], submit: submit)))
        },
        Length("template_card.select_list[0].option_list[0].id", 128) {
            card(
                .multipleInteraction(
                    MultipleInteraction([CardSelection("q", options: [.init($0, "x")])], submit: submit)))
        },
    ]

    static let characters: [Length] = [
        Length("textcard.btntxt", 4) {
            toOne(.textCard(TextCard(title: "t", description: "d", url: url, button: $0)))
        },
        Length("miniprogram_notice.title", 12) {
            toOne(.miniProgramNotice(MiniProgramNotice(appID: "wx1", title: $0)))
        },
        Length("miniprogram_notice.description", 12) {
            toOne(.miniProgramNotice(MiniProgramNotice(appID: "wx1", title: "four", description: $0)))
        },
        Length("miniprogram_notice.content_item[0].key", 10) {
            toOne(.miniProgramNotice(MiniProgramNotice(appID: "wx1", title: "four", items: [.init($0, "v")])))
        },
        Length("miniprogram_notice.content_item[0].value", 30) {
            toOne(.miniProgramNotice(MiniProgramNotice(appID: "wx1", title: "four", items: [.init("k", $0)])))
        },
    ]

    // MARK: Making

    private static let media = MediaID("M")
    private static let url = "https://e.com"
    private static let yes = ButtonInteraction.Button("yes", key: "y")
    private static let one = CardSelection.Option("1", "one")
    private static let submit = SubmitButton("send", key: "s")

    /// A URL as long as the text.
    private static func address(_ text: String) -> String { "https://e.com/" + text.dropFirst("https://e.com/".count) }

    private static func second(_ article: Article) -> OutboundMessage {
        toOne(.news([Article(title: "t", link: .url(url)), article]))
    }

    private static func mpNews(_ article: MPNews.Article) -> OutboundMessage { toOne(.mpNews(MPNews([article]))) }
}
