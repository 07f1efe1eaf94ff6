import Router
import Testing

@Suite struct ReplyComposerTests {
    @Test("in auto what profits goes as Markdown, all else as text")
    func auto() {
        let composer = ReplyComposer(format: .auto, within: .app)
        #expect(compose("**好**的", composer) == ComposedReply(form: .markdown, parts: ["**好**的"], file: nil))
        #expect(compose("- 好的", composer) == ComposedReply(form: .text, parts: ["• 好的"], file: nil))
    }

    @Test("a format that was chosen is kept to")
    func chosen() {
        #expect(compose("**a**", ReplyComposer(format: .text, within: .app)).parts == ["a"])
        #expect(compose("**a**", ReplyComposer(format: .text, within: .app)).form == .text)
        #expect(compose("a", ReplyComposer(format: .markdown, within: .app)).form == .markdown)
    }

    @Test(
        "what holds no Markdown goes as it was written", arguments: ["a\n\n\n  b\tc ", "  code", "1. a", "> x\r\n> y"])
    func unchanged(text: String) {
        #expect(compose(text, ReplyComposer(format: .text, within: .app)).parts == [text])
    }

    @Test("a link of HTML is harmless in a text")
    func anchor() {
        #expect(
            compose("see <a href=\"x\">", ReplyComposer(format: .auto, within: .app)).parts == ["see ＜a href=\"x\">"])
    }

    @Test("a long reply goes in numbered parts", arguments: ReplyFormat.allCases)
    func long(format: ReplyFormat) {
        let text = (1...300).map { "第\($0)句，**有一点**长。" }.joined()
        let reply = compose(text, ReplyComposer(format: format, within: .app))
        #expect(reply.file == nil && (2...8).contains(reply.parts.count))
        for (index, part) in reply.parts.enumerated() {
            #expect(part.utf8.count <= 2048 && part.hasSuffix("(\(index + 1)/\(reply.parts.count))"))
        }
    }

    @Test("a reply of too many parts goes as a file, with its beginning as text", arguments: [3000, 30_000])
    func file(count: Int) {
        let text = "# 报告\n\n" + (1...count).map { "第\($0)句，**有一点**长。" }.joined()
        let reply = ReplyComposer(format: .auto, within: .app).compose(text, fullTextNote: "全文见附件")
        #expect(reply.form == .text && reply.parts.count == 1)
        let summary = reply.parts.first ?? ""
        #expect(summary.hasPrefix("报告\n\n第1句，有一点长。第2句") && summary.hasSuffix("。\n\n全文见附件"))
        #expect((1500...2048).contains(summary.utf8.count))
        #expect(reply.file?.name == "reply.md" && reply.file?.content == Array(text.utf8))
    }

    @Test("a note that fits no part is cut, and the summary still fits")
    func longNote() {
        let reply = ReplyComposer(format: .text, maxParts: 1, within: .app).compose(
            String(repeating: "word ", count: 999), fullTextNote: String(repeating: "note ", count: 999))
        #expect(reply.parts.count == 1 && reply.parts.allSatisfy { $0.utf8.count <= 2048 && $0.hasPrefix("word") })
    }

    @Test("nothing to read makes no part", arguments: ["", " \n", "\n\n\n"])
    func nothing(text: String) {
        #expect(
            compose(text, ReplyComposer(format: .auto, within: .app))
                == ComposedReply(form: .text, parts: [], file: nil))
    }

    private func compose(_ text: String, _ composer: ReplyComposer) -> ComposedReply {
        composer.compose(text, fullTextNote: "Full text attached")
    }
}
