import Markdown
import Testing

@Suite struct BlockTests {
    @Test("headings of both kinds, of six levels, and in Chinese without a space")
    func headings() {
        expect(
            "# a #\n###### b\nc\n===\n##中文\n#标签", wecom: "# a\n###### b\n# c\n## 中文\n#标签",
            plain: "a\n\nb\n\nc\n\n中文\n\n#标签")
    }

    @Test("dashes below several lines are a rule, not a heading")
    func rules() {
        expect("a\nb\n---\nc\n\n***\n_ _ _", both: "a\nb\n\n----------\n\nc\n\n----------\n\n----------")
    }

    @Test("a list stands close below the line that announces it")
    func lists() {
        expect("步骤：\n- 甲\n- 乙\n\n说明\n\n1. a\n2. b", both: "步骤：\n• 甲\n• 乙\n\n说明\n\n1. a\n2. b")
        expect("3) c\n4) d\n\n* e\n+ f", both: "3. c\n4. d\n\n• e\n\n• f")
    }

    @Test("lists nest by any indentation that models write")
    func nesting() {
        let plain = "1. a\n   • b\n     • c\n2. d"
        for source in [
            "1. a\n   - b\n     - c\n2. d", "1. a\n  - b\n    - c\n2. d", "1. a\n    - b\n        - c\n2. d",
        ] {
            expect(source, wecom: "1. a\n\u{3000}• b\n\u{3000}\u{3000}• c\n2. d", plain: plain)
        }
    }

    @Test("code keeps all its white space, whatever it stands in")
    func code() {
        expect("```\n\ta\n\n  b\n```", wecom: "```\n\ta\n\n  b\n```", plain: "\ta\n\n  b")
        expect("- x\n  ~~~py\n    y\n  ~~~\n- z", wecom: "• x\n\n```py\n  y\n```\n\n• z", plain: "• x\n\n  y\n\n• z")
        expect("> ```\n> a\n> ```", wecom: "> ```\n> a\n> ```", plain: "> a")
        expect("````\n```\n````\n```\nopen", wecom: "````\n```\n````\n\n```\nopen\n```", plain: "```\n\nopen")
    }

    @Test("quotes nest, and take up the line that goes on without a mark")
    func quotes() {
        expect("> a\nb\n>> c\n\nd", both: "> a\n> b\n>\n> > c\n\nd")
        expect(">- a\n>- b", both: "> • a\n> • b")
    }

    @Test("front matter and formulas are left as they are")
    func verbatim() {
        let text = "---\ntitle: *x*\n---\n\na\n\n$$\n- b\n# c\n$$"
        expect(text, both: text)
        expect("---\n\nno: front matter\n\n---", both: "----------\n\nno: front matter\n\n----------")
    }

    @Test("a text of nothing is nothing", arguments: ["", "\n", " \t\n\n", "\u{FEFF}"])
    func nothing(text: String) {
        #expect(Document(parsing: text).blocks.isEmpty)
        expect(text, both: "")
    }

    @Test("blocks are what they were written as")
    func tree() {
        let document = Document(parsing: "# a\n```swift x\nb\n```\n- [x] c")
        #expect(
            document.blocks.prefix(2) == [.heading(level: 1, [.text("a")]), .code(language: "swift", "b")])
        guard case .list(let list) = document.blocks.last else { return #expect(Bool(false), "no list") }
        #expect(list.isTight && list.start == nil && list.items.map(\.isDone) == [true])
    }

    @Test(
        "what WeCom's Markdown shows better profits from it",
        arguments: [
            ("# a", true), ("**a**", true), ("`a`", true), ("> a", true), ("[a](https://b.c)", true), ("- **a**", true),
            ("|a|b|\n|-|-|\n|`x`|y|", true), ("<font color=info>a</font>", true), ("a", false), ("- a\n- b", false),
            ("```\na\n```", false), ("https://a.b", false), ("*a* ~~b~~", false), ("|a|b|\n|-|-|\n|x|y|", false),
        ]
    )
    func profit(source: String, isExpected: Bool) {
        #expect(Document(parsing: source).profitsFromMarkdown == isExpected)
    }
}
