import HTTP
import HTTPClient
import Testing

@Suite("streamed answers", .timeLimit(.minutes(5))) struct StreamTests {
    private let endless = HTTPRequestOptions {
        $0.totalTimeout = nil
        $0.maxBodySize = .max
    }

    @Test("the head is there before the body, and each piece as it comes")
    func pieces() async throws {
        let goOn = Event<Void>()
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-One: 1\r\n\r\n")
            goOn.block()
            connection.write("3\r\nabc\r\n")
            connection.write("2\r\nde\r\n0\r\n\r\n")
            _ = connection.readToEnd()
        } _: { server in
            try await withTransport { transport in
                let response = try await transport.stream(HTTPRequest(.get, server.url), endless)
                #expect(response.status == .ok)
                #expect(response.headers["X-One"] == "1")
                goOn.happen()
                #expect(try await response.body.text() == "abcde")
                #expect(try await response.body.next() == nil)
            }
        }
    }

    @Test("a reader that does not read holds the sender back, and loses nothing")
    func backPressure() async throws {
        let total = 32 << 20
        let heldBackAt = Event<Int>()
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            let sent = connection.writeUntilHeldBack(total: total, patience: 300)
            heldBackAt.happen(sent)
            connection.write([UInt8](repeating: 0x79, count: total - sent))
        } _: { server in
            try await withTransport { transport in
                let response = try await transport.stream(HTTPRequest(.get, server.url), endless)
                #expect(await heldBackAt.value < total / 2)
                var received = 0
                while let piece = try await response.body.next() {
                    #expect(piece.count <= 128 << 10)
                    received += piece.count
                }
                #expect(received == total)
            }
        }
    }

    @Test("a slow reader is no silent server")
    func heldBackIsNotIdle() async throws {
        let total = 32 << 20
        let heldBack = Event<Int>()
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            let sent = connection.writeUntilHeldBack(total: total, patience: 1500)
            let rest = [UInt8](repeating: 0x79, count: total - sent)
            heldBack.happen(sent)
            connection.write(rest)
        } _: { server in
            try await withTransport { transport in
                var options = endless
                options.idleTimeout = .seconds(1)
                let response = try await transport.stream(HTTPRequest(.get, server.url), options)
                _ = await heldBack.value
                #expect(try await response.body.text().utf8.count == total)
            }
        }
    }

    @Test("a stream beyond the limit of its body ends with that error, after what was allowed")
    func tooLarge() async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\n\r\nabc")
            connection.write(String(repeating: "x", count: 1000))
            _ = connection.readToEnd()
        } _: { server in
            try await withTransport { transport in
                let options = HTTPRequestOptions { $0.maxBodySize = 100 }
                let response = try await transport.stream(HTTPRequest(.get, server.url), options)
                await #expect(throws: HTTPTransportError.bodyTooLarge(limit: 100)) {
                    _ = try await response.body.text()
                }
            }
        }
    }

    @Test("a stream that breaks off ends with an error")
    func brokenOff() async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        } _: { server in
            try await withTransport { transport in
                let response = try await transport.stream(HTTPRequest(.get, server.url), endless)
                let failure = await #expect(throws: HTTPTransportError.self) { _ = try await response.body.text() }
                #expect(failure.isUnanswered)
            }
        }
    }

    @Test("a body that nobody reads any more closes its connection")
    func dropped() async throws {
        let gone = Event<[UInt8]>()
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
            gone.happen(connection.readToEnd())
        } _: { server in
            try await withTransport { transport in
                let status = try await transport.stream(HTTPRequest(.get, server.url), endless).status
                #expect(status == .ok)
                #expect(await gone.value == [])
            }
        }
    }
}
