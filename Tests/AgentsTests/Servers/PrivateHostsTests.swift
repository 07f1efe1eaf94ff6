import HTTP
import Testing

@testable import Agents

@Suite("servers from which files may be fetched") struct PrivateHostsTests {
    private func gate(allowing entries: [String] = [], throughProxy: Bool = false) -> FetchGate {
        FetchGate(
            home: ServerName(of: "https://agent/hook"), allowed: PrivateHosts(entries.compactMap { .init($0) }),
            isThroughProxy: throughProxy)
    }

    private enum Seen: Equatable {
        case refused(String)
        case anywhere
        case asking
    }

    private func seen(_ url: String, _ gate: FetchGate) -> Seen {
        switch gate.verdict(on: url) {
        case .refused(let reason): .refused(reason)
        case .allowed(nil): .anywhere
        case .allowed: .asking
        }
    }

    @Test("a name is refused with its rule and the key that allows it")
    func refused() {
        let words = "a.svc ends in .svc: allow_private may name it"
        #expect(seen("http://a.svc/x", gate()) == .refused(words))
        #expect(seen("http://nas/x", gate()) == .refused("nas is a name without a dot: allow_private may name it"))
        let address = "169.254.169.254 is no public address: allow_private may name it"
        #expect(seen("http://0xa9fea9fe/latest", gate()) == .refused(address))
        #expect(seen("http://a.svc/x", gate(throughProxy: true)) == .refused(words))
    }

    @Test("the agent's own host leads anywhere, and a public name to public addresses")
    func usual() {
        #expect(seen("http://agent:8080/file", gate()) == .anywhere)
        #expect(seen("https://files.example/a", gate()) == .asking)
        #expect(seen("https://files.example/a", gate(throughProxy: true)) == .anywhere)
        guard case .allowed(let mayConnect?) = gate().verdict(on: "https://files.example/a") else {
            Issue.record("not asked")
            return
        }
        #expect(mayConnect(address("8.8.8.8")) && mayConnect(address("2606:4700::1111")))
        for inner in [
            "10.0.0.1", "127.0.0.1", "::1", "::ffff:10.0.0.1", "100.64.0.1", "224.0.0.1", "0.0.0.0", "fe80::1",
        ] {
            #expect(!mayConnect(address(inner)), "\(inner)")
        }
    }

    @Test("a host that is named may be fetched from, at its port if it has one")
    func named() {
        let gate = gate(allowing: ["Files.Internal", "nas:8080", "10.1.2.3:80", "[fd00::1]", "192.168.0.0/16"])
        #expect(seen("https://files.internal:9/x", gate) == .anywhere)
        #expect(seen("http://nas:8080/x", gate) == .anywhere)
        #expect(seen("http://nas/x", gate) != .anywhere)
        #expect(seen("http://10.1.2.3/x", gate) == .anywhere)
        #expect(seen("https://10.1.2.3/x", gate) != .anywhere)
        #expect(seen("https://[fd00:0::1]/x", gate) == .anywhere)
        #expect(seen("http://192.168.255.1/x", gate) == .anywhere)
        #expect(seen("http://[::ffff:192.168.0.1]/x", gate) == .anywhere)
        #expect(seen("http://192.169.0.1/x", gate) == .asking)
        #expect(seen("http://other.internal/x", gate) != .anywhere)
    }

    @Test("a network that is named may be led to by other names")
    func network() {
        guard case .allowed(let mayConnect?) = gate(allowing: ["10.1.0.0/16"]).verdict(on: "http://files.example/")
        else {
            Issue.record("not asked")
            return
        }
        #expect(mayConnect(address("10.1.9.9")) && mayConnect(address("::ffff:10.1.0.1")))
        #expect(!mayConnect(address("10.2.0.1")) && !mayConnect(address("127.0.0.1")))
    }

    @Test(
        "what names no server or network is no entry",
        arguments: [
            "", "http://nas", "nas:", "nas:0", "nas:65536", "nas:x", "n as", "nas/x", "10.0.0.1/8", "10.0.0.0/0",
            "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "fd00::/129", "[::1", "[::1]x", "[::1]:", "*", "*.internal",
            "user@nas", "１２７.0.0.1",
        ])
    func noEntry(text: String) {
        #expect(PrivateHosts.Entry(text) == nil)
    }

    private func address(_ text: String) -> IPAddress {
        IPAddress(v4: text) ?? IPAddress(v6: text) ?? IPAddress(bytes: [0, 0, 0, 0])!
    }
}
