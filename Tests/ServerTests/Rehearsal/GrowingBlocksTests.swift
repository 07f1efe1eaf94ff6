import Testing

@testable import RouterServer

@Suite("Texts that grow at the foot of a terminal") struct GrowingBlocksTests {
    private func rows(_ texts: [(UInt64, String)], columns: Int = 11) -> [String] {
        var blocks = GrowingBlocks()
        for (id, text) in texts { blocks.set(text, of: id) }
        return blocks.rows(columns: columns)
    }

    @Test("a text takes the place of the one before it, and others stand below it")
    func replaced() {
        #expect(rows([(1, "a"), (2, "b"), (1, "a b\nc")]) == ["a b", "c", "b"])
    }

    @Test("a line that is too long goes on in the next row, by the columns that its characters take")
    func wrapped() {
        #expect(rows([(1, "0123456789ab")]) == ["0123456789", "ab"])
        #expect(rows([(1, "一二三四五六")]) == ["一二三四五", "六"])
        #expect(rows([(1, "x一二三四五")]) == ["x一二三四", "五"])
        #expect(rows([(1, "a\n\nb")]) == ["a", "", "b"])
        #expect(rows([(1, "a\u{1B}[2J\rb")]) == ["a[2Jb"], "what would move the cursor is left out")
        #expect(rows([(1, "一")], columns: 1) == ["一"], "even where there is no room at all")
    }

    @Test("of long texts the last rows are shown, and of many texts the last ones")
    func bounded() {
        let long = (1...20).map(String.init).joined(separator: "\n")
        #expect(rows([(1, long)]) == (15...20).map(String.init))
        #expect(rows([(1, "a"), (2, "b"), (3, "c")]) == ["b", "c"])
    }

    @Test("what is whole is drawn no more")
    func removed() {
        var blocks = GrowingBlocks()
        blocks.set("a", of: 1)
        blocks.set("b", of: 2)
        blocks.remove(1)
        #expect(blocks.rows(columns: 80) == ["b"])
    }
}
