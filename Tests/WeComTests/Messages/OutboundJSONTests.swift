import JSON
import Testing
import WeCom

@Suite struct OutboundJSONTests {
    @Test("every type is written as WeCom documents it, read back as it was, and valid", arguments: OutboundSamples.all)
    func golden(sample: OutboundSamples.Sample) throws {
        let documented = try sample.json
        #expect(sample.message.json.text == documented)
        #expect(try OutboundMessage(json: JSONValue(parsing: Array(documented.utf8))) == sample.message)
        #expect(fault(of: sample.message) == nil)
    }

    @Test("no type is left out of the samples")
    func complete() {
        let types = Set(OutboundSamples.all.map { $0.message.content.type })
        #expect(types.count == 11 && Set(OutboundSamples.all.map(\.type)).count == 15)
    }

    @Test("everything that a card can have is read back as it was, and valid", arguments: FullCards.all)
    func fullCards(card: TemplateCard) throws {
        let message = OutboundMessage(to: .everyone, .templateCard(card), translatesIDs: true)
        let text = message.json.text
        #expect(try OutboundMessage(json: JSONValue(parsing: Array(text.utf8))) == message)
        #expect(fault(of: message) == nil)
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
            message.content
                == .news([
                    Article(title: "t", link: .miniProgram(appID: "wx1", page: "p"), picture: "http://e.com/p")
                ]))
        #expect(fault(of: message) == nil)
    }

    @Test(
        "WeCom's own example of a card's action, with the fields of both types, is read as WeCom takes it",
        arguments: [(1, TemplateCard.Target.url("https://e.com")), (2, .miniProgram(appID: "wx1", page: "/i"))])
    func bothTargets(type: Int, target: TemplateCard.Target) throws {
        let text = #"""
            {"touser":"u","msgtype":"template_card","template_card":{"card_type":"text_notice","sub_title_text":"s",
            "card_action":{"type":\#(type),"url":"https://e.com","appid":"wx1","pagepath":"/i"}}}
            """#
        let message = try OutboundMessage(json: JSONValue(parsing: Array(text.utf8)))
        guard case .templateCard(let card) = message.content, case .textNotice(let notice) = card.kind else {
            throw Missed("\(message)")
        }
        #expect(notice.action == target && fault(of: message) == nil)
    }
}

/// Cards with everything that their kind takes.
private enum FullCards {
    static let all = [
        TemplateCard(
            .textNotice(
                TextNotice(
                    action: .miniProgram(appID: "wx1", page: "p"), emphasis: .init("1", description: "d"),
                    subtitle: "s", jumps: jumps, extras: extras)), title: title, source: source, taskID: "Aa0_-@"),
        TemplateCard(
            .newsNotice(
                NewsNotice(
                    action: .url("http://e.com"), picture: .init("https://e.com/p", aspectRatio: 2),
                    pictureText: .init(
                        picture: "https://e.com/q", title: "t", description: "d", target: .url("https://e.com")),
                    paragraphs: [.init("t"), .init("t", "d")], jumps: jumps, extras: extras)),
            title: title, source: source, taskID: "t"),
        TemplateCard(
            .buttonInteraction(
                ButtonInteraction(
                    [.init("a", .url("https://e.com")), .init("b", style: 4, key: "k")],
                    selection: CardSelection("q", title: "t", options: [.init("1", "one")], selectedID: "1"),
                    subtitle: "s", action: .miniProgram(appID: "wx1"), extras: extras)),
            title: title, source: source, taskID: "t"),
        TemplateCard(
            .voteInteraction(
                VoteInteraction(
                    .init("q", mode: .single, options: [.init("1", "one", isChecked: true)]),
                    submit: SubmitButton("s", key: "k"))), title: title, source: source, taskID: "t"),
        TemplateCard(
            .multipleInteraction(
                MultipleInteraction(
                    [CardSelection("q", options: [.init("1", "one")])], submit: SubmitButton("s", key: "k"))),
            title: title, source: source, taskID: "t"),
    ]

    private static let title = TemplateCard.Title("T", description: "D")
    private static let source = TemplateCard.Source(icon: "https://e.com/i", description: "d", color: .green)
    private static let jumps = [
        CardJump("plain"), CardJump("url", to: .url("https://e.com")), CardJump("mini", to: .miniProgram(appID: "wx1")),
    ]
    private static let extras = CardExtras(
        menu: .init(description: "d", [.init("mute", key: "m"), .init("keep", key: "n")]),
        quote: .init(title: "t", text: "q", target: .url("https://e.com")),
        rows: [
            .init("plain", "v"), .init("bare"), .init("url", "v", link: .url("https://e.com")),
            .init("file", "a.pdf", link: .attachment(MediaID("M"))),
            .init("member", "v", link: .member(UserID("ZhangSan"))),
        ])
}
