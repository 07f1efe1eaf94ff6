import Testing

@testable import RouterServer

@Suite("The line that is typed at a terminal") struct LineEditorTests {
    private static let keys = (
        left: "\u{1B}[D", right: "\u{1B}OC", up: "\u{1B}[A", down: "\u{1B}[B", home: "\u{1B}[1~", delete: "\u{1B}[3~"
    )

    private func typed(_ text: String...) -> (lines: [LineEditor.Event], rest: String) {
        var editor = LineEditor()
        let events = text.flatMap { editor.take(Array($0.utf8)) }
        return (events, editor.text)
    }

    @Test("what is typed is the line, and Enter ends it")
    func plain() {
        let typed = typed("你好\nsecond\rthird")
        #expect(typed.lines == [.line("你好"), .line("second")] && typed.rest == "third")
    }

    @Test("a character or a key whose bytes come apart is one all the same")
    func apart() {
        var editor = LineEditor()
        for byte in Array("a好\(Self.keys.left)b".utf8) { #expect(editor.take([byte]).isEmpty) }
        #expect(editor.text == "ab好")
    }

    @Test(
        "keys move and erase",
        arguments: [
            ("helo\u{7F}lo", "hello"), ("好a\u{7F}\u{8}", ""), ("ac\(keys.left)b", "abc"),
            ("ac\(keys.left)b\(keys.right)d", "abcd"),
            ("bc\(keys.home)a", "abc"), ("bc\u{1}a\u{5}d", "abcd"), ("abc\(keys.home)\(keys.delete)", "bc"),
            ("abc\u{1}\u{4}", "bc"), ("one two  \u{17}", "one "), ("one\u{17}", ""), ("abc\(keys.left)\u{B}", "ab"),
            ("abc\(keys.left)\u{15}", "c"), ("\u{7F}\(keys.left)\(keys.delete)a", "a"), ("a\u{1B}[15~\u{1B}xb", "ab"),
            ("e\u{301}\u{7F}", ""), ("👨‍👩‍👧\u{7F}", ""),
        ])
    func edits(typing: String, text: String) { #expect(typed(typing).rest == text) }

    @Test("bytes that are no text are passed over")
    func rubbish() {
        var editor = LineEditor()
        #expect(editor.take([0xFF, 0xC0, 0x61, 0xE4, 0x41, 0x41, 0x62]).isEmpty)
        #expect(editor.text == "aAAb")
    }

    @Test("the end is Ctrl-D in an empty line, and nothing behind it counts")
    func end() {
        #expect(typed("a\n\u{4}b\n").lines == [.line("a"), .end])
    }

    @Test("lines that were typed come back, and the one that was being written")
    func history() {
        let (up, down) = (Self.keys.up, Self.keys.down)
        #expect(typed("one\ntwo\n", up, up).rest == "one")
        #expect(typed("one\ntwo\n", up, up, up, "!\n").lines.last == .line("one!"))
        #expect(typed("one\ntwo\nthr", up, up, down, down, down).rest == "thr")
        #expect(typed("one\none\n", up, up).rest == "one")
    }

    @Test("a line is bounded")
    func bound() { #expect(typed(String(repeating: "a", count: 5000)).rest.count == 4096) }

    @Test(
        "it is drawn with the cursor in its place, by the columns that characters take",
        arguments: [
            ("ab", 80, "\r> ab\u{1B}[K\r\u{1B}[4C"), ("你好\u{1B}[D", 80, "\r> 你好\u{1B}[K\r\u{1B}[4C"),
            ("abcdefgh", 8, "\r> defgh\u{1B}[K\r\u{1B}[7C"), ("abcdefgh\u{1}", 8, "\r> abcde\u{1B}[K\r\u{1B}[2C"),
            ("一二三", 8, "\r> 二三\u{1B}[K\r\u{1B}[6C"),
        ])
    func shown(typing: String, columns: Int, drawn: String) {
        var editor = LineEditor()
        _ = editor.take(Array(typing.utf8))
        #expect(editor.shown(behind: "> ", columns: columns) == drawn)
    }
}
