import Testing

@testable import HTTPClient

@Suite("the server of an address")
struct CurlServerTests {
    @Test(
        "host and port are those that curl connects to",
        arguments: [
            ("https://Bots.Example/p?secret=1", "Bots.Example", "http://Bots.Example:443/"),
            ("https://bots.example.:8443", "bots.example", "http://bots.example.:8443/"),
            ("http://bots.example", "bots.example", "http://bots.example:80/"),
            ("https://[::1]:9/x", "::1", "http://[::1]:9/"),
            ("https://0x7f.1/", "127.0.0.1", "http://127.0.0.1:443/"),
        ])
    func parts(url: String, host: String, plain: String) throws {
        let server = try #require(CurlServer(of: url))
        #expect(server.host == host)
        #expect(server.plainURL == plain)
    }

    @Test("what is no server's address has none", arguments: ["https://:443/", "https://a:b/", "https://a:99999/", ""])
    func none(url: String) { #expect(CurlServer(of: url) == nil) }
}
