import HTML
import HostileTesting
import Testing

@Suite("Typed HTML escapes by construction")
struct EscapingTests {
    @Test(
        "text becomes what it says, whatever it says",
        arguments: [
            ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
            ("]]>", "]]&gt;"), ("&amp;", "&amp;amp;"), ("\"'", "&quot;&#39;"), ("a\r\nb\tc", "a&#13;\nb\tc"),
            ("\0\u{1B}", "\u{FFFD}\u{FFFD}"), ("张三 😀 \u{202E}", "张三 😀 \u{202E}"),
        ])
    func text(typed: String, written: String) {
        #expect(HTML(typed).text == written)
        #expect(tag(.p) { typed }.text == "<p>\(written)</p>")
    }

    @Test("the value of an attribute cannot end it")
    func attribute() {
        let html = tag(.input, .value("\" autofocus onfocus=\"alert(1)"), .name("a'b>"))
        #expect(html.text == "<input value=\"&quot; autofocus onfocus=&quot;alert(1)\" name=\"a&#39;b&gt;\">")
    }

    @Test(
        "an address that is not of this server leads nowhere",
        arguments: [
            "javascript:alert(1)", "https://example.com/", "//example.com/", "/\\example.com", "data:text/html,x", "",
            " /a", "\u{1}javascript:alert(1)",
        ])
    func foreignAddress(address: String) {
        #expect(tag(.a, .href(address)).text == "<a href=\"#\"></a>")
        #expect(tag(.img, .src(address)).text == "<img src=\"#\">")
        #expect(tag(.form, .action(address)).text == "<form action=\"#\"></form>")
    }

    @Test("a path, a query or a fragment of this server stays", arguments: ["/media/1", "?as=a:b&chat=c", "#x", "/"])
    func ownAddress(address: String) {
        let written = HTML(address).text
        #expect(tag(.a, .href(address)).text == "<a href=\"\(written)\"></a>")
    }

    @Test("pieces, lists, choices and absences stand in order")
    func building() {
        let names = ["a", "<"]
        let html = tag(.ul, .class("x", "", "y"), nil, .hidden) {
            for name in names { tag(.li) { name } }
            if names.isEmpty { "none" } else { HTML(markup: "<hr>") }
            names.map { HTML($0) }
        }
        #expect(html.text == "<ul class=\"x y\" hidden><li>a</li><li>&lt;</li><hr>a&lt;</ul>")
    }

    @Test("an element without content has no end", arguments: [Element.br, .hr, .input, .img, .meta, .link])
    func void(element: Element) {
        #expect(tag(element).text == "<\(element.rawValue)>")
    }

    @Test("escaping costs in proportion to the text", arguments: HostileText.all)
    func cost(_ hostile: HostileText) {
        let text = hostile.text(bytes: hostile.size)
        expectWork(of: text.utf8.count, microsecondsPerByte: 2, hostile.description) {
            let html = HTML(text)
            #expect(!html.bytes.contains(UInt8(ascii: "<")) && html.bytes.count >= text.utf8.count)
        }
    }
}
