import System
import Testing
import XML

/// Parsers are kept for the next document, which must not show.
@Suite struct XMLReuseTests {
    private static let good = "<xml><A><![CDATA[1]]></A><B>2</B></xml>"

    @Test(
        "a document reads the same whatever was read before it",
        arguments: [
            good, "", "<xml>", "<!DOCTYPE xml><xml/>", "<a xmlns='urn:x' xmlns:y='urn:y'><y:b y:c='d'/></a>",
            "<?xml version=\"1.0\" encoding=\"UTF-16\" standalone=\"yes\"?><a/>", "<a>\u{FEFF}</a>", "<a><b></a></b>",
            "<a xml:space=\"preserve\"> </a>", "<a><![CDATA[\(String(repeating: "x", count: 300))]]></a>",
            "<a><![CDATA[\(String(repeating: "x", count: 300))", "<a/>\n<!-- end -->", "<p:a/>",
            String(repeating: "<a>", count: 32) + String(repeating: "</a>", count: 32),
            String(repeating: "<a>", count: 33) + String(repeating: "</a>", count: 33),
            "<a>" + (0..<1000).map { "<n\($0)/>" }.joined() + "</a>",
        ]
    )
    func before(other: String) throws {
        let expected = XMLElement(
            name: "xml", children: [XMLElement(name: "A", text: "1"), XMLElement(name: "B", text: "2")])
        let first = Result { try XMLElement(parsing: Array(other.utf8)) }
        for _ in 0..<3 {
            #expect(try XMLElement(parsing: Array(Self.good.utf8)) == expected)
            let again = Result { try XMLElement(parsing: Array(other.utf8)) }
            switch (first, again) {
            case (.success(let a), .success(let b)): #expect(a == b)
            case (.failure(let a), .failure(let b)): #expect(a as? XMLError == b as? XMLError)
            default: Issue.record("read once, refused once: \(other)")
            }
        }
    }

    @Test("threads that read at once get their own documents")
    func threads() {
        let wrong = Lock(0)
        let threads = (0..<4).map { thread in
            OSThread(named: "reader") {
                for number in 0..<2000 {
                    let text = "<xml><T>\(thread)</T><N>\(number)</N></xml>"
                    let root = try? XMLElement(parsing: Array(text.utf8))
                    if root?["T"]?.text != "\(thread)" || root?["N"]?.text != "\(number)" { wrong.withLock { $0 += 1 } }
                    if number % 7 == 0 { _ = try? XMLElement(parsing: Array("<broken\(number)>".utf8)) }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(wrong.withLock { $0 } == 0)
    }
}
