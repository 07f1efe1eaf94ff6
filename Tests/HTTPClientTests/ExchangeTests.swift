import HTTP
import HTTPClient
import Testing

@Suite("requests and answers", .timeLimit(.minutes(5))) struct ExchangeTests {
    @Test("a GET brings status, headers and body")
    func get() async throws {
        let seen = Event<String>()
        try await ScriptedServer.run { connection in
            seen.happen(connection.readRequest() ?? "")
            connection.answer(
                "404 Not Found",
                headers: ["X-One:  a b ", "X-Two: 1", "x-two: 2", "X-None:"],
                body: "gone"
            )
        } _: { server in
            try await withTransport { transport in
                let response = try await transport.send(
                    HTTPRequest(.get, server.url + "/a?b=c", headers: ["X-Me": "你好"])
                )
                #expect(response.status == .notFound)
                #expect(response.text == "gone")
                #expect(response.headers["x-one"] == "a b")
                #expect(response.headers.all("X-Two") == ["1", "2"])
                #expect(response.headers["X-None"] == "")
            }
        }
        let request = await seen.value
        #expect(request.hasPrefix("GET /a?b=c HTTP/1.1\r\n"))
        #expect(request.contains("\r\nX-Me: 你好\r\n"))
        #expect(request.contains("\r\nUser-Agent: wecom-router\r\n"))
        #expect(!request.lowercased().contains("accept-encoding"))
    }

    @Test("a body goes out whole, with its length and no wish for a 100", arguments: [HTTPMethod.post, .put, .delete])
    func body(method: HTTPMethod) async throws {
        let seen = Event<String>()
        let body = [UInt8](repeating: 0x61, count: 300_000)
        try await ScriptedServer.run { connection in
            seen.happen(connection.readRequest() ?? "")
            connection.answer()
        } _: { server in
            try await withTransport { _ = try await $0.send(HTTPRequest(method, server.url, body: body)) }
        }
        let request = await seen.value
        #expect(request.hasPrefix("\(method) / HTTP/1.1\r\n"))
        #expect(request.contains("\r\nContent-Length: 300000\r\n"))
        #expect(request.hasSuffix("\r\n\r\n" + String(repeating: "a", count: 300_000)))
        #expect(!request.contains("Expect"))
        #expect(!request.contains("Content-Type"))
    }

    @Test("a POST without a body says that its length is 0")
    func emptyPost() async throws {
        let seen = Event<String>()
        try await ScriptedServer.run { connection in
            seen.happen(connection.readRequest() ?? "")
            connection.answer()
        } _: { server in
            try await withTransport {
                _ = try await $0.send(
                    HTTPRequest(.post, server.url, headers: ["Content-Type": "text/plain", "X-Empty": ""])
                )
            }
        }
        let request = await seen.value
        #expect(request.contains("\r\nContent-Length: 0\r\n"))
        #expect(request.contains("\r\nContent-Type: text/plain\r\n"))
        #expect(request.contains("\r\nX-Empty:"))
    }

    @Test("a HEAD answer ends with its head, whatever length it announces")
    func head() async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            _ = connection.readToEnd()
        } _: { server in
            try await withTransport { transport in
                let response = try await transport.send(HTTPRequest(.head, server.url))
                #expect(response.headers["Content-Length"] == "1000")
                #expect(response.bytes.isEmpty)
            }
        }
    }

    @Test("chunks come as one body, interim heads and trailers as nothing")
    func chunked() async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n")
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            connection.write("3\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n")
            _ = connection.readToEnd()
        } _: { server in
            try await withTransport { transport in
                let response = try await transport.send(HTTPRequest(.get, server.url))
                #expect(response.status == .ok)
                #expect(response.text == "abcde")
                #expect(response.headers["X-Early"] == nil)
                #expect(response.headers["X-Trailer"] == nil)
            }
        }
    }

    @Test("a redirect is returned and not followed")
    func redirect() async throws {
        try await ScriptedServer.run { connection in
            while connection.readRequest() != nil { connection.answer("302 Found", headers: ["Location: /other"]) }
        } _: { server in
            try await withTransport { transport in
                let response = try await transport.send(HTTPRequest(.get, server.url))
                #expect(response.status.code == 302)
                #expect(response.headers["Location"] == "/other")
            }
            #expect(server.accepted == 1)
        }
    }

    @Test("requests one after another share a connection")
    func reuse() async throws {
        try await ScriptedServer.run(friendly) { server in
            try await withTransport { transport in
                for _ in 0..<10 {
                    let text = try await transport.send(HTTPRequest(.post, server.url)).text
                    #expect(text == "hello")
                }
            }
            #expect(server.accepted == 1)
        }
    }

    @Test("requests at once are answered each with its own answer, and no more run than may")
    func concurrent() async throws {
        var limits = CurlTransport.Limits()
        limits.concurrent = 4
        try await ScriptedServer.run { connection in
            while let request = connection.readRequest() {
                connection.answer(body: String(request.split(separator: " ")[1]))
            }
        } _: { server in
            try await withTransport(limits: limits) { transport in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<200 {
                        group.addTask {
                            let response = try await transport.send(HTTPRequest(.get, server.url + "/\(number)"))
                            #expect(response.text == "/\(number)")
                        }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(server.accepted <= 4)
        }
    }
}
