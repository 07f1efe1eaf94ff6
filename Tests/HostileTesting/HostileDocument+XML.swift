extension HostileDocument {
    /// Every shape of XML that we could think of, `size` bytes each. Some are well-formed, most are not.
    package static func xml(size: Int) -> [HostileDocument] {
        attributes(size) + elements(size) + marks(size) + texts(size) + brokenOnes(size)
    }

    private static func attributes(_ size: Int) -> [HostileDocument] {
        [
            HostileDocument("attributes", "<xml", repeating: { " \(letters($0))=''" }, "/>", size: size),
            HostileDocument("the same attribute", "<xml", repeating: { _ in " a=''" }, "/>", size: size),
            HostileDocument(
                "attributes of one prefix", "<xml", repeating: { " p:\(letters($0))=''" }, "/>", size: size),
            HostileDocument("an attribute each", "<xml>", repeating: { _ in "<a b=''/>" }, "</xml>", size: size),
            HostileDocument("a long value", "<xml a='", repeating: { _ in "v" }, "'/>", size: size),
            HostileDocument("references in a value", "<xml a='", repeating: { _ in "&lt;" }, "'/>", size: size),
            HostileDocument("line feeds in a value", "<xml a='", repeating: { _ in "\n" }, "'/>", size: size),
            HostileDocument("namespaces", "<xml", repeating: { " xmlns:\(letters($0))='u'" }, "/>", size: size),
            HostileDocument(
                "a namespace each level", "", repeating: { "<\(letters($0)):a xmlns:\(letters($0))='u'>" }, size: size),
            HostileDocument("spaces in a tag", "<xml", repeating: { _ in " " }, "/>", size: size),
            HostileDocument("spaces in an end", "<xml></xml", repeating: { _ in " " }, ">", size: size),
        ]
    }

    private static func elements(_ size: Int) -> [HostileDocument] {
        [
            HostileDocument("deep", "", repeating: { _ in "<a>" }, size: size),
            HostileDocument("deep, each of another name", "", repeating: { "<\(letters($0))>" }, size: size),
            HostileDocument("wide", "<xml>", repeating: { _ in "<a/>" }, "</xml>", size: size),
            HostileDocument(
                "wide, each of another name", "<xml>", repeating: { "<\(letters($0))/>" }, "</xml>", size: size),
            HostileDocument(
                "Encrypt again and again", "<xml>", repeating: { _ in "<Encrypt>a</Encrypt>" }, "</xml>", size: size),
            HostileDocument("a long name", "<", repeating: { _ in "n" }, "/>", size: size),
            HostileDocument(
                "long names", "<xml>", repeating: { _ in "<\(String(repeating: "n", count: 127))/>" }, "</xml>",
                size: size),
            HostileDocument("a name of colons", "<", repeating: { _ in ":" }, "/>", size: size),
            HostileDocument("a name of ideographs", "<", repeating: { _ in "名" }, "/>", size: size),
            HostileDocument("ends without beginnings", "<xml>", repeating: { _ in "</a>" }, size: size),
        ]
    }

    private static func marks(_ size: Int) -> [HostileDocument] {
        let entities =
            "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">"
            + (0..<26).map {
                "<!ENTITY \(letters($0 + 26)) \""
                    + String(repeating: "&\($0 == 0 ? "a" : letters($0 + 25));", count: 10) + "\">"
            }.joined()
        return [
            HostileDocument("instructions", "<xml>", repeating: { _ in "<?a b?>" }, "</xml>", size: size),
            HostileDocument("a long instruction", "<xml><?a ", repeating: { _ in "?" }, "?></xml>", size: size),
            HostileDocument(
                "a long declaration", "<?xml version='1.0' ", repeating: { _ in " " }, "?><xml/>", size: size),
            HostileDocument("comments", "<xml>", repeating: { _ in "<!---->" }, "</xml>", size: size),
            HostileDocument("a comment of hyphens", "<xml><!--", repeating: { _ in "- " }, "--></xml>", size: size),
            HostileDocument("a comment without end", "<xml><!--", repeating: { _ in "-" }, size: size),
            HostileDocument("references", "<xml>", repeating: { _ in "&lt;" }, "</xml>", size: size),
            HostileDocument("numbers of characters", "<xml>", repeating: { _ in "&#65;" }, "</xml>", size: size),
            HostileDocument("unknown entities", "<xml>", repeating: { "&\(letters($0));" }, "</xml>", size: size),
            HostileDocument(
                "entities within entities", entities + "]><x>", repeating: { _ in "&az;" }, "</x>", size: size),
            HostileDocument(
                "a long subset", "<!DOCTYPE x [", repeating: { "<!ENTITY \(letters($0)) ''>" }, "]><x/>", size: size),
            HostileDocument(
                "attributes by default", "<!DOCTYPE x [<!ATTLIST x", repeating: { " \(letters($0)) CDATA ''" },
                ">]><x/>",
                size: size),
            HostileDocument("declarations that are none", "<xml>", repeating: { _ in "<!x>" }, "</xml>", size: size),
        ]
    }

    private static func texts(_ size: Int) -> [HostileDocument] {
        func encrypt(_ name: String, _ piece: String) -> HostileDocument {
            HostileDocument(
                name, "<xml><ToUserName>ww_corp</ToUserName><Encrypt><![CDATA[", repeating: { _ in piece },
                "]]></Encrypt></xml>", size: size)
        }
        return [
            encrypt("a long ciphertext", "QUJD"), encrypt("a section of brackets", "]"),
            encrypt("a section that nearly ends", "]]"), encrypt("a section of marks", "<"),
            encrypt("a section of ideographs", "好"), encrypt("a section of spaces", " "),
            HostileDocument(
                "sections", "<xml><Encrypt>", repeating: { _ in "<![CDATA[a]]>" }, "</Encrypt></xml>", size: size),
            HostileDocument(
                "long sections", "<xml><Encrypt>",
                repeating: { _ in "<![CDATA[\(String(repeating: "a", count: 80))]]>" },
                "</Encrypt></xml>", size: size),
            HostileDocument(
                "empty sections", "<xml><Encrypt>", repeating: { _ in "<![CDATA[]]>" }, "</Encrypt></xml>", size: size),
            HostileDocument("a section without end", "<xml><![CDATA[", repeating: { _ in "]" }, size: size),
            HostileDocument("text", "<xml><Encrypt>", repeating: { _ in "a" }, "</Encrypt></xml>", size: size),
            HostileDocument("text of brackets", "<xml>", repeating: { _ in "]" }, "</xml>", size: size),
            HostileDocument("line feeds", "<xml>", repeating: { _ in "\n" }, "</xml>", size: size),
            HostileDocument("carriage returns", "<xml>", repeating: { _ in "\r" }, "</xml>", size: size),
            HostileDocument(
                "a long corp", "<xml><Encrypt>a</Encrypt><ToUserName>", repeating: { _ in "w" }, "</ToUserName></xml>",
                size: size),
            HostileDocument(
                "a long agent", "<xml><Encrypt>a</Encrypt><AgentID>", repeating: { _ in "1" }, "</AgentID></xml>",
                size: size),
            HostileDocument("nothing before the root", "", repeating: { _ in "\n" }, "<xml/>", size: size),
            HostileDocument("nothing behind the root", "<xml/>", repeating: { _ in "\n" }, size: size),
        ]
    }

    private static func brokenOnes(_ size: Int) -> [HostileDocument] {
        func only(_ name: String, _ byte: UInt8) -> HostileDocument {
            HostileDocument(name, [UInt8](repeating: byte, count: size))
        }
        func within(_ name: String, _ byte: UInt8) -> HostileDocument {
            HostileDocument(
                name, Array("<xml>".utf8) + [UInt8](repeating: byte, count: size - 11) + Array("</xml>".utf8))
        }
        return [
            only("only <", UInt8(ascii: "<")), only("only &", UInt8(ascii: "&")), only("only NUL", 0),
            only("only spaces", 0x20), only("only 0xFF", 0xFF), within("NUL", 0), within("0xFF", 0xFF),
            within("half of UTF-8", 0xE4), within("escape", 0x1B), within("&", UInt8(ascii: "&")),
            HostileDocument("byte order marks", "", repeating: { _ in "\u{FEFF}" }, size: size),
            HostileDocument("tags in tags", "", repeating: { _ in "<a" }, size: size),
        ]
    }
}
