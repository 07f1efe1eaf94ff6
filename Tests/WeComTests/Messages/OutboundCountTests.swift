import Testing
import WeCom

@Suite struct OutboundCountTests {
    /// A list, how many entries it may have, and a message with so many.
    struct Count: Sendable, CustomTestStringConvertible {
        let field: String
        let allowed: ClosedRange<Int>
        let message: @Sendable (Int) -> OutboundMessage
        var testDescription: String { "\(field) \(allowed)" }

        init(_ field: String, _ allowed: ClosedRange<Int>, _ message: @escaping @Sendable (Int) -> OutboundMessage) {
            self.field = field
            self.allowed = allowed
            self.message = message
        }
    }

    @Test("as many entries as there may be are valid, one more or too few are refused by name", arguments: counts)
    func wrongCount(count: Count) {
        #expect(fault(of: count.message(count.allowed.upperBound)) == nil)
        #expect(fault(of: count.message(count.allowed.lowerBound)) == nil)
        for wrong in [count.allowed.lowerBound - 1, count.allowed.upperBound + 1] where wrong >= 0 {
            #expect(
                fault(of: count.message(wrong))
                    == MessageFault(field: count.field, problem: .wrongCount(wrong, allowed: count.allowed)))
        }
    }

    static let counts: [Count] = [
        Count("touser", 0...1000) { .init(to: .these(users: numbered($0) { UserID("u\($0)") }, tags: [1]), hello) },
        Count("toparty", 0...100) { .init(to: .these(parties: numbered($0) { Int64($0) }, tags: [1]), hello) },
        Count("totag", 0...100) { .init(to: .these(users: [UserID("u")], tags: numbered($0) { Int64($0) }), hello) },
        Count("news.articles", 1...8) { toOne(.news(numbered($0) { _ in Article(title: "t", link: .url(url)) })) },
        Count("mpnews.articles", 1...8) {
            toOne(.mpNews(MPNews(numbered($0) { _ in .init(title: "t", cover: MediaID("M"), content: "c") })))
        },
        Count("miniprogram_notice.content_item", 0...10) {
            toOne(
                .miniProgramNotice(
                    MiniProgramNotice(appID: "wx1", title: "four", items: numbered($0) { .init("k\($0)", "v") })))
        },
        Count("template_card.horizontal_content_list", 0...6) {
            notice(extras: CardExtras(rows: numbered($0) { .init("r\($0)") }))
        },
        Count("template_card.action_menu.action_list", 1...3) {
            notice(extras: CardExtras(menu: .init(numbered($0) { .init("m", key: "k\($0)") })))
        },
        Count("template_card.jump_list", 0...3) {
            card(.textNotice(TextNotice(action: .url(url), jumps: numbered($0) { CardJump("j\($0)") })))
        },
        Count("template_card.vertical_content_list", 0...4) {
            let paragraphs = numbered($0) { NewsNotice.Paragraph("p\($0)") }
            return card(.newsNotice(NewsNotice(action: .url(url), picture: .init(url), paragraphs: paragraphs)))
        },
        Count("template_card.button_list", 1...6) {
            card(.buttonInteraction(ButtonInteraction(numbered($0) { .init("b", key: "k\($0)") })))
        },
        Count("template_card.button_selection.option_list", 1...10) {
            let selection = CardSelection("q", options: options($0))
            return card(.buttonInteraction(ButtonInteraction([.init("b", key: "k")], selection: selection)))
        },
        Count("template_card.checkbox.option_list", 1...20) {
            card(
                .voteInteraction(
                    VoteInteraction(.init("q", options: numbered($0) { .init("\($0)", "o") }), submit: submit)))
        },
        Count("template_card.select_list", 1...3) {
            let selections = numbered($0) { CardSelection("q\($0)", options: options(1)) }
            return card(.multipleInteraction(MultipleInteraction(selections, submit: submit)))
        },
        Count("template_card.select_list[0].option_list", 1...10) {
            card(.multipleInteraction(MultipleInteraction([CardSelection("q", options: options($0))], submit: submit)))
        },
    ]

    // MARK: Making

    private static let hello = OutboundMessage.Content.text("hello")
    private static let url = "https://e.com"
    private static let submit = SubmitButton("send", key: "s")

    private static func numbered<Entry>(_ count: Int, _ make: (Int) -> Entry) -> [Entry] { (0..<count).map(make) }

    private static func options(_ count: Int) -> [CardSelection.Option] { numbered(count) { .init("\($0)", "o") } }

    private static func notice(extras: CardExtras) -> OutboundMessage {
        card(.textNotice(TextNotice(action: .url(url), extras: extras)))
    }
}
