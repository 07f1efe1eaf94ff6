import HTTP
import HTTPClient
import Testing

@Suite("what a failure tells", .timeLimit(.minutes(5))) struct FailureTests {
    @Test("a refused connection is not sent")
    func refused() async throws {
        try await Socket.withRefusingPort { port in
            try await withTransport { transport in
                let failure = await transport.failure(of: HTTPRequest(.post, "http://127.0.0.1:\(port)/send"))
                #expect(failure.isNotSent)
                #expect("\(failure!)".contains("POST 127.0.0.1:\(port)/send: "))
            }
        }
    }

    @Test(
        "an unknown host, an unreadable URL and another protocol are not sent",
        arguments: [
            "http://no-such-host.invalid/", "http://127.0.0.1:port/", "not a url", "", "ftp://127.0.0.1/",
            "file:///etc/passwd",
        ]
    )
    func unusable(url: String) async throws {
        try await withTransport { transport in
            #expect(await transport.failure(of: HTTPRequest(.get, url)).isNotSent)
        }
    }

    @Test("a TLS handshake that fails is not sent")
    func handshake() async throws {
        try await ScriptedServer.run { connection in
            connection.write("this is no TLS\r\n\r\n")
        } _: { server in
            try await withTransport { transport in
                let url = "https://127.0.0.1:\(server.port)/"
                #expect(await transport.failure(of: HTTPRequest(.post, url)).isNotSent)
            }
        }
    }

    @Test("a connection closed after the request was read is unanswered", arguments: [HTTPMethod.get, .post])
    func closedAfterRequest(method: HTTPMethod) async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
        } _: { server in
            try await withTransport { transport in
                #expect(await transport.failure(of: HTTPRequest(method, server.url)).isUnanswered)
            }
        }
    }

    @Test("a kept connection that dies under a POST is unanswered, and the POST goes out once")
    func keptConnectionDies() async throws {
        let requests = Event<Int>()
        let second = Event<[UInt8]>()
        try await ScriptedServer.run { connection in
            guard connection.number == 1 else { return second.happen(connection.readToEnd()) }
            _ = connection.readRequest()
            connection.answer()
            requests.happen(connection.readRequest() == nil ? 1 : 2)
        } _: { server in
            try await withTransport { transport in
                _ = try await transport.send(HTTPRequest(.post, server.url))
                let failure = await transport.failure(of: HTTPRequest(.post, server.url))
                #expect(failure.isUnanswered)
                #expect("\(failure!)".contains("kept connection"))
                #expect(await requests.value == 2)
                #expect(await second.value == [])
            }
        }
    }

    @Test("a kept connection that dies under a GET is replaced")
    func keptConnectionDiesUnderGet() async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.answer(body: "\(connection.number)")
            _ = connection.readRequest()
        } _: { server in
            try await withTransport { transport in
                let first = try await transport.send(HTTPRequest(.get, server.url)).text
                #expect(first == "1")
                let second = try await transport.send(HTTPRequest(.get, server.url)).text
                #expect(second == "2")
            }
        }
    }

    @Test(
        "an answer that breaks off is unanswered",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "nonsense\r\n\r\n",
        ]
    )
    func brokenOff(answer: String) async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.write(answer)
        } _: { server in
            try await withTransport { transport in
                #expect(await transport.failure(of: HTTPRequest(.get, server.url)).isUnanswered)
            }
        }
    }

    @Test(
        "a body beyond the limit ends the transfer",
        arguments: [
            "Content-Length: 1001\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n3e9\r\n", "Connection: close\r\n\r\n",
        ]
    )
    func bodyTooLarge(head: String) async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\n" + head + String(repeating: "x", count: 1001))
            _ = connection.readToEnd()
        } _: { server in
            try await withTransport { transport in
                let options = HTTPRequestOptions { $0.maxBodySize = 1000 }
                #expect(
                    await transport.failure(of: HTTPRequest(.get, server.url), options) == .bodyTooLarge(limit: 1000)
                )
            }
        }
    }

    @Test("a body of exactly the limit is taken")
    func bodyAtLimit() async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.answer(body: String(repeating: "x", count: 1000))
        } _: { server in
            try await withTransport { transport in
                let response = try await transport.send(
                    HTTPRequest(.get, server.url),
                    HTTPRequestOptions { $0.maxBodySize = 1000 }
                )
                #expect(response.bytes.count == 1000)
            }
        }
    }

    @Test("headers without end are cut off")
    func headersWithoutEnd() async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\n")
            for number in 0..<2000 { connection.write("X-\(number): " + String(repeating: "y", count: 100) + "\r\n") }
            _ = connection.readToEnd()
        } _: { server in
            try await withTransport { transport in
                let failure = await transport.failure(of: HTTPRequest(.get, server.url))
                #expect(failure.isUnanswered)
                #expect("\(failure!)".contains("headers exceed 65536 bytes"))
            }
        }
    }

    @Test(
        "what would tear the request apart is refused before it is sent",
        arguments: [
            HTTPRequest(.get, "http://127.0.0.1/ HTTP/1.1"), HTTPRequest(.get, "http://127.0.0.1/\r\nX: y"),
            HTTPRequest(.get, "http://127.0.0.1/", headers: ["X": "a\r\nY: b"]),
            HTTPRequest(.get, "http://127.0.0.1/", headers: ["X: a\r\nY": "b"]),
            HTTPRequest(.get, "http://127.0.0.1/", headers: ["content-length": "5"]),
            HTTPRequest(.get, "http://127.0.0.1/", headers: ["Transfer-Encoding": "chunked"]),
            HTTPRequest(HTTPMethod("CONNECT"), "http://127.0.0.1/"), HTTPRequest(.head, "http://127.0.0.1/", body: [1]),
        ]
    )
    func refusedRequests(request: HTTPRequest) async throws {
        try await withTransport { transport in
            #expect(await transport.failure(of: request).isNotSent)
        }
    }
}
