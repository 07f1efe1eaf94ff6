import Foundation
import JSON
import Testing
import WeCom

/// One message of every type. The JSON that WeCom documents for each is in `Fixtures/outbound-messages.jsonl`.
enum OutboundSamples {
    struct Sample: Sendable, CustomTestStringConvertible {
        let message: OutboundMessage

        init(_ message: OutboundMessage) { self.message = message }

        /// The `msgtype`, or of a card the `card_type`.
        var type: String {
            if case .templateCard(let card) = message.content { card.kind.type } else { message.content.type }
        }
        var testDescription: String { type }

        /// The documented JSON.
        var json: String {
            get throws {
                let url = try #require(
                    Bundle.module.url(forResource: "Fixtures/outbound-messages", withExtension: "jsonl"))
                let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
                return try #require(lines.map(String.init).first { OutboundSamples.type(of: $0) == type })
            }
        }
    }

    private static func type(of line: String) -> String? {
        let json = try? JSONValue(parsing: Array(line.utf8))
        return json?["template_card"]?["card_type"]?.string ?? json?["msgtype"]?.string
    }

    static let all = plain + pictures + cards

    private static let u1 = UserID("u1")

    private static let plain = [
        Sample(
            OutboundMessage(
                to: .user(u1), .text("hi <a href=\"https://e.com\">link</a>\nline2"), safe: .shareable)),
        Sample(
            OutboundMessage(
                to: u1,
                .markdown("**b** [l](https://e.com) `code`\n> quote\n<font color=\"info\">green</font>"))),
        Sample(
            OutboundMessage(to: .user(u1), .image(MediaID("M")), safe: .shareable)),
        Sample(
            OutboundMessage(to: u1, .voice(MediaID("M")))),
        Sample(
            OutboundMessage(to: .user(u1), .file(MediaID("M")), safe: .confidential)),
        Sample(
            OutboundMessage(
                to: .user(u1), .video(Video(MediaID("M"), title: "t", description: "d")), safe: .shareable)),
    ]

    private static let pictures = [
        Sample(
            OutboundMessage(
                to: u1,
                .textCard(
                    TextCard(
                        title: "t", description: "<div class=\"gray\">d</div>", url: "https://e.com", button: "More")))),
        Sample(
            OutboundMessage(
                to: u1,
                .news([
                    Article(
                        title: "t", description: "d", link: .url("https://e.com"), picture: "https://e.com/p.png")
                ]))),
        Sample(
            OutboundMessage(
                to: .user(u1),
                .mpNews(
                    MPNews([
                        MPNews.Article(
                            title: "t", cover: MediaID("M"), author: "a", source: "https://e.com",
                            content: "<p>html</p>", digest: "d")
                    ])),
                safe: .corpOnly)),
        Sample(
            OutboundMessage(
                to: u1,
                .miniProgramNotice(
                    MiniProgramNotice(
                        appID: "wx1", page: "pages/i?x=1", title: "four+", description: "four+",
                        emphasizesFirstItem: true, items: [.init("k", "v")])))),
    ]

    private static let cards = [
        Sample(
            OutboundMessage(
                to: u1,
                .templateCard(
                    TemplateCard(
                        .textNotice(
                            TextNotice(
                                action: .url("https://e.com"), emphasis: .init("100", description: "count"),
                                subtitle: "more", extras: CardExtras(rows: [.init("who", "x")]))),
                        title: .init("T", description: "D"))))),
        Sample(
            OutboundMessage(
                to: u1,
                .templateCard(
                    TemplateCard(
                        .newsNotice(
                            NewsNotice(
                                action: .url("https://e.com"),
                                picture: .init("https://e.com/p.png", aspectRatio: 1.3),
                                paragraphs: [.init("a", "b")])),
                        title: "T")))),
        Sample(
            OutboundMessage(
                to: u1,
                .templateCard(
                    TemplateCard(
                        .buttonInteraction(
                            ButtonInteraction([
                                .init("Yes", style: 1, key: "yes"), .init("No", style: 2, key: "no"),
                            ])),
                        title: "Approve?", taskID: "task-1")))),
        Sample(
            OutboundMessage(
                to: u1,
                .templateCard(
                    TemplateCard(
                        .voteInteraction(
                            VoteInteraction(
                                .init("q1", mode: .multiple, options: [.init("a", "A"), .init("b", "B")]),
                                submit: SubmitButton("Send", key: "submit"))),
                        title: "Vote", taskID: "task-2")))),
        Sample(
            OutboundMessage(
                to: u1,
                .templateCard(
                    TemplateCard(
                        .multipleInteraction(
                            MultipleInteraction(
                                [
                                    CardSelection(
                                        "q1", title: "s", options: [.init("a", "A"), .init("b", "B")],
                                        selectedID: "a")
                                ],
                                submit: SubmitButton("Send", key: "submit"))),
                        title: "Pick", taskID: "task-3")))),
    ]
}
