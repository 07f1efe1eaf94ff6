import HTTP
import Testing

@Suite struct QueryTests {
    @Test(
        "a parameter is percent-decoded exactly once",
        arguments: [
            ("a%20b", "a b"), ("%E4%BD%A0", "你"), ("%2541", "%41"), ("%25", "%"), ("%41%62%2b", "Ab+"), ("", ""),
            ("a=b", "a=b"), ("a%26b%3Dc", "a&b=c"), ("%00", "\0"),
        ]
    )
    func decoding(sent: String, value: String) {
        #expect(Query("x=1&echostr=\(sent)&y=2")["echostr"] == value)
    }

    @Test("a plus stays a plus, so that base64 survives")
    func plus() {
        #expect(Query("s=a+b/c==")["s"] == "a+b/c==")
    }

    @Test(
        "an escape that is broken is kept as it stands",
        arguments: [
            ("%", "%"), ("%4", "%4"), ("%g1", "%g1"), ("%1g", "%1g"), ("%%41", "%A"), ("%-1", "%-1"),
            ("%u4F60", "%u4F60"),
        ]
    )
    func brokenEscapes(sent: String, value: String) {
        #expect(Query("a=\(sent)")["a"] == value)
    }

    @Test("bytes that are no UTF-8 become U+FFFD")
    func invalidUTF8() {
        #expect(Query("a=%FFx%C3")["a"] == "\u{FFFD}x\u{FFFD}")
    }

    @Test("names are decoded, too; of a name that comes twice the first counts")
    func names() {
        let query = Query("%61=1&a=2&&=3&b&c=")
        #expect(query["a"] == "1")
        #expect(query[""] == "3")
        #expect(query["b"] == "")
        #expect(query["c"] == "")
        #expect(query["d"] == nil)
    }

    @Test("more than 64 parameters are not looked at")
    func bound() {
        let query = Query((1...65).map { "p\($0)=x" }.joined(separator: "&"))
        #expect(query["p64"] == "x")
        #expect(query["p65"] == nil)
    }

    @Test("a request's path and query part at the first question mark")
    func request() {
        let request = HTTPRequest(.get, "/a%2Fb?c=d?e&f")
        #expect(request.path == "/a%2Fb")
        #expect(request.query["c"] == "d?e")
        #expect(request.query["f"] == "")
        #expect(HTTPRequest(.get, "/a").query["a"] == nil)
    }
}
