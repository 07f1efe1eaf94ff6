import Testing

@testable import Agents

@Suite struct ServerNameTests {
    @Test(
        "what is within a network is not public, however it is written",
        arguments: [
            "localhost", "LOCALHOST", "localhost.", "a.localhost", "printer.local", "metadata.google.internal",
            "metadata",
            "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001", "127.0.0.1.", "0",
            "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.100.100.200",
            "192.0.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "[fe80::1%25eth0]", "[fd00::1]", "[ff02::1]", "[64:ff9b::10.0.0.1]",
            "[2002:7f00:1::]", "user:pass@127.0.0.1", "example.com@localhost", "example.com\\@127.0.0.1",
            "localhost:80", "agent", "AGENT.", "internal", "kubernetes", "a.svc", "api.default.svc.cluster.local",
            "nas.lan", "router.home.arpa", "tv.home", "git.corp", "wiki.intranet", "x.private", "x.localdomain",
            "[::127.0.0.1]", "[::ffff:0:10.0.0.1]", "[64:ff9b:1::8.8.8.8]", "[2001::1]", "[fec0::1]", "[100::1]",
            "[2606:4700::5efe:192.168.0.1]", "[2606:4700::200:5efe:10.0.0.1]", "[::ffff:169.254.169.254]",
            "192.168.257", "0300.0250.1.1", "0xa9fea9fe", "0xA9.254.169.254", "127.0.0.1:8080", "[::1]:80",
        ])
    func inner(host: String) {
        for url in ["http://\(host)", "https://\(host)/a@example.com", "HTTP://\(host)?b", "http://\(host)#c"] {
            #expect(ServerName(of: url).map { $0.innerReason != nil } == true, "\(url)")
        }
    }

    @Test(
        "anything else is",
        arguments: [
            "example.com", "a-b.example.com:8443", "user@example.com", "8.8.8.8", "172.32.0.1", "100.128.0.1",
            "192.0.2.1",
            "[2001:db8::1]", "[::ffff:8.8.8.8]", "[64:ff9b::8.8.8.8]", "[2002:808:808::1]", "local.example.com",
            "127.0.0.1.example.com",
            "0x7f.example",
        ])
    func outer(host: String) {
        #expect(ServerName(of: "https://\(host)/path?q=localhost").map { $0.innerReason == nil } == true)
    }

    @Test(
        "where it is not plain which server is meant there is none",
        arguments: [
            "", "http://", "http:///127.0.0.1", "http://%6cocalhost", "http://１２７.0.0.1", "http://ⓛocalhost",
            "http://[::1", "http://[1::2::3]", "http://[12345::]", "http://1.2.3.4.5", "http://999.1.1.1", "http://a b",
            "http://127.0.0.1\\", "http://.", "http://09.1.1.1", "http://[]", "http://a:b", "http://[::1]80",
            "a.example", "mailto:a@b.example",
        ])
    func unclear(url: String) {
        #expect(ServerName(of: url).map { $0.innerReason == nil } != true)
    }

    @Test("a server is the same in whichever spelling and at whichever port")
    func same() {
        func same(_ a: String, _ b: String) -> Bool { ServerName(of: a)?.isSameHost(as: ServerName(of: b)) == true }
        #expect(same("http://Agent:80/hook", "https://agent.:8080/file"))
        #expect(same("http://127.0.0.1", "http://127.1"))
        #expect(same("http://127.0.0.1", "http://[::ffff:7f00:1]"))
        #expect(same("http://[::1]", "http://[0:0::1]"))
        #expect(!same("http://a", "http://b"))
    }

    @Test("a million colons and half flags cost no more than a look")
    func hostile() {
        let flags = String(repeating: "\u{1F1E6}", count: 1_000_000)
        #expect(ServerName(of: "http://\(flags)") == nil)
        #expect(ServerName(of: "http://[" + String(repeating: ":", count: 1_000_000) + "]") == nil)
        #expect(ServerName(of: "http://" + String(repeating: "1.", count: 1_000_000)) == nil)
    }
}
