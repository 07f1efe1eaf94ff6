import HTTP
import HTTPClient
import System
import Testing

@Suite("addresses that may be connected to", .timeLimit(.minutes(1)))
struct AddressTests {
    private func allowing(_ addresses: String..., noting asked: Lock<[String]>? = nil) -> HTTPRequestOptions {
        HTTPRequestOptions { options in
            options.mayConnect = { address in
                asked?.withLock { $0.append("\(address)") }
                return addresses.contains("\(address)")
            }
        }
    }

    private func hello(
        _ request: HTTPRequest, _ options: HTTPRequestOptions = HTTPRequestOptions(), by transport: CurlTransport
    ) async throws {
        let response = try await transport.send(request, options)
        #expect(response.text == "hello")
    }

    @Test("an address is asked about before it is connected to, whatever name led there")
    func asked() async throws {
        try await ScriptedServer.run(friendly) { server in
            try await withTransport(resolving: ["files.example:\(server.port):127.0.0.1"]) { transport in
                let asked = Lock<[String]>([])
                let request = HTTPRequest(.get, "http://files.example:\(server.port)/")
                try await hello(request, allowing("127.0.0.1", noting: asked), by: transport)
                #expect(asked.withLock { $0 } == ["127.0.0.1"])
                let failure = await transport.failure(of: request, allowing("127.0.0.2"))
                #expect(failure == .notAllowed(address: "127.0.0.1"))
            }
            #expect(server.accepted == 1)
        }
    }

    @Test(
        "a written address is asked about in whatever spelling",
        arguments: ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::ffff:127.0.0.1]", "localhost"])
    func spellings(host: String) async throws {
        try await ScriptedServer.run(friendly) { server in
            try await withTransport { transport in
                let request = HTTPRequest(.get, "http://\(host):\(server.port)/")
                let failure = await transport.failure(of: request, allowing())
                guard case .notAllowed? = failure else {
                    Issue.record("\(String(describing: failure))")
                    return
                }
            }
            #expect(server.accepted == 0)
        }
    }

    @Test("a connection that somebody else opened is not used, and one that was judged is used once")
    func connectionOfItsOwn() async throws {
        try await ScriptedServer.run(friendly) { server in
            try await withTransport { transport in
                let request = HTTPRequest(.get, server.url)
                try await hello(request, by: transport)
                #expect(await transport.failure(of: request, allowing()) == .notAllowed(address: "127.0.0.1"))
                #expect(server.accepted == 1)
                try await hello(request, allowing("127.0.0.1"), by: transport)
                #expect(server.accepted == 2)
                // The first is still there for those who do not ask.
                try await hello(request, by: transport)
                try await hello(request, allowing("127.0.0.1"), by: transport)
                #expect(server.accepted == 3)
            }
        }
    }

    @Test("a name that leads elsewhere the second time is asked about again")
    func rebinding() async throws {
        try await ScriptedServer.run(friendly) { server in
            let request = HTTPRequest(.get, "http://files.example:\(server.port)/")
            let options = allowing("127.0.0.1")
            try await withTransport(resolving: ["files.example:\(server.port):127.0.0.1"]) { transport in
                try await hello(request, options, by: transport)
            }
            try await withTransport(resolving: ["files.example:\(server.port):127.0.0.2"]) { transport in
                #expect(await transport.failure(of: request, options) == .notAllowed(address: "127.0.0.2"))
            }
        }
    }

    @Test("of several addresses, the one that may be connected to is taken")
    func several() async throws {
        try await ScriptedServer.run(friendly) { server in
            try await withTransport(resolving: ["files.example:\(server.port):127.0.0.2,127.0.0.1"]) { transport in
                let request = HTTPRequest(.get, "http://files.example:\(server.port)/")
                try await hello(request, allowing("127.0.0.1"), by: transport)
            }
        }
    }

    @Test("a proxy's own address is nobody's business")
    func proxy() async throws {
        try await ScriptedServer.run(friendly) { proxy in
            try await withTransport { transport in
                var options = allowing()
                options.proxy = proxy.url
                let request = HTTPRequest(.get, "http://files.example/")
                try await hello(request, options, by: transport)
            }
        }
    }
}
