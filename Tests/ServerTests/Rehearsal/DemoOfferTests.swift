import Router
import Testing

@testable import RouterServer

@Suite("What the demo's guide is asked for") struct DemoOfferTests {
    @Test(
        "a word in either language and a number of the list name one, and nothing else does",
        arguments: [
            ("流式", .grow), (" 提问 ", .ask), ("给我一个文件", .file), ("Ask me", .ask), ("A MINUTE", .minute), ("fail", .fail),
            ("1", .grow), ("6", .fail), ("7", nil), ("0", nil), ("profile", nil), ("你好", nil), ("", nil),
            ("这一句话太长了，里面虽然提到了文件，但并不是在要一个文件，而是在说别的事情", nil),
        ] as [(String, DemoOffer?)])
    func asked(text: String, offer: DemoOffer?) { #expect(DemoOffer(askedForIn: text) == offer) }

    @Test("each is asked for by words of its own", arguments: ChatTexts.Language.allCases)
    func distinct(language: ChatTexts.Language) {
        let words = DemoOffer.allCases.map { $0.word(language) }
        #expect(Set(words).count == DemoOffer.allCases.count)
        #expect(words.map { DemoOffer(askedForIn: $0) } == DemoOffer.allCases)
    }

    @Test("the long task takes a minute") func minute() {
        #expect(DemoGuide().step * DemoScene.stepsOfWork == .seconds(60))
    }

    @Test(
        "a desktop is where a display is named",
        arguments: [
            ([:], false), (["DISPLAY": ""], false), (["DISPLAY": ":0"], true), (["WAYLAND_DISPLAY": "wayland-0"], true),
            (["TERM": "xterm"], false),
        ] as [([String: String], Bool)])
    func desktop(environment: [String: String], isThere: Bool) {
        #expect((Desktop(environment) != nil) == isThere)
    }
}
