import HTTP
import HTTPClient
import Testing

@Suite("secrets stay out of errors", .timeLimit(.minutes(5))) struct SecretsTests {
    private static let query = "corpsecret=s3cret&access_token=t0ken"

    private func expectNoSecret(_ failure: HTTPTransportError?, sourceLocation: SourceLocation = #_sourceLocation) {
        guard let failure else { return }
        for secret in ["s3cret", "t0ken", "corpsecret", "hunter2", "wang"] {
            #expect(!"\(failure)".contains(secret), sourceLocation: sourceLocation)
        }
    }

    @Test(
        "of a URL",
        arguments: [
            "http://wang:hunter2@127.0.0.1:1/cgi-bin/gettoken?", "http://127.0.0.1:hunter2/cgi-bin/gettoken?",
            "https://wang:hunter2@no-such-host.invalid/?", "gopher://wang:hunter2@127.0.0.1/?",
            "http://wang:hunter2@/?",
            "http://127.0.0.1:99999/?", "http:// 127.0.0.1/?", "hunter2",
        ]
    )
    func url(prefix: String) async throws {
        try await withTransport { transport in
            let failure = await transport.failure(of: HTTPRequest(.get, prefix + Self.query))
            #expect(failure.isNotSent)
            expectNoSecret(failure)
        }
    }

    @Test("of a URL whose server does not answer, by each kind of failure")
    func answers() async throws {
        try await ScriptedServer.run { connection in
            let request = connection.readRequest() ?? ""
            if request.contains("/close") { return }
            if request.contains("/nonsense") { return connection.write("nonsense \(request)\r\n\r\n") }
            _ = connection.readToEnd()
        } _: { server in
            try await withTransport { transport in
                let options = HTTPRequestOptions { $0.totalTimeout = .milliseconds(500) }
                for path in ["/close", "/nonsense", "/hang"] {
                    let url = "http://wang:hunter2@127.0.0.1:\(server.port)\(path)?\(Self.query)"
                    let failure = await transport.failure(of: HTTPRequest(.post, url), options)
                    #expect(failure.isUnanswered)
                    #expect("\(failure!)".contains("POST 127.0.0.1:\(server.port)\(path): "))
                    expectNoSecret(failure)
                }
            }
        }
    }

    @Test(
        "of a proxy",
        arguments: [
            "http://wang:hunter2@127.0.0.1:1", "socks5://wang:hunter2@127.0.0.1:1",
            "http://wang:hunter2@no-such-host.invalid",
            "http://wang:hunter2@127.0.0.1:port", "http://wang:hunter2", "wang:hunter2@127.0.0.1:1",
            "ftp://wang:hunter2@127.0.0.1:1", "http://wang:hunter2@[::1", "http://wang:hunter2@ 127.0.0.1:1",
        ]
    )
    func proxy(proxy: String) async throws {
        try await withTransport { transport in
            let failure = await transport.failure(
                of: HTTPRequest(.get, "http://127.0.0.1/"),
                HTTPRequestOptions { $0.proxy = proxy }
            )
            #expect(failure.isNotSent)
            expectNoSecret(failure)
        }
    }
}
