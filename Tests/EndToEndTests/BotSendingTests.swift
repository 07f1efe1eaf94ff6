import Crypto
import HTTP
import JSON
import Router
import Simulator
import Testing
import WeCom

@testable import RouterServer

@Suite("What AI bots send of their own accord", .timeLimit(.minutes(3)))
struct BotSendingTests {
    private static let card: JSONValue = [
        "card_type": "text_notice", "main_title": ["title": "t"],
        "card_action": ["type": 1, "url": "https://example.com/"],
    ]

    @Test("goes over the one connection that the bot has: texts, cards and files, to people and groups")
    func kinds() async throws {
        try await SteeredBot.with { helper in
            let transcript = helper.world.wecom.transcript
            try await helper.untilState("ready")
            await helper.hear()
            await helper.hear("@helper OK all", in: .group(ChatID("wrGroup")))
            let messages: [JSONValue] = [
                ["bot": "helper", "touser": "u1", "content": "**news**"],
                ["bot": "helper", "chat": "wrGroup", "msgtype": "markdown", "markdown": ["content": "# all"]],
                ["bot": "helper", "touser": "u1", "msgtype": "template_card", "template_card": Self.card],
                [
                    "bot": "helper", "chat": "wrGroup", "msgtype": "file",
                    "upload": [
                        "name": "a.txt", "data": .string(Base64.encode([UInt8](repeating: 65, count: 700_000))),
                    ],
                ],
            ]
            var sent: [Bubble] = []
            for message in messages {
                let ended = try await helper.api.end(of: try await helper.api.post(message))
                #expect(ended.state == "sent", "\(ended.json)")
                sent.append(try #require(transcript.bubbles.last))
            }
            #expect(sent.map(\.text) == ["**news**", "# all", "", ""])
            #expect(sent.map(\.chat) == [.single, .group(ChatID("wrGroup")), .single, .group(ChatID("wrGroup"))])
            #expect(sent[2].card == Self.card && sent[3].file?.size == 700_000 && sent[3].file?.name == "a.txt")
            let opened = helper.world.wecom.sockets.record.events.filter {
                if case .opened = $0 { true } else { false }
            }
            #expect(opened.count == 1)
        }
    }

    @Test(
        "a picture of more than 2 MiB goes as one, or as a file where WeCom does not take it as a picture",
        arguments: [(10, UploadKind.image), (2, .file)])
    func largePicture(limit: Int, kind: UploadKind) async throws {
        try await SteeredBot.with { helper in
            helper.world.wecom.sockets.change { $0.pictureLimit = limit << 20 }
            try await helper.untilState("ready")
            await helper.hear()
            let picture = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 9, count: 3 << 20)
            let posted = try await helper.api.post([
                "bot": "helper", "touser": "u1", "msgtype": "image",
                "upload": ["name": "a.png", "data": .string(Base64.encode(picture))],
            ])
            let ended = try await helper.api.end(of: posted)
            #expect(ended.state == "sent", "\(ended.json)")
            let file = helper.world.wecom.transcript.bubbles.last?.file
            #expect(file?.size == picture.count && file?.kind == kind, "\(String(describing: file))")
        }
    }

    @Test(
        "in a group that takes answers alone it answers the newest message of somebody who may write, and of nobody else"
    )
    func answersWhoMayWrite() async throws {
        try await SteeredBot.with(adjust: {
            $0.policy = Policy(users: [UserID("u1")])
            $0.policy.chats.all = true
        }) { helper in
            let (wecom, group) = (helper.world.wecom, InboundMessage.Chat.group(ChatID("wrGroup")))
            wecom.sockets.change { $0.takesNoPushInGroups = true }
            try await helper.untilState("ready")
            let asked = wecom.message(.text("@helper OK hi"), from: UserID("u1"), in: group, to: helper.bot.id)
            await wecom.give(asked, to: helper.bot)
            _ = await wecom.transcript.bubbles(atLeast: 1)
            await wecom.tell("@helper OK me too", as: UserID("u2"), in: group, to: helper.bot)
            #expect(await wecom.transcript.bubbles(atLeast: 2).last?.text == ChatTexts.chinese.refused)
            let posted = try await helper.api.post(["bot": "helper", "chat": "wrGroup", "content": "news"])
            #expect(try await helper.api.end(of: posted).state == "sent")
            let news = wecom.transcript.bubbles.last
            #expect(news?.text == "news" && news?.answered == asked.messageID, "\(wecom.transcript.bubbles)")
        }
    }

    @Test("to somebody who never wrote to it fails with WeCom's reason, and is refused outside the bot's lists")
    func refused() async throws {
        try await SteeredBot.with(adjust: { $0.policy = Policy(users: [UserID("u1")]) }) { helper in
            try await helper.untilState("ready")
            let posted = try await helper.api.post(["bot": "helper", "touser": "u1", "content": "hi"])
            let ended = try await helper.api.end(of: posted)
            #expect(ended.state == "failed" && ended.reason.contains("93001"), "\(ended.json)")
            for message: JSONValue in [
                ["bot": "helper", "touser": "u2", "content": "hi"], ["bot": "helper", "chat": "wrB", "content": "hi"],
            ] {
                let answer = try await helper.api(.post, "/messages", message)
                #expect(answer.status == .badRequest && answer.error.contains("is not among the allowed_"))
            }
        }
    }

    @Test("waits while the bot is not connected, and goes once when it is")
    func waits() async throws {
        try await SteeredBot.with { helper in
            try await helper.untilState("ready")
            await helper.hear()
            _ = try await helper.api(.post, "/bots/helper/disconnect")
            let posted = try await helper.api.post(["bot": "helper", "touser": "u1", "content": "later"])
            // It may wait behind the answer whose receipt the end of the connection cut off.
            #expect(try await ["pending", "sending"].contains(helper.api(.get, "/messages/\(posted.id)").state))
            _ = try await helper.api(.post, "/bots/helper/reconnect")
            #expect(try await helper.api.end(of: posted).state == "sent")
            #expect(helper.world.wecom.transcript.bubbles.filter { $0.text == "later" }.count == 1)
        }
    }
}
