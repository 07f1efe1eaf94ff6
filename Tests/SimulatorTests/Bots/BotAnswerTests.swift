import Crypto
import JSON
import Simulator
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
