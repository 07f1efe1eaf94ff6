import JSON
import System
import Testing
import WeCom

@testable import Router

@Suite struct BotMeaningTests {
    private let picture = SealedMedia(.image, at: "https://i", key: Secret("K"))

    @Test("a file that lies sealed is what came with the message, with its address and key")
    func sealed() {
        let sent = SentMedia(.image, .sealed(url: "https://i", key: Secret("K")))
        #expect(Meaning(of: .sealed(picture), menu: [:]) == .message(text: "", media: [sent]))
        for (kind, expected) in [(.image, .image), (.video, .video), (.file, .file)]
            as [(SealedMedia.Kind, SentMedia.Kind)]
        {
            let meaning = Meaning(of: .sealed(SealedMedia(kind, at: "u")), menu: [:])
            #expect(meaning == .message(text: "", media: [SentMedia(expected, .sealed(url: "u", key: nil))]))
        }
    }

    @Test("the words of a recording are what was said, and none are nothing")
    func speech() {
        #expect(Meaning(of: .speech("你好"), menu: [:]) == .message(text: "你好", media: []))
        #expect(Meaning(of: .speech(" "), menu: [:]) == .nothing(.empty))
    }

    @Test("a mixed message is one: its texts a line each, and all that came with them")
    func mixed() {
        let pieces: [InboundMessage.Content] = [
            .text("look"), .sealed(picture), .text(" "), .unsupported(type: "new", fields: []), .text("at it"),
            .sealed(SealedMedia(.file, at: "https://f")),
        ]
        let media = [
            SentMedia(.image, .sealed(url: "https://i", key: Secret("K"))),
            SentMedia(.file, .sealed(url: "https://f", key: nil)),
        ]
        #expect(Meaning(of: .mixed(pieces), menu: [:]) == .message(text: "look\nat it", media: media))
        #expect(Meaning(of: .mixed([.text(""), .text("\n")]), menu: [:]) == .nothing(.empty))
    }

    @Test("a person who comes in is greeted, and the other events of a bot are only counted")
    func events() {
        let feedback = BotFeedback(id: "F", verdict: .accurate)
        #expect(Meaning(of: .event(.bot(.enterChat)), menu: [:]) == .arrival)
        #expect(Meaning(of: .event(.bot(.feedback(feedback))), menu: [:]) == .nothing(.counted))
        #expect(Meaning(of: .event(.bot(.disconnected(reason: nil))), menu: [:]) == .nothing(.counted))
    }

    @Test("what a person sent is read as it was written, wherever it lies")
    func storing() throws {
        let media = [
            SentMedia(.image, MediaID("M")), SentMedia(.file, MediaID("M"), name: "a.pdf"),
            SentMedia(.video, .sealed(url: "https://v", key: nil)),
            SentMedia(.file, .sealed(url: "https://f", key: Secret("K"))),
        ]
        let message = AcceptedMessage(
            from: UserID("u"), text: "x", media: media, messageID: "1", sentAt: Timestamp(seconds: 1),
            replyAddress: .user(UserID("u")))
        #expect(AcceptedMessage(json: message.json, replyAddress: message.replyAddress) == message)
        var written = message.json.text
        #expect(written.contains(#"{"kind":"image","id":"M"}"#))
        written.replace(#""id":"M""#, with: #""place":"M""#)
        let other = try JSONValue(parsing: Array(written.utf8))
        #expect(AcceptedMessage(json: other, replyAddress: message.replyAddress) == nil)
    }
}
