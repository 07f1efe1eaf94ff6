import System
import Testing
import WeCom

@testable import Router

/// Tests what goes above a new answer of those that were kept.
@Suite struct GivenAnswersTests {
    private var speech: Speech {
        var speech = Speech(limit: 2000)
        speech.partsAtOnce = 2
        return speech
    }

    private func kept(_ number: Int64, _ text: String) -> KeptAnswer {
        KeptAnswer(DeliveryID(number), of: JobID(number), .message(.text(text)))
    }

    private func given(_ kept: [KeptAnswer], above text: String, within speech: Speech? = nil) -> GivenAnswers {
        GivenAnswers(kept, above: text, within: speech ?? self.speech, saying: .english, in: .utc)
    }

    @Test("each stands below a line that says from when it is, the oldest first, and the new answer below them")
    func order() {
        let all = given([kept(1, "one"), kept(2, "two")], above: "new")
        let text = all.above(Reply("new")).text
        #expect(all.given.map(\.delivery) == [DeliveryID(1), DeliveryID(2)])
        let pieces = text.split(separator: "\n\n———\n\n").map { String($0) }
        #expect(pieces.count == 3 && pieces.last == "new", "\(text)")
        #expect(pieces.prefix(2).allSatisfy { $0.hasPrefix("The answer to your question of ") }, "\(text)")
        #expect(pieces[0].hasSuffix("\n\none") && pieces[1].hasSuffix("\n\ntwo"))
    }

    @Test(
        "what has no room waits for the next answer, and none goes by it; a whole message is never cut, and what is longer than any room is"
    )
    func room() {
        let long = String(repeating: "x", count: 1900)
        #expect(given([kept(1, long), kept(2, "two")], above: "new").given.map(\.delivery) == [DeliveryID(1)])
        let none = given([kept(1, long), kept(2, "two")], above: String(repeating: "n", count: 3400))
        #expect(none.given.isEmpty && none.above(Reply("new")) == Reply("new"))
        let message = String(repeating: "m", count: 2000)
        let whole = given([kept(1, message)], above: "new")
        #expect(whole.given.count == 1 && whole.text.hasSuffix("\n\n" + message))
        let cut = given([kept(1, String(repeating: "长", count: 1100))], above: "new")
        #expect(cut.given.count == 1 && cut.text.utf8.count <= 3000 && cut.text.utf8.count > 2990)
    }

    @Test("files go beside the text, and an answer that is a file alone has the kept text for its own")
    func files() {
        let file = OutgoingFile(blob: BlobID(of: [1]), name: "a.png", size: 1, kind: .image)
        let all = given([KeptAnswer(DeliveryID(1), of: JobID(1), .file(file)), kept(2, "two")], above: "")
        #expect(all.files == [.file(file)] && all.given.count == 2)
        #expect(all.above(Reply("", files: [])).text.hasSuffix("\n\ntwo"))
    }
}
