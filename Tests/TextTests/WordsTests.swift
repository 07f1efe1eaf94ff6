import SeededTesting
import Testing
import Text

@Suite("words in text that others wrote") struct WordsTests {
    @Test("a word is found wherever it stands, and what is around it comes back")
    func found() {
        #expect("a MEDIA:b".has("MEDIA:"))
        #expect(!"a MEDIA".has("MEDIA:"))
        #expect(!"abc".has(""))
        #expect("aabaabaaab".replacing(word: "aab", by: "-") == "--a-")
        #expect("a::b::c".cut(around: "::").map { [$0.before, $0.behind] } == ["a", "b::c"])
        #expect("localhost/a".after("localhost") == "/a")
        #expect("local".after("localhost") == nil)
        #expect("FILE://a".begins(withAnyCaseOf: "file://"))
        #expect("(why)".ends(with: ")"))
    }

    @Test("a search finds what a look at every place finds")
    func everyPlace() {
        var random = SeededNumbers()
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 97...98, using: &random)
            }
            let word = (0..<Int.random(in: 1...6, using: &random)).map { _ in UInt8.random(in: 97...98, using: &random)
            }
            var (expected, next) = ([Range<Int>](), 0)
            for start in text.indices where start >= next && text[start...].starts(with: word) {
                expected.append(start..<start + word.count)
                next = start + word.count
            }
            let found = Needle(String(decoding: word, as: UTF8.self)).ranges(in: text)
            #expect(found == expected, "seed \(random.seed)")
        }
    }

    @Test("what Unicode takes for the same is not the same here, nor is a sign beneath an accent")
    func bytes() {
        #expect(!"\u{E9}".isSame(as: "e\u{301}"))
        #expect("/\u{301}a".begins(with: "/"))
        #expect("a\r\nb".lines == ["a\r", "b"])
        #expect("a,\u{301}b".pieces { $0 == UInt8(ascii: ",") } == ["a", "\u{301}b"])
    }

    @Test("white space of any script goes from the ends, and an accent on it stays")
    func space() {
        #expect("\u{3000} a b\n".withoutSpaceAround == "a b")
        #expect("a \u{301} ".withoutSpaceAtEnd == "a \u{301}")
        #expect(!" \u{3000}\n".hasWords)
        #expect(" \u{301}".hasWords)
        #expect("a\u{2028}b".scalarPieces(between: \.endsLine) == ["a", "b"])
    }
}
