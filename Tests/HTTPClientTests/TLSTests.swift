import HTTP
import HTTPClient
import System
import Testing

@Suite("TLS", .enabled(if: TLSServer.isAvailable, "needs the openssl program"), .timeLimit(.minutes(5))) struct TLSTests
{
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

    @Test("a request may name the authority that its server is trusted by, and only the right one will do")
    func ownAuthority() async throws {
        let (server, other) = (try TLSServer(), try TLSServer())
        defer {
            server.stop()
            other.stop()
        }
        try await withTransport { transport in
            let request = HTTPRequest(.get, "https://localhost:\(server.port)/")
            let first = try await transport.send(request, trusting(server.certificate))
            #expect(first.status == .ok)
            for options in [HTTPRequestOptions(), trusting(other.certificate)] {
                let failure = await transport.failure(of: request, options)
                #expect(failure.isNotSent)
                #expect("\(failure!)".contains("certificate"))
            }
            let last = try await transport.send(request, trusting(server.certificate))
            #expect(last.status == .ok)
        }
    }

    @Test("an authority's file that is not there, or is none, is named")
    func noAuthority() async throws {
        let server = try TLSServer()
        defer { server.stop() }
        try await withTransport { transport in
            let request = HTTPRequest(.get, "https://localhost:\(server.port)/")
            for path in ["/nonexistent/ca.pem", "/dev/null"] {
                let failure = await transport.failure(of: request, trusting(path))
                #expect(failure.isNotSent)
                #expect("\(failure!)".contains(path), "\(failure!)")
            }
            let failure = await transport.failure(of: request, trusting(""))
            #expect(failure.isNotSent)
        }
    }

    @Test("a kept connection serves only those who trust its server by the same authority")
    func keptConnection() async throws {
        // It serves one connection after another, so that a second one is not even shaken hands with.
        let server = try TLSServer(answers: false)
        defer { server.stop() }
        try await withTransport { transport in
            let request = HTTPRequest(.get, "https://localhost:\(server.port)/")
            var options = trusting(server.certificate)
            options.connectTimeout = .milliseconds(700)
            options.totalTimeout = .seconds(5)
            for _ in 0..<2 {
                let answering = OSThread(named: "test-tls") {
                    server.answerNext("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                }
                let response = try await transport.send(request, options)
                #expect(response.status == .ok)
                answering.join()
                var others = options
                others.caFile = nil
                #expect(await transport.failure(of: request, others).isNotSent)
            }
        }
    }

    private func trusting(_ file: String) -> HTTPRequestOptions { HTTPRequestOptions { $0.caFile = file } }
}
