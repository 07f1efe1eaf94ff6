import Testing
import XML

@Suite struct XMLWriterTests {
    @Test("elements are written as WeCom writes them")
    func shape() {
        var writer = XMLWriter()
        writer.element("xml") { xml in
            xml.element("Nonce", text: "n7")
            xml.element("TimeStamp", number: 1_700_000_007)
        }
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == "<xml><Nonce><![CDATA[n7]]></Nonce><TimeStamp>1700000007</TimeStamp></xml>"
        )
    }

    @Test("the end of CDATA is split between two sections")
    func split() {
        var writer = XMLWriter()
        writer.element("a", text: "x]]>y")
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "<a><![CDATA[x]]]]><![CDATA[>y]]></a>")
    }

    @Test(
        "any text that XML can hold is read back as written",
        arguments: [
            "", "]]>", "]]]>]]>>", "]]", ">", "<xml>&amp;</xml>", "<![CDATA[", "line\nline\ttab", "你好 😀",
        ]
    )
    func roundTrip(text: String) throws {
        var writer = XMLWriter()
        writer.element("a", text: text)
        #expect(try XMLElement(parsing: writer.bytes).text == text)
    }

    @Test("what XML cannot hold becomes a replacement character", arguments: ["\0", "\u{1}", "\u{1F}", "\u{FFFF}"])
    func forbidden(character: String) throws {
        var writer = XMLWriter()
        writer.element("a", text: "x\(character)y")
        #expect(try XMLElement(parsing: writer.bytes).text == "x\u{FFFD}y")
    }

    @Test(
        "what would end an attribute, or be read as another space, is escaped",
        arguments: [
            ("", ""), ("a\"b", "a&quot;b"), ("<&>'", "&lt;&amp;>'"), ("1\n2\t3\r4", "1&#10;2&#9;3&#13;4"),
            ("你好 😀", "你好 😀"),
        ])
    func attributes(text: String, written: String) {
        var writer = XMLWriter()
        writer.declaration()
        writer.element("a", [("b", text), ("c", "d")]) { $0.text("e") }
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a b=\"\(written)\" c=\"d\"><![CDATA[e]]></a>")
    }

    @Test("what an attribute cannot hold becomes a replacement character")
    func forbiddenInAttributes() {
        var writer = XMLWriter()
        writer.element("a", [("b", "x\0y")]) { _ in }
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "<a b=\"x\u{FFFD}y\"></a>")
    }
}
