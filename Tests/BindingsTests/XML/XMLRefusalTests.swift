import SeededTesting
import Testing
import XML

@Suite struct XMLRefusalTests {
    @Test(
        "a document type is refused, whatever it declares",
        arguments: [
            "<!DOCTYPE xml><xml>1</xml>",
            "<?xml version=\"1.0\"?><!DOCTYPE xml [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><xml>&e;</xml>",
            "<!DOCTYPE xml SYSTEM \"http://127.0.0.1:1/evil.dtd\"><xml>1</xml>",
            "<!DOCTYPE xml PUBLIC \"-//x\" \"file:///etc/passwd\" [<!ENTITY % p SYSTEM \"file:///x\"> %p;]><xml/>",
            "<!DOCTYPE a [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]><a>&c;</a>",
            "<!DOCTYPE a [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><a x=\"&b;&b;\"/>",
            "<!DOCTYPE a [<!ATTLIST a x CDATA \"y\">]><a/>",
        ]
    )
    func documentType(document: String) {
        #expect(throws: XMLError.doctype) { try parse(document) }
    }

    @Test(
        "what is not well-formed is refused",
        arguments: [
            "", " ", "text", "<xml>", "<xml><Encrypt>abc", "<xml></lmx>", "<xml>1</xml><xml>2</xml>",
            "<xml>1</xml>text", "<xml=1/>", "<xml>a ]]> b</xml>", "<xml>\u{1}</xml>", "<xml>&lt</xml>", "<xml><!-- a",
            "<xml>a\0b</xml>", "<xml>1</xml>\0", "<xml>&#0;</xml>", "<xml><![CDATA[open</xml>", "<xml>&#x;</xml>",
        ]
    )
    func malformed(document: String) {
        #expect { try parse(document) } throws: { isMalformed($0) }
    }

    @Test(
        "what WeCom never writes is refused, and where it stands is told",
        arguments: [
            ("<xml a='1'/>", XMLMark.attribute, 6), ("<xml a=1/>", .attribute, 6),
            ("<xml a='1' a='2'/>", .attribute, 6),
            ("< xml/>", .attribute, 3), ("<xml></xml a='1'>", .attribute, 12), ("<x:xml/>", .namespace, 3),
            ("<xml xmlns='urn:x'/>", .attribute, 6), ("<xml></x:xml>", .namespace, 9),
            ("<xml><?pi?></xml>", .instruction, 6), ("<xml/><?pi?>", .instruction, 7),
            (" <?xml version='1.0'?><xml/>", .instruction, 2), ("<?xmlx?><xml/>", .instruction, 1),
            ("<!ELEMENT a ANY><xml/>", .declaration, 1), ("<xml><!></xml>", .declaration, 6),
            ("<xml>&unknown;</xml>", .entity, 14), ("<xml>&amplify;</xml>", .entity, 14),
        ]
    )
    func unwanted(document: String, mark: XMLMark, column: Int) {
        #expect(throws: XMLError.unwanted(mark, line: 1, column: column), "\(document)") { try parse(document) }
    }

    @Test("a few comments, references and letters of a name are well, more are not")
    func bounded() throws {
        func text(_ piece: String, _ count: Int) -> [UInt8] {
            Array("<xml>\(String(repeating: piece, count: count))</xml>".utf8)
        }
        let limits = XMLLimits(references: 3)
        #expect(try XMLElement(parsing: text("&lt;", 3), limits: limits).text == "<<<")
        #expect { try XMLElement(parsing: text("&lt;", 4), limits: limits) } throws: { isUnwanted(.reference, $0) }
        #expect(try XMLElement(parsing: text("<!-- <a b='c'> -->", limits.comments), limits: limits).text.isEmpty)
        #expect { try XMLElement(parsing: text("<!---->", limits.comments + 1)) } throws: { isUnwanted(.comment, $0) }
        let name = String(repeating: "n", count: limits.nameLength)
        #expect(try parse("<\(name)/>").name == name)
        #expect { try parse("<\(name)n/>") } throws: { isUnwanted(.longName, $0) }
    }

    @Test(
        "a mark that hides in a section or a comment is text, and what follows it is looked at",
        arguments: [
            "<xml><![CDATA[<a b='c'>]]><d e='f'/></xml>", "<xml><!-- <![CDATA[ --><d e='f'/></xml>",
            "<xml><![CDATA[ <!-- ]]><d e='f'/></xml>", "<xml><![CDATA[]]]]><d e='f'/></xml>",
            "<xml><!----><d e='f'/></xml>", "<xml><!-- - -- ---><d e='f'/></xml>",
            "<xml><![CDATA[\(String(repeating: "x", count: 80))]]><d e='f'/></xml>",
        ]
    )
    func hidden(document: String) {
        #expect { try parse(document) } throws: { isUnwanted(.attribute, $0) }
    }

    @Test(
        "bytes that are no UTF-8 are refused, other encodings of XML among them",
        arguments: [
            Array("<xml>".utf8) + [0xFF] + Array("</xml>".utf8),
            Array("<xml>".utf8) + [0xC0, 0xAF] + Array("</xml>".utf8),
            Array("<xml>".utf8) + [0xED, 0xA0, 0x80] + Array("</xml>".utf8),
            Array("<xml>".utf8) + [0xE4, 0xBD] + Array("</xml>".utf8),
            [0xFF, 0xFE] + "<xml>1</xml>".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] },
            [0xFE, 0xFF] + "<xml>1</xml>".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] },
            "<xml>1</xml>".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] },
            "<xml>1</xml>".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] },
        ] as [[UInt8]]
    )
    func encoding(document: [UInt8]) {
        #expect { try XMLElement(parsing: document) } throws: { isMalformed($0) }
    }

    @Test("a broken document is refused with its line and column")
    func place() {
        #expect {
            try parse("<xml>\n<A>1</A>\n  <B>2</C>\n</xml>")
        } throws: { error in
            guard case .malformed(line: 3, column: let column, let reason) = error as? XMLError else { return false }
            return column > 3 && reason.contains("B") && !reason.contains("\n")
        }
    }

    @Test("a reason stays short and on one line")
    func reasonIsBounded() {
        let name = String(repeating: "n", count: 128)
        #expect {
            try parse("<\(name)></x>")
        } throws: { error in
            guard case .malformed(_, _, let reason) = error as? XMLError else { return false }
            return reason.count <= 120
        }
    }

    @Test("as deep as the limit is well, one deeper is not")
    func depth() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)).utf8)
        }
        let limits = XMLLimits(depth: 5)
        #expect(try XMLElement(parsing: nested(5), limits: limits).name == "a")
        #expect(throws: XMLError.tooDeep(limit: 5)) { try XMLElement(parsing: nested(6), limits: limits) }
        #expect(throws: XMLError.tooDeep(limit: 32)) { try XMLElement(parsing: nested(20_000)) }
    }

    @Test("as many elements as the limit are well, one more is not")
    func elements() throws {
        func wide(_ count: Int) -> [UInt8] {
            Array(("<xml>" + String(repeating: "<a/>", count: count - 1) + "</xml>").utf8)
        }
        let limits = XMLLimits(elements: 9)
        #expect(try XMLElement(parsing: wide(9), limits: limits).children.count == 8)
        #expect(throws: XMLError.tooManyElements(limit: 9)) { try XMLElement(parsing: wide(10), limits: limits) }
    }

    @Test("as large as the limit is well, one byte more is not")
    func size() throws {
        let document = Array("<xml>12345</xml>".utf8)
        #expect(try XMLElement(parsing: document, limits: XMLLimits(bytes: 16)).text == "12345")
        #expect(throws: XMLError.tooLarge(limit: 15)) {
            try XMLElement(parsing: document, limits: XMLLimits(bytes: 15))
        }
    }

    @Test("bytes changed at random are read or refused, never more")
    func mutations() {
        var random = SeededNumbers()
        let document = Array("<xml><!-- c --><A><![CDATA[x]]>&amp;</A><B>你好</B></xml>".utf8)
        var refused = 0
        for _ in 0..<4000 {
            var changed = document
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do { _ = try XMLElement(parsing: changed) } catch { refused += 1 }
        }
        #expect(refused > 0 && refused < 4000, "seed \(random.seed)")
    }
}

private func isUnwanted(_ mark: XMLMark, _ error: any Error) -> Bool {
    if case .unwanted(mark, _, _) = error as? XMLError { true } else { false }
}

private func isMalformed(_ error: any Error) -> Bool {
    if case .malformed = error as? XMLError { true } else { false }
}
