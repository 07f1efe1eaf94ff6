import Markdown
import Testing

@Suite struct InlineTests {
    @Test(
        "bold beside Chinese and punctuation is bold",
        arguments: [
            "**重点**：后", "前**“引号”**后", "前**（注）**后", "**重点：**后", "**Note:**text", "**API**s", "前**`码`**后",
            "**甲**乙**丙**", "**1.28+**版本",
        ]
    )
    func boldBesideChinese(text: String) {
        expect(text, wecom: text, plain: text.filter { !"*`".contains($0) })
    }

    @Test(
        "marks that mean something else stay",
        arguments: [
            "2*3*4", "2**3 and 4**5", "snake_case_name", "__init__", "5 * 3 * 2", "a ** b ** c", "10~20", "约~5~个",
            "**open",
            "*open", "~~open", "$a_1 * b_1$ and $c_2$", "\\(a_1*b\\) *", "\\[x*y*\\]", "$5 and $6", "<b>x_y_z</b>",
            "[INFO]: started", "[x]", "[^1]", "a < b > c", "C++ <T>", "`", "``a`", "&nosuch;", "!x", "a ******* b",
            "#tag",
        ]
    )
    func literal(text: String) {
        expect(text, both: text)
    }

    @Test("marks nest, cross and stand in rows as CommonMark has it")
    func nesting() {
        expect("***a*** **b *c* d**", wecom: "**a** **b c d**", plain: "a b c d")
        expect("**a **b** c**", wecom: "**a b c**", plain: "a b c")
        expect("*a **b* c**", both: "a b c")
        expect("*a [b*](https://c.d)", wecom: "*a [b*](https://c.d)", plain: "*a b* (https://c.d)")
    }

    @Test("bold does not reach over a line end")
    func boldLines() {
        expect("**a\nb ** c**", wecom: "**a**\n**b ** c**", plain: "a\nb ** c")
    }

    @Test("links show where they lead, once")
    func links() {
        expect("[a](https://b.c/d_e(f) \"t\")", wecom: "[a](https://b.c/d_e%28f%29)", plain: "a (https://b.c/d_e(f))")
        expect("[https://b.c](https://b.c) <https://d.e> f@g.h", both: "https://b.c https://d.e f@g.h")
        expect("[b.c](https://b.c)", wecom: "[b.c](https://b.c)", plain: "https://b.c")
        expect("[a](./b.md) [c](#d)", both: "a (./b.md) c")
        expect("[**a** `b`](https://c.d)", wecom: "[a b](https://c.d)", plain: "a b (https://c.d)")
        expect("![图](https://a.b/c.png)", wecom: "[图](https://a.b/c.png)", plain: "图 (https://a.b/c.png)")
        expect(
            "[![badge](https://b/x.svg)](https://b)", wecom: "[badge](https://b)", plain: "badge (https://b)")
    }

    @Test("references lead where they are defined, in any case and order")
    func references() {
        expect(
            "[One][a b], [two][], [Two] and [none]\n\n[A  B]: https://a.b 'title'\n[two]: <https://c.d>",
            wecom: "[One](https://a.b), [two](https://c.d), [Two](https://c.d) and [none]",
            plain: "One (https://a.b), two (https://c.d), Two (https://c.d) and [none]")
    }

    @Test("an address in running text ends where the sentence goes on")
    func addresses() {
        for text in ["见https://a.b/c，", "(https://a.b/c_d_e).", "https://a.b/*x* y*", "“http://a.b/(c)”"] {
            expect(text, both: text)
        }
        expect("**https://a.b/c_**", wecom: "**https://a.b/c_**", plain: "https://a.b/c_")
    }

    @Test("escapes and entities become what they mean")
    func escapes() {
        expect("\\*a\\* &lt;b&gt; &#20013;&#x4E2D; &hellip; C:\\dir", both: "*a* <b> 中中 … C:\\dir")
    }

    @Test("line ends stay, however they were written")
    func lineEnds() {
        expect("a\nb  \nc\\\nd<br>e<br/>f\r\ng", both: "a\nb\nc\nd\ne\nf\ng")
    }

    @Test("WeCom's colours pass, others are text")
    func colours() {
        expect(
            "<font color=\"info\">**好**</font> <font color='red'>x</font> <font color=comment>y",
            wecom: "<font color=\"info\">**好**</font> <font color='red'>x</font> <font color=comment>y",
            plain: "好 <font color='red'>x</font> <font color=comment>y")
    }

    @Test(
        "no agent makes a link by HTML in a text", arguments: ["<a href=x>", "<A\thref=x>", "<a/href=x>", "`<a\nb>`"])
    func anchors(text: String) {
        let plain = Document(parsing: text).plainText
        #expect(plain.hasPrefix("＜") && !plain.contains("<"))
    }
}
