import HTTP
import HTTPServer
import Testing

@Suite struct RequestHeadTests {
    func parse(_ text: String) throws -> RequestHead {
        try RequestHead(parsing: Array(text.utf8)[...], limits: HTTPLimits())
    }

    @Test("the parts of a head come out as they went in")
    func parts() throws {
        let head = try parse("POST /a/%62?c=d HTTP/1.1\r\nHost: h:80\r\nX-Two:  \tspaced out \t\r\nx-two:\r\n")
        #expect(head.method == .post)
        #expect(head.target == "/a/%62?c=d")
        #expect(head.isHTTP11)
        #expect(head.headers.fields.map(\.name) == ["Host", "X-Two", "x-two"])
        #expect(head.headers.all("X-TWO") == ["spaced out", ""])
        #expect(head.framing == .none)
    }

    @Test(
        "a target is accepted in origin form, and in absolute form without its authority",
        arguments: [
            ("/", "/"), ("/a?b", "/a?b"), ("/a//b/../c", "/a//b/../c"), ("/%00", "/%00"), ("/?", "/?"),
            ("http://h/a?b", "/a?b"), ("https://h:1/", "/"), ("http://h", "/"), ("http://h?a=/b", "/?a=/b"),
        ]
    )
    func target(sent: String, received: String) throws {
        #expect(try parse("GET \(sent) HTTP/1.1\r\nHost: h\r\n").target == received)
    }

    @Test(
        "a request line that is not exactly method, target and version is refused",
        arguments: [
            "", " ", "GET", "GET /", "GET  HTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/1.1 ", "GET  / HTTP/1.1",
            "GET /a b HTTP/1.1",
            "GET\t/\tHTTP/1.1", "G(T / HTTP/1.1", "/ HTTP/1.1", "GET / http/1.1", "GET / HTTP/1.", "GET / HTTP/11",
            "GET / HTTP/1.1\u{B}", "GET * HTTP/1.1", "GET h HTTP/1.1", "CONNECT h:443 HTTP/1.1",
            "GET ftp://h/ HTTP/1.1",
            "GET http:///a HTTP/1.1", "GET /#a HTTP/1.1", "GET /\u{7F} HTTP/1.1", "GET /é HTTP/1.1",
            "ABCDEFGHIJKLMNOPQ / HTTP/1.1",
        ]
    )
    func requestLine(line: String) {
        #expect(throws: RequestRefused(.badRequest)) { try parse(line + "\r\nHost: h\r\n") }
    }

    @Test(
        "versions of which we know none are refused with 505",
        arguments: ["HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/3.1"]
    )
    func version(version: String) {
        #expect(throws: RequestRefused(.versionNotSupported)) { try parse("GET / \(version)\r\nHost: h\r\n") }
    }

    @Test(
        "the body is framed as the fields say",
        arguments: [
            ("Content-Length: 0", RequestHead.Framing.none), ("content-length: 12", .length(12)),
            ("Content-Length: 000000000000000012", .length(12)),
            ("Content-Length: 999999999999999999", .length(999_999_999_999_999_999)),
            ("Transfer-Encoding: chunked", .chunked), ("transfer-encoding: CHUNKED", .chunked), ("X: y", .none),
        ]
    )
    func framing(field: String, framing: RequestHead.Framing) throws {
        #expect(try parse("POST / HTTP/1.1\r\nHost: h\r\n\(field)\r\n").framing == framing)
    }

    @Test(
        "whether a connection is kept follows version and Connection",
        arguments: [
            ("1.1", "X: y", true), ("1.1", "Connection: close", false),
            ("1.1", "Connection: Keep-Alive , CLOSE", false),
            ("1.1", "Connection: closed", true), ("1.0", "X: y", false), ("1.0", "Connection: keep-alive", true),
            ("1.0", "Connection: keep-alive, close", false),
            ("1.0", "Connection: keep-alive\r\nConnection: close", false),
        ]
    )
    func keepsAlive(version: String, field: String, expected: Bool) throws {
        #expect(try parse("GET / HTTP/\(version)\r\nHost: h\r\n\(field)\r\n").keepsAlive == expected)
    }

    @Test("an upgrade is wanted only if both fields say so, in HTTP/1.1")
    func upgrade() throws {
        let fields = "Connection: a, upgrade\r\nUpgrade: websocket\r\n"
        #expect(try parse("GET / HTTP/1.1\r\nHost: h\r\n" + fields).wantsUpgrade)
        #expect(try !parse("GET / HTTP/1.0\r\nHost: h\r\n" + fields).wantsUpgrade)
        #expect(try !parse("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n").wantsUpgrade)
        #expect(try !parse("GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\n").wantsUpgrade)
    }

    @Test("100 Continue is owed only where a body follows, in HTTP/1.1")
    func expectation() throws {
        let fields = "Host: h\r\nExpect: 100-continue\r\n"
        #expect(try parse("POST / HTTP/1.1\r\n\(fields)Content-Length: 1\r\n").expectsContinue)
        #expect(try !parse("POST / HTTP/1.1\r\n\(fields)").expectsContinue)
        #expect(try !parse("POST / HTTP/1.0\r\n\(fields)Content-Length: 1\r\n").expectsContinue)
    }

    @Test("HTTP/1.0 may leave out Host, but not name two")
    func host() throws {
        #expect(try parse("GET / HTTP/1.0\r\n").target == "/")
        #expect(throws: RequestRefused(.badRequest)) { try parse("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n") }
    }
}
