import HTTP
import HTTPServer
import Lifecycle
import System
import Testing

/// Tests what a public address has to stand: hostile and broken requests, each over a socket.
@Suite(.timeLimit(.minutes(2))) struct RobustnessTests {
    static let callback = "POST / HTTP/1.1\r\nHost: h\r\n"

    @Test(
        "a request that two servers might read differently, or that is too large, is refused and its connection closed",
        arguments: [
            ("both lengths", 400, callback + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            (
                "both lengths, turned round", 400,
                callback + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"
            ),
            ("two different lengths", 400, callback + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
            ("the same length twice", 400, callback + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
            ("a list of lengths", 400, callback + "Content-Length: 3, 3\r\n\r\nabc"),
            ("a length with a sign", 400, callback + "Content-Length: +943\r\n\r\n"),
            ("a negative length", 400, callback + "Content-Length: -1\r\n\r\n"),
            ("a length in hex", 400, callback + "Content-Length: 0x10\r\n\r\n"),
            ("an empty length", 400, callback + "Content-Length:\r\n\r\n"),
            ("NUL in a header", 400, callback + "X: a\0b\r\n\r\n"),
            ("a bare CR in a value", 400, callback + "X: a\rb\r\n\r\n"),
            ("a bare LF at a line's end", 400, "GET / HTTP/1.1\nHost: h\n\n"),
            ("a control character in a value", 400, callback + "X: a\u{1}b\r\n\r\n"),
            ("obsolete folding", 400, callback + "X: a\r\n b\r\n\r\n"),
            ("folding of the first field", 400, "GET / HTTP/1.1\r\n Host: h\r\n\r\n"),
            ("a space before the colon", 400, callback + "Content-Length : 3\r\n\r\nabc"),
            ("a field without a name", 400, callback + ": x\r\n\r\n"),
            ("a field without a colon", 400, callback + "nonsense\r\n\r\n"),
            ("a coding besides chunked", 501, callback + "Transfer-Encoding: gzip, chunked\r\n\r\n"),
            ("chunked twice", 400, callback + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
            ("another coding", 501, callback + "Transfer-Encoding: identity\r\n\r\n"),
            ("chunked in HTTP/1.0", 400, "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            ("no Host", 400, "GET / HTTP/1.1\r\n\r\n"),
            ("two Hosts", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
            ("two Hosts in one", 400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
            ("HTTP/2.0", 505, "GET / HTTP/2.0\r\nHost: h\r\n\r\n"),
            ("no version", 400, "GET /\r\n\r\n"),
            ("TLS on the plain port", 400, "\u{16}\u{3}\u{1}\0\0\0\r\n\r\n"),
            ("an expectation we do not know", 417, callback + "Expect: 200-ok\r\nContent-Length: 1\r\n\r\n"),
            ("a chunk size that is none", 400, callback + "Transfer-Encoding: chunked\r\n\r\nx\r\n"),
            ("a chunk size with a sign", 400, callback + "Transfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n"),
            ("a chunk size beyond all bounds", 400, callback + "Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n"),
            ("a chunk longer than its size", 400, callback + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n"),
            ("a bare LF behind a chunk size", 400, callback + "Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n"),
            (
                "a body that is declared too large, before any of it is sent", 413,
                callback + "Content-Length: 100000000\r\n\r\n"
            ),
            ("a chunk that is declared too large", 413, callback + "Transfer-Encoding: chunked\r\n\r\n40001\r\n"),
            (
                "more than a hundred fields", 431,
                "GET / HTTP/1.1\r\nHost: h\r\n" + String(repeating: "X: y\r\n", count: 100) + "\r\n"
            ),
        ]
    )
    func refused(what: String, status: Int, request: String) async throws {
        try await withServer { server in
            let client = try server.connect()
            let answer = try await client.ask(request)
            #expect(answer.status == status, "\(what)")
            #expect(answer["connection"] == "close")
            #expect(await client.isClosed())
        }
    }

    @Test("64 KB of headers are refused, and the client gets to read why")
    func hugeHeaders() async throws {
        try await withServer { server in
            let client = try server.connect()
            let fields = (0..<64).map { "X-\($0): " + String(repeating: "a", count: 1015) + "\r\n" }.joined()
            #expect(try await client.ask("GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n").status == 431)
            #expect(await client.endsInOrder())
        }
    }

    @Test("a header line without an end is refused at the limit")
    func endlessHeader() async throws {
        try await withServer { server in
            let client = try server.connect()
            await client.send("GET / HTTP/1.1\r\nHost: h\r\nX: ")
            #expect(try await client.ask(String(repeating: "a", count: 20_000)).status == 431)
        }
    }

    @Test("framing that never becomes data is refused at a bound")
    func endlessChunkExtension() async throws {
        try await withServer { server in
            let head = Self.callback + "Transfer-Encoding: chunked\r\n\r\n1;"
            let answer = try await server.ask(head + String(repeating: "x", count: 20_000))
            #expect(answer.status == 413)
        }
    }

    @Test("a client that shuts its sending side after the request is answered")
    func halfClose() async throws {
        try await withServer { server in
            let client = try server.connect()
            await client.send(post("hello"))
            await client.finishSending()
            #expect(try await client.answer().text == "POST / hello")
            #expect(await client.isClosed())
        }
    }

    @Test("a client that shuts its sending side within a request is let go at once")
    func halfCloseWithinRequest() async throws {
        try await withServer(limits { $0.bodyTime = .seconds(60) }) { server in
            let client = try server.connect()
            await client.send(Self.callback + "Content-Length: 5\r\n\r\nhel")
            await client.finishSending()
            #expect(await client.isClosed())
        }
    }

    @Test("an end of input that arrives together with the request is not overlooked")
    func endWithRequest() async throws {
        let (isHeld, release) = (Signpost(), BlockingQueue<Bool>(capacity: 1))
        let handler: HTTPHandler = { request in
            // Holds the loop's thread, so that all the rest arrives before the loop looks again.
            if request.path == "/hold" {
                isHeld.reach()
                _ = release.pop(max: 1, waitingAtMost: .seconds(10))
            }
            return .text(.ok, "done")
        }
        try await withServer(answering: handler) { server in
            let (holder, client) = (try server.connect(), try server.connect())
            #expect(try await client.ask(get()).status == 200)
            await holder.send(get("/hold"))
            await isHeld.wait()
            await client.send(get())
            await client.finishSending()
            _ = release.push(true)
            #expect(try await client.answer().status == 200)
            #expect(await client.isClosed())
        }
    }

    @Test("a handler's header value cannot begin another header field")
    func responseSplitting() async throws {
        let handler: HTTPHandler = { _ in
            HTTPResponse(.ok, headers: ["X-Name": "a\r\nSet-Cookie: b\r\n\r\nbody", "X\r\nY": "z"])
        }
        try await withServer(answering: handler) { server in
            let answer = try await server.ask(get())
            #expect(answer["set-cookie"] == nil)
            #expect(answer["y"] == nil)
            #expect(answer["x-name"] == "a  Set-Cookie: b    body")
            #expect(answer.body.isEmpty)
        }
    }

    @Test("length, coding, date and connection of an answer are ours alone")
    func serverOwnedFields() async throws {
        let handler: HTTPHandler = { _ in
            HTTPResponse(
                .ok,
                headers: ["Content-Length": "7", "Transfer-Encoding": "chunked", "Date": "x", "Connection": "x"]
            )
        }
        try await withServer(answering: handler) { server in
            let answer = try await server.ask(get())
            #expect(answer["content-length"] == "0")
            #expect(answer["transfer-encoding"] == nil)
            #expect(answer["connection"] == nil)
            #expect(answer["date"]?.hasSuffix(" GMT") == true)
            #expect(answer.fields.count { $0.name == "date" } == 1)
        }
    }
}
