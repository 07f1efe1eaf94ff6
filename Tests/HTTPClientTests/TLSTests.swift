import HTTP
import HTTPClient
import Testing

@Suite("TLS", .enabled(if: TLSServer.isAvailable, "needs the openssl program"))
struct TLSTests {
    @Test("a server is trusted by the authority given")
    func trusted() async throws {
        let server = try TLSServer()
        defer { server.stop() }
        try await withTransport(authorities: server.certificate) { transport in
            let response = try await transport.send(HTTPRequest(.get, "https://localhost:\(server.port)/"))
            #expect(response.status == .ok)
        }
    }

    @Test("a server that nobody vouches for gets nothing")
    func unknown() async throws {
        let server = try TLSServer()
        defer { server.stop() }
        try await withTransport { transport in
            let failure = await transport.failure(of: HTTPRequest(.post, "https://localhost:\(server.port)/"))
            #expect(failure.isNotSent)
            #expect("\(failure!)".contains("certificate"))
        }
    }

    @Test("a certificate for another name gets nothing")
    func otherName() async throws {
        let server = try TLSServer()
        defer { server.stop() }
        try await withTransport(authorities: server.certificate) { transport in
            let failure = await transport.failure(of: HTTPRequest(.post, "https://127.0.0.1:\(server.port)/"))
            #expect(failure.isNotSent)
            #expect("\(failure!)".contains("127.0.0.1"))
        }
    }
}
