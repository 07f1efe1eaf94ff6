import HostileTesting
import Markdown
import Testing

@Suite("Markdown made of anything", .timeLimit(.minutes(2)))
struct HostileRunTests {
    @Test("it is parsed and rendered in work in proportion, alone and within marks", arguments: HostileText.all)
    func runs(_ kind: HostileText) async {
        let run = kind.text(bytes: kind.size)
        for text in [
            run, "**\(run)**", "[\(run)](https://a.b/\(run))", "|a|b|\n|-|-|\n|\(run)|c|", "# \(run)",
            "- **\(run)**:\n\n```\n\(run)\n```",
        ] {
            // Others wait for this thread, some of them with deadlines.
            await Task.yield()
            expectWork(of: text.utf8.count, microsecondsPerByte: 8, "\(kind)") {
                let document = Document(parsing: text)
                _ = (document.wecomMarkdown, document.plainText, document.profitsFromMarkdown)
            }
        }
    }
}
