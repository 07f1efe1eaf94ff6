import HTTP
import JSON
import Simulator
import Testing
import WeCom

@Suite("What people do in the simulated WeCom", .timeLimit(.minutes(5))) struct DeedsTests {
    private let user = UserID("zhangsan")

    @Test(
        "what a person sends arrives as such, and WeCom has the file of it",
        arguments: [FakeMedia.Kind.image, .voice, .video, .file])
    func files(kind: FakeMedia.Kind) async throws {
        try await withWorld { world in
            try await Ear.listening(to: world) { ear in
                let tries = await world.wecom.send(
                    Array("0123456789".utf8), kind, named: "a.dat", recognition: "你好", as: user, to: world.apps[0])
                #expect(tries.map(\.isAcknowledged) == [true])
                let content = try #require(ear.messages.first?.content)
                #expect(content.type == kind.rawValue)
                let id = try #require(mediaID(of: content))
                #expect(try await world.get("media/get?media_id=\(id)").bytes == Array("0123456789".utf8))
                if case .voice(_, let format, let words) = content { #expect(format == "amr" && words == "你好") }
                if case .file(_, let name) = content { #expect(name == "a.dat") }
            }
        }
    }

    private func mediaID(of content: InboundMessage.Content) -> MediaID? {
        switch content {
        case .image(let media, _), .voice(let media, _, _), .video(let media, _), .file(let media, _): media
        default: nil
        }
    }

    @Test("places, links and events arrive as they were sent; a repeat is the same message")
    func others() async throws {
        try await withWorld { world in
            try await Ear.listening(to: world) { ear in
                let here = try #require(InboundMessage.Coordinates(latitude: 23.1, longitude: 113.3))
                let contents: [InboundMessage.Content] = [
                    .text("hi"), .location(.init(here, scale: 15, label: "天河")),
                    .link(.init("https://e.com", title: "t")),
                    .event(.enterAgent), .event(.subscribe), .event(.menu(.click(key: "k"))),
                    .event(.location(here, precision: 65)),
                ]
                var sent: [InboundMessage] = []
                for content in contents {
                    let message = world.wecom.message(content, from: user, to: world.apps[0])
                    sent += [message, message]
                    for _ in 1...2 { await world.wecom.post(message, to: world.apps[0]) }
                }
                #expect(ear.messages == sent)
                #expect(world.wecom.transcript.callbacks.count == sent.count)
            }
        }
    }

    @Test("a button that is pressed names the card, and brings a fresh code to update it with")
    func press() async throws {
        try await withWorld { world in
            try await Ear.listening(to: world) { ear in
                let answer = try await world.send("template_card", Cards.vote, to: user.text)
                let message = try #require(world.wecom.transcript.delivered.first)
                let tries = await world.wecom.press(
                    "submit", of: message, choices: ["q1": ["a", "b"]], as: user, to: world.apps[0])
                #expect(tries.count == 1)
                guard case .event(.templateCard(let click)) = ear.messages.first?.content else {
                    Issue.record("no click arrived")
                    return
                }
                #expect(click.key == "submit" && click.taskID == "task-2" && click.cardType == "vote_interaction")
                #expect(click.selections == ["q1": ["a", "b"]] && !click.isMenu)
                let code = try #require(click.responseCode)
                #expect(answer["response_code"]?.string != code)
                let updated = try await world.call(
                    "message/update_template_card",
                    [
                        "userids": [.string(user.text)], "agentid": 1_000_002, "response_code": .string(code),
                        "button": ["replace_name": "谢谢"],
                    ])
                #expect(updated["errcode"] == 0)
                #expect(world.wecom.card(of: message, seenBy: user)?.ending == "谢谢")
                let again = await world.wecom.press("submit", of: message, as: user, to: world.apps[0])
                #expect(again.isEmpty && ear.messages.count == 1, "there is nothing left to press")
            }
        }
    }

    @Test("who has spoken is among everybody from then on")
    func everybody() async throws {
        try await withWorld { world in
            try await Ear.listening(to: world) { _ async throws in
                #expect(try await world.send("text", ["content": "hi"], to: "@all")["errcode"] == 81013)
                await world.wecom.say("here", as: user, to: world.apps[0])
                #expect(try await world.send("text", ["content": "hi"], to: "@all")["errcode"] == 0)
                #expect(world.wecom.transcript.delivered.first?.recipients == [user])
            }
        }
    }

    @Test("at a terminal a card shows what can be pressed by number, a file its name, a recall that it was one")
    func shown() async throws {
        try await withWorld { world in
            _ = try await world.send("template_card", Cards.buttons())
            let file = try await world.uploaded(Array("%PDF-1.7".utf8), "file", named: "报告.pdf")
            let sent = try await world.send("file", ["media_id": .string(file)])
            _ = try await world.call("message/recall", ["msgid": sent["msgid"] ?? ""])
            let (seen, _) = await world.wecom.transcript.happenings(from: 0)
            #expect(
                seen.map { $0.shown(in: .english) } == [
                    "【Approve?】\n1[Yes]  2[No]", "[file] 报告.pdf (8 B)", "(recalled: [file] 报告.pdf (8 B))",
                ])
            #expect(
                seen.map(\.shown) == ["【Approve?】\n1[Yes]  2[No]", "[文件] 报告.pdf（8 B）", "（已撤回：[文件] 报告.pdf（8 B））"])
        }
    }
}
