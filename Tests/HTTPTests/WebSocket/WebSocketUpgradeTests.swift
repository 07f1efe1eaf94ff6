import HTTP
import Testing

@Suite struct WebSocketUpgradeTests {
    private static let fields = [
        ("Upgrade", "websocket"), ("Connection", "keep-alive, Upgrade"), ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ]

    private func request(_ change: (inout HTTPRequest) -> Void = { _ in }) -> HTTPRequest {
        var request = HTTPRequest(.get, "/")
        for (name, value) in Self.fields { request.headers.append(name, value) }
        change(&request)
        return request
    }

    private func refusal(_ change: (inout HTTPRequest) -> Void) -> HTTPResponse? {
        do throws(WebSocketUpgrade.Refused) {
            _ = try WebSocketUpgrade(request(change))
            return nil
        } catch {
            return error.response
        }
    }

    @Test("a request with all that RFC 6455 wants is taken, with its key")
    func taken() throws {
        #expect(try WebSocketUpgrade(request()).key == WebSocketKey("dGhlIHNhbXBsZSBub25jZQ=="))
    }

    @Test("one that lacks any of it is refused", arguments: fields.map(\.0))
    func lacking(field: String) { #expect(refusal { $0.headers[field] = nil } != nil) }

    @Test("another method, another protocol, a key too many or too short are refused with 400")
    func refused() {
        #expect(refusal { $0.method = .post }?.status == .badRequest)
        #expect(refusal { $0.headers["Upgrade"] = "h2c" }?.status == .badRequest)
        #expect(refusal { $0.headers["Sec-WebSocket-Key"] = "c2hvcnQ=" }?.status == .badRequest)
        #expect(refusal { $0.headers.append("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==") }?.status == .badRequest)
    }

    @Test("another version is refused with the one that is spoken")
    func version() {
        let refusal = refusal { $0.headers["Sec-WebSocket-Version"] = "8" }
        #expect(refusal?.status == .upgradeRequired)
        #expect(refusal?.headers["Sec-WebSocket-Version"] == "13")
    }
}
