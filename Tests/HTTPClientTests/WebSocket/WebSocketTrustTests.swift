import Foundation
import HTTP
import HTTPClient
import System
import TestSupport
import Testing

@Suite(
    "whom WebSockets trust", .enabled(if: TLSFront.isAvailable, "needs openssl and python3"), .timeLimit(.minutes(1)))
struct WebSocketTrustTests {
    /// Runs `body` beside a server that echoes, with TLS before it.
    private func withFront(
        names: String = "DNS:localhost", isExpired: Bool = false,
        _ body: (TLSFront, CurlWebSockets) async throws -> Void
    ) async throws {
        try await withWebSocketServer(serving: echo) { port, _ in
            try await TLSFront.run(before: port, names: names, isExpired: isExpired) { front in
                try await withWebSockets { try await body(front, $0) }
            }
        }
    }

    /// The words with which a server is not trusted.
    private func distrust(
        _ address: String, _ file: String, _ transport: CurlWebSockets,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async -> String? {
        let failure = await transport.failure(of: address, sourceLocation: sourceLocation) { $0.caFile = file }
        guard case .untrusted(let reason)? = failure else {
            Issue.record("it failed otherwise: \(failure.map { "\($0)" } ?? "")", sourceLocation: sourceLocation)
            return nil
        }
        return reason
    }

    @Test("another host's certificate is refused on later connections too, however many trust the same authority")
    func otherHost() async throws {
        try await withFront { front, transport in
            var open: [any WebSocket] = []
            for _ in 0..<3 {
                open.append(
                    try await transport.connect("wss://localhost:\(front.port)/") { $0.caFile = front.certificate })
                let reason = await distrust("wss://127.0.0.1:\(front.port)/", front.certificate, transport)
                #expect(reason?.contains("no name in the certificate matches the host '127.0.0.1'") == true)
            }
            for socket in open {
                try await socket.send("still here")
                #expect(try await socket.receive() == .text("still here"))
            }
        }
    }

    @Test("a numeric address is trusted by a certificate that has it as an address, and not as a name")
    func numericAddress() async throws {
        try await withFront(names: "IP:127.0.0.1,DNS:other.example") { front, transport in
            let socket = try await transport.connect("wss://127.0.0.1:\(front.port)/") {
                $0.caFile = front.certificate
            }
            try await socket.send("hi")
            #expect(try await socket.receive() == .text("hi"))
            #expect(await distrust("wss://localhost:\(front.port)/", front.certificate, transport) != nil)
        }
        try await withFront(names: "DNS:127.0.0.1") { front, transport in
            #expect(await distrust("wss://127.0.0.1:\(front.port)/", front.certificate, transport) != nil)
        }
    }

    @Test("a name with a dot at its end is the same host")
    func fullName() async throws {
        try await withFront { front, _ in
            try await withWebSockets(resolving: ["localhost.:\(front.port):127.0.0.1"]) { transport in
                let socket = try await transport.connect("wss://LocalHost.:\(front.port)/") {
                    $0.caFile = front.certificate
                }
                try await socket.send("hi")
                #expect(try await socket.receive() == .text("hi"))
            }
        }
    }

    @Test("a certificate that has expired is refused, and the words say so")
    func expired() async throws {
        try await withFront(isExpired: true) { front, transport in
            let reason = await distrust("wss://localhost:\(front.port)/", front.certificate, transport)
            #expect(reason?.contains("certificate has expired") == true)
        }
    }

    @Test("an authority's file is read anew once it has changed, for connections from then on")
    func changedFile() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await withFront { front, transport in
            let other = try OwnCertificate()
            defer { other.remove() }
            let address = "wss://localhost:\(front.port)/"
            try FileManager.default.copyItem(atPath: front.certificate, toPath: file)
            let early = try await transport.connect(address) { $0.caFile = file }
            try Data(contentsOf: URL(fileURLWithPath: other.certificate)).write(to: URL(fileURLWithPath: file))
            #expect(await distrust(address, file, transport)?.contains("certificate") == true)
            try FileManager.default.removeItem(atPath: file)
            #expect(await distrust(address, file, transport)?.contains(file) == true)
            try FileManager.default.copyItem(atPath: front.certificate, toPath: file)
            let late = try await transport.connect(address) { $0.caFile = file }
            for socket in [early, late] {
                try await socket.send("hi")
                #expect(try await socket.receive() == .text("hi"))
            }
        }
    }

    @Test("a file that is no certificate is named", arguments: ["/dev/null", "/nonexistent/ca.pem", "/etc"])
    func noAuthority(file: String) async throws {
        try await withFront { front, transport in
            let reason = await distrust("wss://localhost:\(front.port)/", file, transport)
            #expect(reason?.contains(file) == true)
        }
    }

    @Test("messages larger than a record pass whole, both ways, on connections that were quiet before")
    func largeAfterQuiet() async throws {
        try await withFront { front, transport in
            let address = "wss://localhost:\(front.port)/"
            var open: [any WebSocket] = []
            for _ in 0..<8 { open.append(try await transport.connect(address) { $0.caFile = front.certificate }) }
            for size in [1, 3_000_000, 0, 16_384, 1, 1_000_000] {
                let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
                for socket in open {
                    try await socket.send(.binary(bytes))
                    #expect(try await socket.receive() == .binary(bytes))
                }
            }
        }
    }

    @Test("a server that ends TLS within its handshake is not trusted, and its port is free again")
    func endedHandshake() async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readSome()
        } _: { server in
            try await withWebSockets { transport in
                for _ in 0..<3 {
                    guard case .untrusted? = await transport.failure(of: "wss://127.0.0.1:\(server.port)/") else {
                        return _ = Issue.record("not refused")
                    }
                }
            }
        }
    }

    @Test("a proxy over TLS that nobody vouches for is not told where we want to go")
    func proxyOverTLS() async throws {
        try await withFront { front, transport in
            let failure = await transport.failure(of: "wss://bots.invalid/") {
                $0.proxy = "https://wang:hunter2@localhost:\(front.port)"
                $0.caFile = front.certificate
            }
            guard case .untrusted(let reason)? = failure else { return _ = Issue.record("\(failure!)") }
            #expect(reason.contains("certificate") && !reason.contains("hunter2"))
        }
    }
}
