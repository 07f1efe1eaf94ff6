import Router
import SeededTesting
import Testing

@Suite struct MarkdownSplittingTests {
    private let splitter = ReplySplitter(limit: 256, syntax: .markdown)

    @Test("a block of code that is cut is closed, and opened again in the next part")
    func fences() {
        let code = (1...40).map { "  print(\($0))" }
        let parts = splitter.split("Look:\n\n```swift\n" + code.joined(separator: "\n") + "\n```\n\nDone.")
        #expect(parts.count > 2 && parts.last?.hasSuffix("Done.") == true)
        for part in parts where part.contains("print") {
            #expect(part.contains("```swift\n  print(") && part.contains(")\n```"))
        }
        let kept = parts.flatMap { $0.split(separator: "\n") }.filter { $0.hasPrefix("  print") }.map(String.init)
        #expect(kept == code)
    }

    @Test("code that ends where the part does is not opened again")
    func closedAtCut() {
        for length in 180...256 {
            let parts = splitter.split("```\n\(String(repeating: "x", count: length))\n```\n\nNext \(filler(30))")
            #expect(parts.allSatisfy { $0.utf8.count <= 256 && isCodeClosed(in: $0) })
            #expect(!parts.contains { $0.hasPrefix("```\n```") || $0.hasSuffix("```\n```") })
        }
    }

    @Test("code in a quote is closed and opened within the quote")
    func quotedCode() {
        let lines = (1...40).map { "> line \($0)" }
        let parts = splitter.split((["> ```py"] + lines + ["> ```"]).joined(separator: "\n"))
        #expect(parts.count > 1)
        for part in parts { #expect(part.hasPrefix("> ```py\n> line") && part.hasSuffix("\n> ```")) }
    }

    @Test("a quote that is cut within a line goes on as a quote")
    func quotes() {
        let parts = splitter.split("> " + filler(100))
        #expect(parts.count > 1 && parts.allSatisfy { $0.hasPrefix("> word") })
        let plain = ReplySplitter(limit: 100).split("> > " + filler(50))
        #expect(plain.count > 1 && plain.allSatisfy { $0.hasPrefix("> > word") })
    }

    @Test("links, bold and code in a line stay whole", arguments: ["[a b c](https://d.e/f)", "**a b c**", "`a b c`"])
    func spans(span: String) {
        for count in 40...60 {
            let parts = splitter.split(filler(count) + span + filler(20))
            #expect(parts.contains { $0.contains(span) })
        }
    }

    @Test("an address stays whole, in plain text too")
    func addresses() {
        let address = "https://example.com/" + String(repeating: "x", count: 200)
        let text = filler(15) + address + " " + filler(20)
        for syntax in [ReplySplitter.Syntax.plain, .markdown] {
            let parts = ReplySplitter(limit: 256, syntax: syntax).split(text)
            #expect(parts.contains { $0.contains(address) })
        }
    }

    @Test("the number of an item ends no sentence")
    func items() {
        let parts = ReplySplitter(limit: 40).split(
            "An introduction without an end\n1. \(String(repeating: "x", count: 30))")
        #expect(parts.last?.hasPrefix("1. x") == true)
    }

    @Test("parts are numbered when there are several, and fit with their number")
    func numbers() {
        let splitter = ReplySplitter(limit: 256, syntax: .markdown, isNumbered: true)
        #expect(splitter.split("short") == ["short"])
        for count in [60, 400, 600, 6000] {
            let parts = splitter.split(filler(count))
            #expect(parts.count > 1 && parts.allSatisfy { $0.utf8.count <= 256 })
            for (index, part) in parts.enumerated() { #expect(part.hasSuffix("\n\n(\(index + 1)/\(parts.count))")) }
        }
        #expect(splitter.split(filler(600), atMost: 8) == nil)
        #expect(splitter.split(filler(120), atMost: 8)?.count == 3)
    }

    @Test("whatever the text: parts fit, code is closed, and only white space goes")
    func random() {
        var random = SeededNumbers()
        let pieces = [
            "word ", "中文字符", "。", "，", "\n", "\n\n", "\n```swift\n", "\n```\n", "\n> quote ", "**bold** ",
            "[a](https://b.c/d) ",
            "`code` ", "https://e.f/g ", "\n- item ", "👨‍👩‍👧", "e\u{301}", "  ", "\r\n", "\n> ```\n> x\n> ```\n",
            String(repeating: "y", count: 300),
        ]
        for _ in 0..<300 {
            let text = (0..<Int.random(in: 0...150, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            let limit = Int.random(in: 256...512, using: &random)
            let parts = ReplySplitter(limit: limit, syntax: .markdown).split(text)
            #expect(
                parts.allSatisfy { $0.utf8.count <= limit && !$0.allSatisfy(\.isWhitespace) }, "seed \(random.seed)")
            #expect(parts.dropLast().allSatisfy(isCodeClosed), "seed \(random.seed)")
            #expect(content(parts.joined(separator: "\n")) == content(text), "seed \(random.seed)")
        }
    }

    @Test(
        "a long text of anything is split", .timeLimit(.minutes(1)),
        arguments: [
            "a", "word ", "中文。", "```\n", "`", "[", "[a](", "\u{301}", "👨‍👩‍👧", "> ", "> a\n", "\n", "http://",
        ])
    func large(piece: String) {
        let text = String(repeating: piece, count: 40_000 / piece.utf8.count)
        for syntax in [ReplySplitter.Syntax.plain, .markdown] {
            let parts = ReplySplitter(limit: 2048, syntax: syntax, isNumbered: true).split(text)
            #expect(parts.allSatisfy { $0.utf8.count <= 2048 })
        }
    }

    private func filler(_ count: Int) -> String { String(repeating: "word ", count: count) }

    private func isCodeClosed(in part: String) -> Bool {
        var open: Substring?
        for line in part.split(whereSeparator: \.isNewline) {
            let quote = line.prefix { $0 == ">" }
            let body = line.drop { $0 == ">" || $0 == " " }
            if open == nil, body.hasPrefix("```") { open = quote } else if open == quote, body == "```" { open = nil }
        }
        return open == nil
    }

    /// Keeps what there is to read, but for marks that a cut may repeat.
    private func content(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.drop { $0 == ">" || $0 == " " }
            guard !line.hasPrefix("```") else { continue }
            scalars += line.unicodeScalars.filter { !$0.properties.isWhitespace && $0 != ">" }
        }
        return String(scalars)
    }
}
