import Testing
import XML

@Suite struct XMLDocumentTests {
    @Test("a document becomes a tree of names and texts, in order")
    func tree() throws {
        let root = try parse("<xml><A>1</A><B><C>2</C><C>3</C></B></xml>")
        #expect(
            root
                == XMLElement(
                    name: "xml",
                    children: [
                        XMLElement(name: "A", text: "1"),
                        XMLElement(
                            name: "B",
                            children: [XMLElement(name: "C", text: "2"), XMLElement(name: "C", text: "3")]
                        ),
                    ]
                )
        )
    }

    @Test("a child is found whatever the case of its name", arguments: ["MsgId", "msgid", "MSGID", "mSgId"])
    func lookup(name: String) throws {
        let root = try parse("<xml><MsgType>text</MsgType><MsgId>7</MsgId><MsgID>8</MsgID></xml>")
        #expect(root[name]?.text == "7")
        #expect(root.all(name).map(\.text) == ["7", "8"])
    }

    @Test("only letters have two cases: bytes that differ in the same bit are different names")
    func foldingIsForLetters() {
        let root = XMLElement(name: "xml", children: [XMLElement(name: "a[", text: "x")])
        #expect(root["A["]?.text == "x")
        #expect(root["a{"] == nil)
    }

    @Test(
        "text is whole however libxml2 hands it out",
        arguments: [
            ("<xml>a&amp;b&lt;c&gt;d&quot;e&apos;f</xml>", "a&b<c>d\"e'f"),
            ("<xml>&#20320;&#x597D;</xml>", "你好"),
            ("<xml><![CDATA[a]]>b<![CDATA[c]]></xml>", "abc"),
            ("<xml><![CDATA[a]]]]><![CDATA[>b]]></xml>", "a]]>b"),
            ("<xml><![CDATA[<b>&amp;</b>]]></xml>", "<b>&amp;</b>"),
            ("<xml>one<!-- two -->five</xml>", "onefive"),
            ("<xml>before<b>in</b>after</xml>", "beforeafter"),
            ("<xml>  kept  </xml>", "  kept  "),
            ("<xml/>", ""),
        ]
    )
    func text(document: String, expected: String) throws {
        #expect(try parse(document).text == expected)
    }

    @Test("text far longer than the parser's buffers arrives whole", arguments: [299, 300, 301, 65_537])
    func longText(length: Int) throws {
        let text = String(repeating: "长é𝄞x", count: length)
        #expect(try parse("<xml><A>\(text)</A></xml>")["A"]?.text == text)
        #expect(try parse("<xml><A><![CDATA[\(text)]]></A></xml>", bytes: 1 << 20)["A"]?.text == text)
    }

    @Test(
        "what may stand around the root may stand there",
        arguments: [
            "\u{FEFF}<xml>1</xml>", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xml>1</xml>", "\n\t <xml>1</xml>\n",
            "<!-- c --><xml>1</xml><!-- d -->", "<xml>1</xml >",
        ]
    )
    func surroundings(document: String) throws {
        #expect(try parse(document).text == "1")
    }

    @Test("the text is UTF-8 whatever the document says it is")
    func declaredEncoding() throws {
        #expect(try parse("<?xml version=\"1.0\" encoding=\"GBK\"?><xml>你好</xml>").text == "你好")
    }
}

func parse(_ document: String, bytes limit: Int = 1 << 20) throws(XMLError) -> XMLElement {
    try XMLElement(parsing: Array(document.utf8), limits: XMLLimits(bytes: limit))
}
