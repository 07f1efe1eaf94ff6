import Crypto
import JSON
import Simulator
import System
import Testing
import Text
import WeCom

@Suite("Answers of bots that the simulated WeCom shows nothing of", .timeLimit(.minutes(2)))
struct BotAnswerTests {
    /// The fault of an answer to a message.
    private func fault(_ answer: ScriptedBot.Answer) async throws -> String? {
        var fault: String?
        try await withBots { world async throws in
            world.script.answer { _ in answer }
            let bubble = await world.say()
            #expect(bubble?.texts.isEmpty != false, "nothing of it is shown")
            fault = bubble?.fault
        }
        return fault
    }

    private static func picture(_ bytes: [UInt8], md5: String? = nil) -> JSONValue {
        [
            "msgtype": "image",
            "image": ["base64": .string(Base64.encode(bytes)), "md5": .string(md5 ?? Crypto.md5(bytes).hexText)],
        ]
    }

    @Test(
        "an answer that is not as WeCom wants it has a fault",
        arguments: [
            (.plain(Array("success".utf8)), "the envelope is not"),
            (.plain(Array(#"{"msgtype":"stream"}"#.utf8)), "the envelope is not"),
            (.saysTo("ww1", stream("S", "x")), "sealed for somebody else"),
            (.says(["msgtype": "text", "text": ["content": "x"]]), "of the type text"),
            (.says(["msgtype": "markdown", "markdown": ["content": "x"]]), "of the type markdown"),
            (.says(stream("", "x")), "without id"),
            (.says(stream("S", String(repeating: "长", count: 6827))), "of 20481 bytes"),
            (.says(stream("S", "x", pictures: [picture(png)])), "msg_item in a stream that goes on"),
            (
                .says(stream("S", "x", finish: true, pictures: Array(repeating: picture(png), count: 11))), "11 items"
            ),
            (.says(stream("S", "x", finish: true, pictures: [picture(Array("GIF89a".utf8))])), "neither JPEG nor PNG"),
            (.says(stream("S", "x", finish: true, pictures: [picture(png, md5: "0")])), "md5 is another"),
            (.says(stream("S", "x", finish: true, pictures: [["msgtype": "text"]])), "no image"),
            (
                .says(stream("S", "x", finish: true, pictures: [["msgtype": "image", "image": ["base64": "?"]]])),
                "base64"
            ),
        ] as [(ScriptedBot.Answer, String)])
    func faults(answer: ScriptedBot.Answer, words: String) async throws {
        let fault = try await fault(answer)
        #expect(fault?.contains(words) == true, "\(fault ?? "none")")
    }

    // MARK: Cards

    private static func card(_ task: String) -> JSONValue {
        TemplateCard.buttons([.init("Yes", style: .blue, key: "1")], title: "May I?", subtitle: nil, taskID: task).json
    }

    /// A stream with a card below it.
    private static func showing(_ id: String, _ card: JSONValue, finish: Bool = false) -> JSONValue {
        [
            "msgtype": "stream_with_template_card",
            "stream": ["id": .string(id), "finish": .bool(finish), "content": "x"],
            "template_card": card,
        ]
    }

    @Test("a card goes below a stream once: a second one of the same message is refused, in whatever answer it comes")
    func secondCard() async throws {
        for second in ["other", "same"] {
            try await withBots { world async throws in
                world.script.answer { json in
                    let isPoll = json["msgtype"] == "stream"
                    return .says(Self.showing("S", Self.card(isPoll ? second : "same")))
                }
                let bubble = try #require(await world.say())
                #expect(bubble.fault == "40008 the message has had its card", "\(second)")
                #expect(bubble.card == Self.card("same") && bubble.polls == 1, "the first stays")
            }
        }
    }

    @Test("a message is answered by a card alone, too")
    func cardAlone() async throws {
        try await withBots { world async throws in
            world.script.answer { _ in .says(["msgtype": "template_card", "template_card": Self.card("t")]) }
            let bubble = try #require(await world.say())
            #expect(bubble.fault == nil && bubble.card == Self.card("t") && bubble.isFinished && bubble.polls == 0)
        }
    }

    @Test("a card may come in a later answer, and the next message has its own")
    func laterCard() async throws {
        try await withBots { world async throws in
            let count = Lock(0)
            world.script.answer { json in
                guard json["msgtype"] == "stream" else { return .says(stream("S", "x")) }
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                return .says(Self.showing("S", Self.card("task-\(number)"), finish: true))
            }
            for number in 1...2 {
                let bubble = try #require(await world.say())
                #expect(bubble.fault == nil && bubble.card == Self.card("task-\(number)"))
            }
        }
    }

    @Test(
        "a card in a group is refused, below a stream and by itself; so is a task that was shown, and one that is no card"
    )
    func refusedCards() async throws {
        for (answer, words) in [
            (Self.showing("S", Self.card("t")), "cards go to single chats only"),
            (["msgtype": "template_card", "template_card": Self.card("t")], "cards go to single chats only"),
        ] as [(JSONValue, String)] {
            try await withBots { world async throws in
                world.script.answer { _ in .says(answer) }
                let bubble = await world.say("hi", in: BotWorld.group)
                #expect(bubble?.fault?.contains(words) == true, "\(bubble?.fault ?? "none")")
                #expect(bubble?.card == nil)
            }
        }
        try await withBots { world async throws in
            world.script.answer { _ in .says(Self.showing("S", Self.card("t"), finish: true)) }
            #expect(await world.say()?.fault == nil)
            #expect(await world.say()?.fault == "42014 task_id is used")
            world.script.answer { _ in .says(Self.showing("S", "no card", finish: true)) }
            #expect(await world.say()?.fault == "40058 template_card missing")
            world.script.answer { _ in .says(Self.showing("S", ["card_type": "button_interaction"], finish: true)) }
            #expect(await world.say()?.fault != nil)
        }
    }

    @Test("an empty answer shows nothing and is no fault")
    func empty() async throws {
        #expect(try await fault(.nothing) == nil)
    }

    @Test("a stream that is answered by another ends with that")
    func otherStream() async throws {
        try await withBots { world async throws in
            world.script.answer { .says(stream($0["msgtype"] == "stream" ? "T" : "S", "x")) }
            #expect(await world.say()?.fault == "the answer is about another stream")
        }
    }

    @Test("what is written under a nonce of its own is no answer")
    func nonce() async throws {
        try await withBots { world async throws in
            let other = world.webhook.keys.seal(
                message: stream("S", "x").bytes, receiver: "", timestamp: "1", nonce: "another")
            world.script.answer { _ in .plain(other.passiveJSONReply) }
            #expect(await world.say()?.fault == "the nonce is another than the callback's")
        }
    }

    @Test("the last frame may have pictures, which people see")
    func pictures() async throws {
        try await withBots { world async throws in
            world.script.answer { _ in .says(stream("S", "x", finish: true, pictures: [Self.picture(png)])) }
            #expect(await world.say()?.pictures == [png])
        }
    }
}
