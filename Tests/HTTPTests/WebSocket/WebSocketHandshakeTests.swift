import HTTP
import Testing

@Suite struct WebSocketHandshakeTests {
    private static let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    private static let good = [
        "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Accept: \(accept)",
    ]

    private func handshake(
        to address: String = "ws://host:81/a?b=c", origin: String? = nil
    ) throws -> WebSocketHandshake {
        WebSocketHandshake(
            to: try #require(WebSocketAddress(address)), key: try #require(WebSocketKey("dGhlIHNhbXBsZSBub25jZQ==")),
            accept: Self.accept, origin: origin)
    }

    private func bytes(_ lines: [String]) -> [UInt8] { Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) }

    private func failure(of lines: [String]) throws -> WebSocketError? {
        var (handshake, input) = (try handshake(), bytes(lines)[...])
        do throws(WebSocketError) {
            _ = try handshake.take(&input)
            return nil
        } catch {
            return error
        }
    }

    @Test("the request asks as RFC 6455 has it, with an origin where there is one")
    func request() throws {
        let text = String(decoding: try handshake(origin: "https://o.example").request, as: UTF8.self)
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.first == "GET /a?b=c HTTP/1.1")
        #expect(
            Set(lines[1...]).isSuperset(of: [
                "Host: host:81", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Origin: https://o.example",
            ]))
        #expect(lines.suffix(2) == ["", ""])
        #expect(!String(decoding: try handshake().request, as: UTF8.self).contains("Origin"))
    }

    @Test("the key's challenge is the text that RFC 6455 hashes, and a key is 16 bytes in base64")
    func key() {
        #expect(
            WebSocketKey("dGhlIHNhbXBsZSBub25jZQ==")?.challenge
                == "dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
        for wrong in ["", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQAA", "dGhlIHNhbXBsZSBub25j Q==", "====="] {
            #expect(WebSocketKey(wrong) == nil, "\(wrong)")
        }
    }

    @Test("an answer is taken wherever it is cut, and what follows is left")
    func everyCut() throws {
        let answer = bytes(["HTTP/1.1 103 Early Hints", "Link: x"]) + bytes(Self.good)
        for cut in 0...answer.count {
            var handshake = try handshake()
            var (first, second) = (answer[..<cut], answer[cut...] + [0x81, 0x00])
            let isComplete = try handshake.take(&first)
            #expect(isComplete == (cut == answer.count))
            #expect(first.isEmpty)
            if isComplete { continue }
            let isCompleteNow = try handshake.take(&second)
            #expect(isCompleteNow)
            #expect(Array(second) == [0x81, 0x00])
        }
    }

    @Test("names and tokens are compared without regard to case, among others")
    func tokens() throws {
        #expect(
            try failure(of: [Self.good[0], "UPGRADE: WebSocket", "connection: keep-alive , UPGRADE", Self.good[3]])
                == nil)
    }

    @Test("another status is refused with it", arguments: [200, 302, 400, 401, 403, 404, 429, 503])
    func status(code: Int) throws {
        let failure = try failure(of: ["HTTP/1.1 \(code) Whatever"] + Self.good.dropFirst())
        #expect(failure == .refused(HTTPStatus(code), address: "ws://host:81/a"))
    }

    @Test(
        "an answer that does not agree is refused, and says why",
        arguments: [
            (["Upgrade: websocket", "Connection: Upgrade"], "Sec-WebSocket-Accept"),
            (["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: AAAA"], "Sec-WebSocket-Accept"),
            (
                ["Upgrade: websocket", "Connection: Upgrade"] + [String](repeating: good[3], count: 2),
                "Sec-WebSocket-Accept"
            ),
            (["Upgrade: h2c", "Connection: Upgrade", good[3]], "another protocol"),
            (["Connection: Upgrade", good[3]], "another protocol"),
            (["Upgrade: websocket", good[3]], "another protocol"),
            (good.dropFirst() + ["Sec-WebSocket-Extensions: permessage-deflate"], "Sec-WebSocket-Extensions"),
            (good.dropFirst() + ["Sec-WebSocket-Protocol: chat"], "Sec-WebSocket-Protocol"),
        ] as [([String], String)])
    func disagreement(fields: [String], reason: String) throws {
        guard case .badHandshake(let said)? = try failure(of: [Self.good[0]] + fields) else {
            Issue.record("not refused")
            return
        }
        #expect(said.contains(reason))
    }

    @Test("what is no HTTP, or has no end, is refused within a bound")
    func bounds() throws {
        #expect(try failure(of: ["SSH-2.0-OpenSSH"]) == .badHandshake("ws://host:81/a does not speak HTTP"))
        for filler in ["x", "x: y\r\n", "\n\n\nHTTP/1.1 100 C\r\n\r\n"] {
            var (handshake, taken) = (try handshake(), 0)
            #expect(throws: WebSocketError.self, "\(filler)") {
                while true {
                    var input = Array(filler.utf8)[...]
                    _ = try handshake.take(&input)
                    taken += filler.utf8.count
                }
            }
            #expect(taken <= WebSocketHandshake.maxHead)
        }
    }

    @Test(
        "an address has a scheme, a host and nothing secret that would be shown",
        arguments: [
            ("wss://a.example", "https://a.example/", "wss://a.example/"),
            ("WS://a:80?x=y", "http://a:80/?x=y", "ws://a:80/"),
            ("wss://[::1]:443/p/q?secret=1", "https://[::1]:443/p/q?secret=1", "wss://[::1]:443/p/q"),
        ])
    func addresses(text: String, url: String, shown: String) throws {
        let address = try #require(WebSocketAddress(text))
        #expect(address.url == url)
        #expect("\(address)" == shown)
    }

    @Test(
        "what is no address is none",
        arguments: [
            "", "ws://", "wss:///p", "https://a", "ws:a", "ws://u:p@a/", "ws://a/#f", "ws://a b", "ws://a/ä",
            "ws://a\\b", "a",
            "ws://a/\r\nX: y",
        ])
    func noAddress(text: String) { #expect(WebSocketAddress(text) == nil) }
}
