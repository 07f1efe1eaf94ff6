import Markdown
import SeededTesting
import Testing

@Suite(.timeLimit(.minutes(5))) struct HostileTextTests {
    @Test(
        "20 KB of anything are parsed and rendered, in bounded depth",
        arguments: [
            "*", "**a", "*a ", "a* ", "_a_", "~~a", "[", "]", "![", "[a](", "[a](b", "[]()", "[a][", "`", "`a``b", "<",
            "<a ",
            "<!--", "<font color=info>", "</font>", ">", "> ", "> a\n", "- ", "* + ", "1. ", "- a\n", " - a\n  ", "#",
            "# a\n",
            "|", "|a", "|a|\n|-|\n", "|-|\n", "```\n", "~~~ a\n", "$", "$a", "$$", "$$\n", "\\(", "\\", "\\\n", "&",
            "&#1;",
            "a:", "http://", "[a]: /b\n", "---\n", "===\na\n", "\t", " ", "\n", "\r", "\u{301}", "中", "“**", "👨‍👩‍👧",
            "*中_文*",
            "[`](`)`", "((((", "[[[]](", "]]](x)", "0", "1) 2. ",
        ]
    )
    func hostile(piece: String) async {
        // Others wait for this thread, some of them with deadlines.
        await Task.yield()
        check(String(repeating: piece, count: 20_000 / piece.utf8.count))
        let text = String(repeating: piece, count: 1_000 / piece.utf8.count)
        for text in ["[" + text + "](https://a.b)", "> - " + text, "|a|b|\n|-|-|\n" + text] {
            await Task.yield()
            check(text)
        }
    }

    /// Marks go and few are added: what is written is of the order of what was read.
    private func check(_ text: String) {
        let document = Document(parsing: text)
        #expect(document.wecomMarkdown.utf8.count < 20 * text.utf8.count)
        #expect(document.plainText.utf8.count < 20 * text.utf8.count)
    }

    @Test("whatever the text: letters and digits stay, in their order")
    func random() {
        var random = SeededNumbers()
        let pieces = [
            "a", "b1 ", "中文", "。", "\n", "\n\n", "  ", "    ", "- ", "1. ", "> ", "# ", "**", "*", "_", "~~", "`",
            "```\n", "[",
            "](", ")", "![", "<", ">", "|", "\n|-|-|\n", "\\", "$", "👍🏽", "\t", "---\n", "<br>",
        ]
        for _ in 0..<300 {
            let text = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            let document = Document(parsing: text)
            // A language's name, a lone destination or what ends a table's row may go.
            guard !text.contains("```"), !text.contains("~~~"), !text.contains("]("), !text.contains("|"),
                !text.contains("<br>")
            else {
                continue
            }
            #expect(words(document.plainText) == words(text), "seed \(random.seed)")
        }
    }

    private func words(_ text: String) -> String {
        text.replacing("1. ", with: "").filter { $0.isLetter }
    }
}
