import JSON
import Router
import StoreTesting
import Testing
import WeCom

/// Tests how a store keeps what goes out.
@Suite struct PartTests {
    private static let file = OutgoingFile(blob: BlobID(of: [1, 2, 3]), name: "a b.pdf", size: 3, kind: .file)

    @Test(
        "what is stored is what was meant",
        arguments: [
            Part(to: .user(UserID("ZhangSan")), "hello"),
            Part(to: .user(UserID("u")), .message(.markdown("**b**"), .init(safe: .confidential, translatesIDs: true))),
            Part(to: .many(.everyone), .message(.image(MediaID("M")))),
            Part(to: .many(.these(users: [UserID("a"), UserID("b")], parties: [1])), .file(file)),
            Part(to: .user(UserID("u")), .recall(of: DeliveryID(77))),
            Part(
                to: .user(UserID("u")),
                .cardUpdate(.init(to: .user(UserID("u")), responseCode: "RC", .button(replaceName: "Done")))),
        ])
    func roundTrip(_ part: Part) {
        #expect(Part(storedAs: part.json.text) == part)
    }

    @Test("one thing said to two people has one digest, two things have two")
    func digest() {
        #expect(part("ok", to: "A").digest == part("ok", to: "b").digest)
        #expect(part("ok").digest != part("OK").digest)
        let markdown = Part(to: address(), .message(.markdown("ok")))
        #expect(markdown.digest != part("ok").digest)
    }

    @Test(
        "rubbish is no part",
        arguments: ["", "{}", #"{"to":{"user":"u"}}"#, #"{"to":{"user":"u"},"file":{"blob":"../x"}}"#])
    func rubbish(_ text: String) {
        #expect(Part(storedAs: text) == nil)
    }
}
