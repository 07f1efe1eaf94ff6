import SeededTesting
import Testing
import Text

@Suite("cuts of text that others wrote") struct CutTests {
    @Test("a cut holds its bytes and ends where a character does")
    func characters() {
        #expect("中文字".cut(toBytes: 8) == "中…")
        #expect("中文".cut(toBytes: 6) == "中文")
        #expect("a👨‍👩‍👧b".beginning(bytes: 10) == "a")
        #expect("🇨🇳🇨🇳".beginning(bytes: 12) == "🇨🇳")
        #expect("e\u{301}e\u{301}".beginning(bytes: 4) == "e\u{301}")
        #expect("abc".beginning(bytes: 0) == "")
        #expect("abc".beginning(bytes: -1) == "")
        #expect("abcdef".cut(toCharacters: 4, bytes: 100) == "abc…")
        #expect("abcd".cut(toCharacters: 4, bytes: 100) == "abcd")
        #expect("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧".cut(toCharacters: 3, bytes: 40) == "👨‍👩‍👧👨‍👩‍👧…")
        #expect("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧".cut(toCharacters: 3, bytes: 38) == "👨‍👩‍👧…")
    }

    @Test("one character of any length is cut between its scalars")
    func long() {
        let text = "a" + String(repeating: "\u{301}", count: 50_000)
        for limit in [1, 2, 3, 100, 2048, 2049] {
            let cut = text.beginning(bytes: limit)
            #expect(limit - 1...limit ~= cut.utf8.count)
            #expect(text.utf8.starts(with: cut.utf8))
        }
        #expect(text.cut(toCharacters: 60, bytes: 240).utf8.count <= 240)
    }

    @Test("whatever the text, a cut is its beginning, no longer than it may be, and valid")
    func random() {
        var random = SeededNumbers()
        let pieces = [
            "a", "é", "中", "👍🏽", "\u{1F1E6}", "\u{301}", "\u{316}", "\u{200D}", "\u{FE0F}", "\n", "\r\n", "\0", " ",
        ]
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            let limit = Int.random(in: 0...300, using: &random)
            let beginning = text.beginning(bytes: limit)
            #expect(beginning.utf8.count <= limit, "seed \(random.seed)")
            #expect(text.utf8.starts(with: beginning.utf8), "seed \(random.seed)")
            #expect(!beginning.unicodeScalars.contains("\u{FFFD}"), "seed \(random.seed)")
            #expect(text.cut(toBytes: limit).utf8.count <= limit, "seed \(random.seed)")
            let most = Int.random(in: 1...50, using: &random)
            let cut = text.cut(toCharacters: most, bytes: max(3, limit))
            #expect(cut.count <= most && cut.utf8.count <= max(3, limit), "seed \(random.seed)")
        }
    }
}
