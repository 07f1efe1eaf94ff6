import Testing
import Text

@Suite struct BoundedTextTests {
    @Test("a text longer than its limit is cut where a character ends, and takes nothing more")
    func bounded() {
        var text = BoundedText(limit: 7)
        text.append("你好")
        text.append("吗")
        text.append("x")
        #expect(text.text == "你好")
        #expect(BoundedText(String(repeating: "é", count: 4 << 20)).text.utf8.count == 4 << 20)
    }
}
