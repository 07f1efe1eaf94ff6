import HTTP
import HTTPClient
import Testing

@Suite("time limits", .timeLimit(.minutes(5))) struct TimeoutTests {
    @Test("the total timeout ends a request that gets no answer, and says so")
    func total() async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readToEnd()
        } _: { server in
            try await withTransport { transport in
                let options = HTTPRequestOptions { $0.totalTimeout = .milliseconds(500) }
                let failure = await transport.failure(of: HTTPRequest(.post, server.url), options)
                #expect(failure.isUnanswered)
                #expect("\(failure!)".contains("total timeout of 500 ms"))
            }
        }
    }

    @Test("the connect timeout covers the TLS handshake; nothing was sent")
    func connect() async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readToEnd()
        } _: { server in
            try await withTransport { transport in
                let options = HTTPRequestOptions { $0.connectTimeout = .milliseconds(200) }
                let url = "https://127.0.0.1:\(server.port)/"
                let failure = await transport.failure(of: HTTPRequest(.post, url), options)
                #expect(failure.isNotSent)
                #expect("\(failure!)".contains("connect timeout of 200 ms"))
            }
        }
    }

    @Test("the idle timeout ends a stream that falls silent, after all that came")
    func idle() async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc")
            _ = connection.readToEnd()
        } _: { server in
            try await withTransport { transport in
                let options = HTTPRequestOptions {
                    $0.totalTimeout = nil
                    $0.idleTimeout = .seconds(1)
                }
                let response = try await transport.stream(HTTPRequest(.get, server.url), options)
                #expect(try await response.body.next() == Array("abc".utf8))
                let failure = await #expect(throws: HTTPTransportError.self) { try await response.body.next() }
                #expect(failure.isUnanswered)
                #expect("\(failure!)".contains("idle timeout of 1.00 s"))
            }
        }
    }

    @Test("the idle timeout also ends the wait for an answer's head")
    func idleBeforeHead() async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readToEnd()
        } _: { server in
            try await withTransport { transport in
                let options = HTTPRequestOptions { $0.idleTimeout = .milliseconds(100) }
                let failure = await transport.failure(of: HTTPRequest(.post, server.url), options)
                #expect(failure.isUnanswered)
                #expect("\(failure!)".contains("idle timeout of 100 ms"))
            }
        }
    }

    @Test("waiting for a place counts towards the total timeout; nothing was sent")
    func waiting() async throws {
        try await withOnePlaceTaken { transport, server in
            let options = HTTPRequestOptions { $0.totalTimeout = .milliseconds(100) }
            let failure = await transport.failure(of: HTTPRequest(.get, server.url), options)
            #expect(failure.isNotSent)
            #expect("\(failure!)".contains("total timeout of 100 ms while it waited for others"))
        }
    }
}
