import HTTP
import Testing

@Suite struct IPAddressTests {
    @Test(
        "an address is read as it is commonly written, and nothing else is one",
        arguments: [
            ("127.0.0.1", "127.0.0.1"), ("::1", "0:0:0:0:0:0:0:1"), ("2001:db8::7", "2001:db8:0:0:0:0:0:7"),
            ("::ffff:10.0.0.1", "0:0:0:0:0:ffff:a00:1"), ("127.1", nil), ("localhost", nil), ("", nil),
            ("1.2.3.4.5", nil),
            ("300.1.1.1", nil), ("1::2::3", nil), ("[", nil), (":", nil), ("...", nil),
        ] as [(String, String?)]
    )
    func reading(text: String, expected: String?) { #expect(IPAddress(text)?.description == expected) }

    @Test("a network holds what begins as it does")
    func networks() throws {
        let network = try #require(IPNetwork("10.20.0.0/15"))
        for inside in ["10.20.0.1", "10.21.255.255"] { #expect(network.contains(try #require(IPAddress(inside)))) }
        for outside in ["10.22.0.0", "10.19.255.255", "::1"] {
            #expect(!network.contains(try #require(IPAddress(outside))))
        }
        let one = try #require(IPNetwork("2001:db8::7"))
        #expect(one.contains(try #require(IPAddress("2001:db8::7"))))
        #expect(!one.contains(try #require(IPAddress("2001:db8::8"))))
        let mapped = try #require(IPNetwork("::ffff:10.0.0.0/104"))
        #expect(mapped == IPNetwork("10.0.0.0/8"))
        #expect(mapped.contains(try #require(IPAddress("10.1.2.3"))))
        for wrong in [
            "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "net/8", "10.0.0.0/-1", "10.1.2.3/8", "10.0.0.0/+8",
            "10.0.0.0/08",
            "10.0.0.0/0", "::ffff:0.0.0.0/96", "::ffff:10.1.2.3/104",
        ] { #expect(IPNetwork(wrong) == nil, "\(wrong)") }
    }

    @Test(
        "a client is whom the nearest trusted proxies say, and nobody else's word counts",
        arguments: [
            ("127.0.0.1", nil, "127.0.0.1"), ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
            ("127.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
            ("203.0.113.1", "1.2.3.4", "203.0.113.1"), ("127.0.0.1", "rubbish", "127.0.0.1"),
            ("127.0.0.1", "10.0.0.1", "127.0.0.1"), ("::1", "2001:db8::7", "2001:db8:0:0:0:0:0:7"),
            ("10.0.0.5", "1.2.3.4, rubbish", "10.0.0.5"),
        ] as [(String, String?, String)]
    )
    func clients(peer: String, forwarded: String?, expected: String) {
        var request = HTTPRequest(.get, "/")
        request.peer = IPAddress(peer)
        if let forwarded { request.headers["X-Forwarded-For"] = forwarded }
        #expect(ClientAddresses().client(of: request)?.description == expected)
    }

    @Test("of two fields the one that the proxy added counts, not the one that the client made up")
    func twoFields() {
        var request = HTTPRequest(.get, "/", headers: ["X-Forwarded-For": "1.2.3.4", "X-Forwarded-For": "203.0.113.9"])
        request.peer = IPAddress("127.0.0.1")
        #expect(ClientAddresses().client(of: request)?.description == "203.0.113.9")
    }
}
