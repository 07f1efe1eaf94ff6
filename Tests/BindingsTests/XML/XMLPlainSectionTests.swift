import SeededTesting
import Testing
import XML

/// Long sections of printable ASCII are read past libxml2, which must not show.
@Suite struct XMLPlainSectionTests {
    private static let plain = String(repeating: "a <b> &amp; [c ", count: 20)

    @Test("a section of any length arrives whole", arguments: [0, 1, 8, 55, 63, 64, 65, 71, 72, 73, 1368, 70_000])
    func lengths(length: Int) throws {
        let text = String(repeating: "0123456789+/=<~ ", count: length / 16 + 1).prefix(length)
        let root = try parse("<xml><A>1</A><B><![CDATA[\(text)]]></B><C>2</C></xml>")
        #expect(root["B"]?.text == String(text))
        #expect(root["C"]?.text == "2")
    }

    @Test("every character arrives, wherever in a section it stands")
    func everyCharacter() throws {
        for byte in UInt8(0x20)...0x7F {
            for place in [0, 7, 8, 9, 63, 64, 99] {
                var text = [UInt8](repeating: UInt8(ascii: "x"), count: 100)
                text[place] = byte
                let document = Array("<a><![CDATA[".utf8) + text + Array("]]></a>".utf8)
                #expect(try XMLElement(parsing: document).text == String(decoding: text, as: UTF8.self))
            }
        }
    }

    @Test("a byte that XML forbids is refused in a long section too")
    func forbidden() {
        for byte in (UInt8(0)...0xFF) where (byte < 0x20 && ![0x09, 0x0A, 0x0D].contains(byte)) || byte >= 0x80 {
            for place in [0, 8, 50, 99] {
                var text = [UInt8](repeating: UInt8(ascii: "x"), count: 100)
                text[place] = byte
                let document = Array("<a><![CDATA[".utf8) + text + Array("]]></a>".utf8)
                #expect(throws: XMLError.self) { try XMLElement(parsing: document) }
            }
        }
    }

    @Test(
        "what only looks like a section is none",
        arguments: [
            ("<a>x<!-- <![CDATA[\(plain)]]> -->y</a>", "xy"),
            ("<!-- <![CDATA[\(plain)]]> --><a>x</a>", "x"),
            ("<a>x</a><!-- <![CDATA[\(plain)]]> -->", "x"),
            ("<a><![CDATA[ \n<![CDATA[\(plain)]]>y</a>", " \n<![CDATA[\(plain)y"),
            ("<a><![CDATA[<![CDATA[\(plain)]]>y</a>", "<![CDATA[\(plain)y"),
        ]
    )
    func lookalikes(document: String, expected: String) throws {
        #expect(try parse(document).text == expected)
    }

    @Test(
        "a section where none may stand is refused",
        arguments: [
            "<![CDATA[\(plain)]]>", "<![CDATA[\(plain)]]><a/>", "<a/><![CDATA[\(plain)]]>",
            "<a><![CDATA[\(plain)",
            "<a><![CDATA[\(plain)]]>",
            "<a><![CDATA[\(plain)]></a>", "<a><![CDATA[\(plain)]]></b>", "<a>\0<![CDATA[\(plain)]]></a>",
        ]
    )
    func misplaced(document: String) {
        #expect {
            try parse(document)
        } throws: { error in
            if case .malformed = error as? XMLError { true } else { false }
        }
    }

    @Test("limits and the document type are minded before and behind a long section")
    func limits() {
        let section = "<![CDATA[\(Self.plain)]]>"
        let deep = String(repeating: "<a>", count: 33)
        #expect(throws: XMLError.doctype) { try parse("<!DOCTYPE a><a>\(section)</a>") }
        #expect(throws: XMLError.tooDeep(limit: 32)) { try parse("\(deep)\(section)") }
        #expect(throws: XMLError.tooDeep(limit: 32)) { try parse("<a>\(section)\(deep)") }
    }

    @Test("an error behind a long section is found where it is")
    func place() {
        // A tab takes a column like any character, but is not plain.
        let texts = [Self.plain, "\t" + Self.plain.dropFirst()]
        let errors = texts.map { text in
            Result { try parse("<xml>\n<A><![CDATA[\(text)]]></A><B>1</C></xml>") }
        }
        guard case .failure(let first) = errors[0], case .failure(let second) = errors[1] else {
            Issue.record("the documents are not well-formed")
            return
        }
        #expect(first as? XMLError == second as? XMLError)
    }

    @Test("sections among all else, at random, leave their text and nothing more")
    func random() throws {
        var random = SeededNumbers()
        for _ in 0..<500 {
            var document = "<xml>"
            var expected = ""
            for _ in 0..<Int.random(in: 0..<12, using: &random) {
                let text = String(Self.plain.prefix(Int.random(in: 0..<120, using: &random)))
                let section = "<![CDATA[\(text)]]>"
                switch Int.random(in: 0..<6, using: &random) {
                case 0: document += "<!--\(section)-->"
                case 1: document += "<b/>"
                case 2: document += "<b>\(section)</b>"
                case 3:
                    document += "<![CDATA[你\(text)]]>"
                    expected += "你\(text)"
                default:
                    document += section
                    expected += text
                }
            }
            #expect(try parse(document + "</xml>").text == expected, "seed \(random.seed)")
        }
    }
}
