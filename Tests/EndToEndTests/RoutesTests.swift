import HTTP
import HTTPClient
import JSON
import RouterServer
import RouterTesting
import Testing
import WeCom

@Suite("The listeners' paths", .timeLimit(.minutes(5))) struct RoutesTests {
    private struct Probe: Sendable {
        let client: CurlTransport
        let port: Int

        func callAsFunction(
            _ method: HTTPMethod, _ path: String, headers: HTTPHeaders = [:], body: [UInt8] = []
        ) async throws -> HTTPResponse {
            try await client.send(
                HTTPRequest(method, "http://127.0.0.1:\(port)\(path)", headers: headers, body: body), .init())
        }
    }

    private func withProbes(
        adjust: (inout Configuration) -> Void = { _ in },
        _ body: (_ open: Probe, _ management: Probe) async throws -> Void
    ) async throws {
        try await withWorld(adjust: adjust) { world in
            let router = try await world.startRouter()
            let client = CurlTransport()
            try await body(
                Probe(client: client, port: router.port), Probe(client: client, port: router.managementPort))
            await client.close()
            router.stop()
            try await router.ended()
        }
    }

    @Test("health says ok and ready says ready, to GET and to HEAD")
    func health() async throws {
        try await withProbes { open, _ in
            #expect(try await open(.get, "/health").bytes == Array(#"{"status":"ok"}"#.utf8))
            #expect(try await open(.get, "/ready").status == .ok)
            let head = try await open(.head, "/health")
            #expect(head.status == .ok)
            #expect(head.bytes.isEmpty)
        }
    }

    @Test("a callback by a path that is none, and one that is too large, are remembered; what else comes there is not")
    func remembered() async throws {
        let token = ProgrammingInterface.token
        try await withProbes(adjust: { $0.management.token = Secret(token) }) { open, management in
            let query = "msg_signature=\(String(repeating: "a", count: 40))&timestamp=1&nonce=2"
            let large = [UInt8](repeating: 0x20, count: 300 << 10)
            #expect(try await open(.post, "/wecom/calback?\(query)").status == .notFound)
            #expect(try await open(.get, "/favicon.ico").status == .notFound)
            #expect(try await open(.post, "/wecom/callback?\(query)", body: large).status == .contentTooLarge)
            let answer = try await management(.get, "/v1/refused", headers: ["Authorization": "Bearer \(token)"])
            let told = try JSONValue(parsing: answer.bytes)
            let reasons = told["refused"]?.array?.compactMap { $0["reason"]?.string }
            #expect(reasons?.sorted() == ["path", "size"], "\(told)")
            #expect(told["refused"]?.array?.allSatisfy { $0["address"] == "127.0.0.1" } == true)
            #expect(told["rubbish"] == .null)
            #expect(try await management(.get, "/v1/refused").status == .unauthorized)
            #expect(try await open(.get, "/v1/refused").status == .notFound)
        }
    }

    @Test("an unknown path is 404, a wrong method 405 with what is allowed")
    func unknown() async throws {
        try await withProbes { open, management in
            for path in ["/", "/wecom", "/wecom/callback/a/b", "/metrics", "/wecom/callbackx"] {
                #expect(try await open(.get, path).status == .notFound, "\(path)")
            }
            let put = try await open(.put, "/wecom/callback")
            #expect(put.status == .methodNotAllowed)
            #expect(put.headers["Allow"] == "GET, POST")
            let post = try await open(.post, "/health")
            #expect(post.status == .methodNotAllowed)
            #expect(post.headers["Allow"] == "GET, HEAD")
            #expect(try await management(.get, "/").status == .notFound)
        }
    }

    @Test("callbacks without parameters are 400, too large ones 413, unsigned ones 403 with one body for all")
    func refusals() async throws {
        try await withProbes { open, _ in
            #expect(try await open(.get, "/wecom/callback").status == .badRequest)
            #expect(try await open(.post, "/wecom/callback", body: Array("<xml/>".utf8)).status == .badRequest)
            let big = [UInt8](repeating: UInt8(ascii: "x"), count: (256 << 10) + 1)
            #expect(try await open(.post, "/wecom/callback", body: big).status == .contentTooLarge)
            let query = "?msg_signature=00&timestamp=1&nonce=1"
            let envelope = Array("<xml><Encrypt>AAAA</Encrypt></xml>".utf8)
            let bodies = try await [
                open(.post, "/wecom/callback" + query, body: envelope),
                open(.post, "/wecom/callback/dept-a" + query, body: envelope),
                open(.post, "/wecom/callback/no-such-app" + query, body: envelope),
                open(.get, "/wecom/callback" + query + "&echostr=AAAA"),
            ]
            #expect(bodies.map(\.status) == Array(repeating: .forbidden, count: 4))
            #expect(Set(bodies.map(\.bytes)).count == 1)
        }
    }

    @Test("a document with a DOCTYPE is 400")
    func doctype() async throws {
        try await withProbes { open, _ in
            let body = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xml><Encrypt>&e;</Encrypt></xml>"
            let response = try await open(
                .post, "/wecom/callback?msg_signature=00&timestamp=1&nonce=1", body: Array(body.utf8))
            #expect(response.status == .badRequest)
        }
    }

    @Test("the management listener shows metrics and reasons")
    func management() async throws {
        try await withProbes { open, management in
            _ = try await open(.get, "/health")
            let metrics = try await management(.get, "/metrics")
            let page = String(decoding: metrics.bytes, as: UTF8.self)
            #expect(page.contains("# TYPE wecom_router_callbacks_total counter"))
            #expect(page.contains(#"wecom_router_http_answers_total{listener="public",status="2xx"} 1"#))
            let ready = try await management(.get, "/ready").bytes
            #expect(
                ready.starts(with: #"{"status":"ready","reasons":[],"degraded":[],"apps":{"unknown":1,"good":0,"#.utf8))
        }
    }

    @Test("the management listener answers to its names and to addresses, and to no name of another site")
    func managementHosts() async throws {
        func adjust(_ configuration: inout Configuration) {
            configuration.management.host = "localhost"
            configuration.server.publicURL = "https://Router.example:8443/x"
            configuration.management.allowedHosts = ["wecom-router", "router.monitoring.svc"]
        }
        try await withProbes(adjust: adjust) { _, management in
            for host in [
                "localhost", "LOCALHOST:1", "router.example", "10.0.0.7:8646", "[::1]:8646", "[fe80::1]",
                "wecom-router:8646", "Router.Monitoring.svc",
            ] {
                #expect(try await management(.get, "/health", headers: ["Host": host]).status == .ok, "\(host)")
            }
            for host in [
                "evil.example", "localhost.evil.example", "10.0.0.7.evil.example", "1.2.3.256", "[evil]", "+1.2.3.4",
                "x.router.monitoring.svc", "monitoring.svc",
            ] {
                let lured = try await management(.get, "/metrics", headers: ["Host": host])
                #expect(lured.status == .misdirectedRequest, "\(host)")
            }
        }
    }
}
