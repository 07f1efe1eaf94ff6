import System
import TLS
import Testing

@Suite("The certificate of a server", .enabled(if: TLSServer.isAvailable), .timeLimit(.minutes(1)))
struct CertificateTests {
    private func end(of host: String, _ server: TLSServer, _ trust: TLSTrust.Authorities) async throws -> Timestamp? {
        try await BlockingThreads.disk.run {
            try TLSConnection.certificateEnd(
                of: host, port: server.port, trusting: try TLSTrust(trust), by: .now.advanced(by: .seconds(20)))
        }
    }

    @Test("tells until when it is good, where its authority is trusted and its name is the one that was asked for")
    func end() async throws {
        let server = try TLSServer()
        defer { server.stop() }
        let end = try #require(try await end(of: "localhost", server, .file(server.certificate)))
        let left = end.since(.now)
        #expect(left > .seconds(86_400) && left <= .seconds(2 * 86_400))
        await #expect(throws: TLSFailure.self) { try await self.end(of: "localhost", server, .builtIn) }
        await #expect(throws: TLSFailure.self) {
            try await self.end(of: "127.0.0.1", server, .file(server.certificate))
        }
    }

    @Test("where nobody listens it is said so")
    func nobody() async throws {
        let port = try freePort()
        await #expect(throws: TLSFailure.self) {
            try await BlockingThreads.disk.run {
                try TLSConnection.certificateEnd(
                    of: "localhost", port: port, trusting: try TLSTrust(.builtIn), by: .now.advanced(by: .seconds(5)))
            }
        }
    }
}
