import HTTP
import HostileTesting
import Lanes
import System
import Testing
import WeCom

@Suite("What a callback costs before its signature is known", .serialized, .timeLimit(.minutes(5)))
struct CostOfRubbishTests {
    /// The time for each byte: several times what a debug build takes; libxml2 alone takes more for attributes.
    private static let microsecondsPerByte = 0.2

    @Test("nothing is opened, and nothing takes longer than its size accounts for")
    func envelopes() async throws {
        // As many tokens as are ever tried.
        let apps = try (1...64).map { try TestApp("app\($0)", agent: Int64($0)) }
        try await withWorld(apps) { world in
            let size = 256 << 10
            for document in HostileDocument.xml(size: size) + HostileDocument.json(size: size) {
                let request = HTTPRequest(
                    .post, "/cb?msg_signature=\(String(repeating: "a", count: 40))&timestamp=1&nonce=2",
                    body: document.bytes)
                expectWork(of: size, microsecondsPerByte: Self.microsecondsPerByte, "\(document)") {
                    #expect(throws: CallbackRefusal.self, "\(document)") { try world.opener.open(request, app: nil) }
                }
            }
        }
    }

    @Test("a document that is signed right is read or refused, and takes no longer either")
    func documents() async throws {
        let app = try TestApp("app")
        try await withWorld(app) { world in
            let size = 190 << 10
            for document in HostileDocument.xml(size: size) {
                let request = app.sealed(document.bytes)
                expectWork(of: size, microsecondsPerByte: Self.microsecondsPerByte, "\(document)") {
                    _ = try? world.opener.open(request, app: nil)
                }
            }
        }
    }
}
