import Router
import SeededTesting
import Testing

@Suite struct ReplySplitterTests {
    @Test("a text that fits goes as it is", arguments: ["hi", " a \n", "你好", "\n\n  code", "👨‍👩‍👧‍👦"])
    func whole(text: String) {
        #expect(ReplySplitter(limit: 2048).split(text) == [text])
        #expect(ReplySplitter(limit: max(4, text.utf8.count)).split(text) == [text])
    }

    @Test(
        "where there is nothing to read there is no part",
        arguments: ["", " ", "\r\n\r\n", String(repeating: " \n", count: 99)]
    )
    func nothing(text: String) {
        #expect(ReplySplitter(limit: 16).split(text).isEmpty)
    }

    @Test("a cut falls behind a paragraph, else a line, a sentence, a word")
    func preferences() {
        let splitter = ReplySplitter(limit: 20)
        #expect(splitter.split("one two.\n\nthree four\nfive six") == ["one two.\n\nthree four", "five six"])
        #expect(splitter.split("one two three\n\nfour. five") == ["one two three", "four. five"])
        #expect(splitter.split("one two. three\nfour five six") == ["one two. three", "four five six"])
        #expect(splitter.split("one two three. four five six") == ["one two three.", "four five six"])
        #expect(splitter.split("one two three four five") == ["one two three four", "five"])
    }

    @Test("Chinese is cut behind a sentence")
    func chinese() {
        #expect(ReplySplitter(limit: 30).split("今天天气很好。我们去公园散步吧！") == ["今天天气很好。", "我们去公园散步吧！"])
    }

    @Test("numbers and addresses are no ends of sentences")
    func points() {
        #expect(ReplySplitter(limit: 20).split("see www.example.com now") == ["see www.example.com", "now"])
    }

    @Test("a preferred place that would waste half of the part is not taken")
    func waste() {
        #expect(ReplySplitter(limit: 20).split("a\n\nbcdefghi jklmnopqrstu") == ["a\n\nbcdefghi", "jklmnopqrstu"])
    }

    @Test("a line end of two characters is one, and stays whole", arguments: 4...24)
    func lineEnds(limit: Int) {
        let text = "one\r\ntwo\r\n\r\nthree\r\nfour"
        let parts = ReplySplitter(limit: limit).split(text)
        #expect(parts.joined().filter { !$0.isWhitespace } == "onetwothreefour")
        for part in parts { #expect(part.utf8.count { $0 == 10 } == part.utf8.count { $0 == 13 }) }
    }

    @Test("what people see as one character is not taken apart while it fits", arguments: 25...60)
    func characters(limit: Int) {
        let family = "👨‍👩‍👧‍👦"
        let parts = ReplySplitter(limit: limit).split(String(repeating: family, count: 40))
        #expect(parts.allSatisfy { $0.allSatisfy { String($0) == family } })
        #expect(parts.map(\.count).reduce(0, +) == 40)
    }

    @Test("a character that fits no part is cut between its scalars", arguments: 4...24)
    func hugeCharacter(limit: Int) {
        let text = "e" + String(repeating: "\u{301}", count: 100) + "👨‍👩‍👧‍👦"
        let parts = ReplySplitter(limit: limit).split(text)
        #expect(parts.allSatisfy { $0.utf8.count <= limit })
        #expect(Array(parts.joined().unicodeScalars) == Array(text.unicodeScalars))
    }

    @Test(
        "at every size around the limit parts fit and nothing is lost",
        arguments: [4, 5, 6, 7, 8, 16, 63, 64, 65, 2047, 2048]
    )
    func boundary(limit: Int) {
        let splitter = ReplySplitter(limit: limit)
        for letter in ["a", "é", "中", "😀"] {
            for count in max(0, limit / letter.utf8.count - 2)...limit / letter.utf8.count + 2 {
                let text = String(repeating: letter, count: count)
                let parts = splitter.split(text)
                #expect(parts.joined() == text && parts.allSatisfy { $0.utf8.count <= limit })
            }
        }
    }

    @Test("whatever the text: parts fit, none is blank, only white space goes")
    func random() {
        var random = SeededNumbers()
        let pieces = [
            "a", "word ", "中文", "。", "！", "\n", "\r\n", "\n\n", "  ", "👍🏽", "👨‍👩‍👧", "e\u{301}", "\u{200D}", "3.14", ". ",
            "\t",
        ]
        for _ in 0..<400 {
            let limit = Int.random(in: 4...80, using: &random)
            let text = (0..<Int.random(in: 0...120, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            let parts = ReplySplitter(limit: limit).split(text)
            #expect(parts.allSatisfy { $0.utf8.count <= limit && !visible($0).isEmpty }, "seed \(random.seed)")
            let isWhole = visible(parts.joined()) == visible(text)
            #expect(isWhole, "seed \(random.seed)")
        }
    }

    private func visible(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { !$0.properties.isWhitespace }
    }
}
