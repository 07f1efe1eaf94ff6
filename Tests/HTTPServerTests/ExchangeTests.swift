import HTTP
import HTTPServer
import Testing

/// The ordinary course of things.
@Suite(.timeLimit(.minutes(5))) struct ExchangeTests {
    @Test("a connection is kept for the next request")
    func keepAlive() async throws {
        try await withServer { server in
            let client = try server.connect()
            for number in 1...3 {
                let answer = try await client.ask(get("/\(number)"))
                #expect(answer.text == "GET /\(number) ")
                #expect(answer["connection"] == nil)
            }
            #expect(server.count("connections_total") == "1")
            #expect(server.count("answers_total{listener=\"test\",status=\"2xx\"}") == "3")
        }
    }

    @Test("a hundred requests in one segment are answered in order")
    func pipelining() async throws {
        try await withServer { server in
            let client = try server.connect()
            await client.send((0..<100).map { $0.isMultiple(of: 2) ? get("/\($0)") : post("\($0)") }.joined())
            for number in 0..<100 {
                let expected = number.isMultiple(of: 2) ? "GET /\(number) " : "POST / \(number)"
                #expect(try await client.answer().text == expected)
            }
        }
    }

    @Test("pipelined requests are answered before a half-closed connection ends")
    func pipeliningAndHalfClose() async throws {
        try await withServer { server in
            let client = try server.connect()
            await client.send((0..<10).map { get("/\($0)") }.joined())
            await client.finishSending()
            for number in 0..<10 { #expect(try await client.answer().text == "GET /\(number) ") }
            #expect(await client.isClosed())
        }
    }

    @Test("a chunked body arrives whole, its extensions and trailers dropped")
    func chunkedBody() async throws {
        try await withServer { server in
            let client = try server.connect()
            let head = "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
            let body = "5;a=b\r\nhello\r\n01\r\n,\r\nA\r\n 123456789\r\n0\r\nX-Trailer: y\r\n\r\n"
            #expect(try await client.ask(head + body).text == "POST /c hello, 123456789")
            #expect(try await client.ask(get("/next")).text == "GET /next ")
        }
    }

    @Test("a body of exactly the limit is accepted")
    func bodyAtLimit() async throws {
        try await withServer(limits { $0.bodySize = 100_000 }) { server in
            let body = String(repeating: "x", count: 100_000)
            let answer = try await server.ask(post(body))
            #expect(answer.text == "POST / " + body)
        }
    }

    @Test("HTTP/1.0 is answered and closed, unless the client asks to keep it")
    func http10() async throws {
        try await withServer { server in
            let client = try server.connect()
            let kept = try await client.ask("GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
            #expect(kept["connection"] == "keep-alive")
            #expect(kept.text == "GET /a ")
            let last = try await client.ask("GET /b HTTP/1.0\r\n\r\n")
            #expect(last["connection"] == "close")
            #expect(last.text == "GET /b ")
            #expect(await client.isClosed())
        }
    }

    @Test("a client that says close is answered and closed")
    func connectionClose() async throws {
        try await withServer { server in
            let client = try server.connect()
            #expect(try await client.ask(get("/", "Connection: TE, close"))["connection"] == "close")
            #expect(await client.isClosed())
        }
    }

    @Test("HEAD gets the head of the answer to GET, and no body")
    func head() async throws {
        try await withServer { server in
            let client = try server.connect()
            await client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n")
            let answer = try await client.answer(isHead: true)
            #expect(answer["content-length"] == "8")
            #expect(try await client.ask(get("/b")).text == "GET /b ")
        }
    }

    @Test("204 has neither a body nor a length")
    func noContent() async throws {
        try await withServer(answering: { _ in HTTPResponse(.noContent, body: .whole([1, 2, 3])) }) { server in
            let client = try server.connect()
            #expect(try await client.ask(get())["content-length"] == nil)
            #expect(try await client.ask(get()).status == 204)
        }
    }

    @Test("a client that waits for 100 Continue gets it before its body, and the answer after")
    func expectContinue() async throws {
        try await withServer { server in
            let client = try server.connect()
            await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n")
            #expect(try await client.answer().statusLine == "HTTP/1.1 100 Continue")
            #expect(try await client.ask("hello").text == "POST / hello")
            #expect(try await client.ask(get("/next")).text == "GET /next ")
        }
    }

    @Test("a client that does not wait for 100 Continue gets the answer alone")
    func expectContinueWithBody() async throws {
        try await withServer { server in
            let answer = try await server.ask(post("hello", "Expect: 100-continue"))
            #expect(answer.status == 200)
        }
    }

    @Test("a body too large gets 413 in place of 100 Continue")
    func expectContinueRefused() async throws {
        try await withServer { server in
            let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n"
            let answer = try await server.ask(head)
            #expect(answer.status == 413)
        }
    }

    @Test("empty lines before a request are skipped")
    func leadingEmptyLines() async throws {
        try await withServer { server in
            let client = try server.connect()
            #expect(try await client.ask("\r\n\r\n" + get("/a")).text == "GET /a ")
            #expect(try await client.ask("\r\n" + get("/b")).text == "GET /b ")
        }
    }

    @Test("a large answer reaches a client whose window is small")
    func largeAnswer() async throws {
        let body = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await withServer(answering: { _ in HTTPResponse(.ok, body: .whole(body)) }) { server in
            let client = try server.connect(receiveBuffer: 4096)
            #expect(try await client.ask(get()).body == body)
            #expect(try await client.ask(get()).body == body)
        }
    }
}
