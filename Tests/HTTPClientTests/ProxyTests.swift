import Glibc
import HTTP
import HTTPClient
import Testing

@Suite("proxies", .timeLimit(.minutes(5))) struct ProxyTests {
    /// Set once and left: every transport in this process has to ignore them.
    private static let environment: Void = {
        for name in ["http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
            unsafe setenv(name, "http://127.0.0.1:1", 1)
        }
        unsafe setenv("no_proxy", "*", 1)
    }()

    @Test("without a proxy a request goes direct, whatever the environment says")
    func direct() async throws {
        _ = Self.environment
        let seen = Event<String>()
        try await ScriptedServer.run { connection in
            seen.happen(connection.readRequest() ?? "")
            connection.answer()
        } _: { server in
            try await withTransport { _ = try await $0.send(HTTPRequest(.get, server.url + "/direct")) }
        }
        #expect(await seen.value.hasPrefix("GET /direct HTTP/1.1\r\n"))
    }

    @Test(
        "a proxy gets the request with its credentials, whatever the environment says",
        arguments: ["http", "HTTP"])
    func proxied(scheme: String) async throws {
        _ = Self.environment
        let seen = Event<String>()
        try await ScriptedServer.run { connection in
            seen.happen(connection.readRequest() ?? "")
            connection.answer(body: "by proxy")
        } _: { proxy in
            try await withTransport { transport in
                let options = HTTPRequestOptions { $0.proxy = "\(scheme)://wang:hunter2@127.0.0.1:\(proxy.port)" }
                let text = try await transport.send(HTTPRequest(.post, "http://wecom.invalid/x"), options).text
                #expect(text == "by proxy")
            }
        }
        let request = await seen.value
        #expect(request.hasPrefix("POST http://wecom.invalid/x HTTP/1.1\r\n"))
        #expect(request.contains("\r\nProxy-Authorization: Basic d2FuZzpodW50ZXIy\r\n"))
    }

    @Test("a proxy that refuses the tunnel, or is not there, has sent nothing on")
    func refusedTunnel() async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.answer("407 Proxy Authentication Required")
        } _: { proxy in
            try await withTransport { transport in
                let options = HTTPRequestOptions { $0.proxy = "http://127.0.0.1:\(proxy.port)" }
                let failure = await transport.failure(of: HTTPRequest(.post, "https://wecom.invalid/x"), options)
                #expect(failure.isNotSent)
                #expect("\(failure!)".contains("407"))
            }
        }
        try await Socket.withRefusingPort { port in
            try await withTransport { transport in
                let options = HTTPRequestOptions { $0.proxy = "http://127.0.0.1:\(port)" }
                #expect(await transport.failure(of: HTTPRequest(.post, "http://wecom.invalid/x"), options).isNotSent)
            }
        }
    }

    @Test("requests through different proxies share no connection")
    func separate() async throws {
        try await ScriptedServer.run(friendly) { server in
            try await withTransport { transport in
                for credentials in ["a:1", "b:2", "a:1"] {
                    let options = HTTPRequestOptions { $0.proxy = "http://\(credentials)@127.0.0.1:\(server.port)" }
                    _ = try await transport.send(HTTPRequest(.get, "http://wecom.invalid/"), options)
                }
            }
            #expect(server.accepted == 2)
        }
    }
}
