import Testing
import Text

@Suite struct DisplayWidthTests {
    @Test(
        "an ideograph takes two columns, an accent none",
        arguments: [
            ("", 0), ("abc", 3), ("报销", 4), ("ｆｕｌｌ", 8), ("，。", 4), ("e\u{301}", 1), ("한글", 4), ("かな", 4), ("😀", 2),
            ("❤\u{FE0F}", 2), ("ﾊﾝｶｸ", 4),
        ])
    func width(text: String, columns: Int) {
        #expect(text.displayWidth == columns)
    }

    @Test(
        "a text is cut so that it fits with its mark, and not where it fits",
        arguments: [
            ("报销单", 6, "报销单"), ("报销单", 5, "报销…"), ("报销单", 4, "报…"), ("报销单", 3, "报…"), ("报销单", 2, "…"), ("报销单", 1, "…"),
            ("报销单", 0, ""), ("abcdef", 4, "abc…"), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
        ])
    func cut(text: String, columns: Int, cut: String) {
        #expect(text.cut(toColumns: columns) == cut)
        #expect(text.cut(toColumns: columns).displayWidth <= columns)
    }
}
