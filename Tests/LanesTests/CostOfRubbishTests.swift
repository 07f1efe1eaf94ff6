import HTTP
import HostileInput
import Lanes
import System
import Testing
import WeCom

@Suite("What a callback costs before its signature is known", .serialized)
struct CostOfRubbishTests {
    private static let size = 256 << 10
    /// Processor time. The mended code takes less than a tenth of it in a debug build; libxml2 alone takes
    /// more than all of it for attributes.
    private static let limit = Duration.milliseconds(150)

    @Test("nothing is opened, and nothing takes longer than its size accounts for")
    func envelopes() async throws {
        // As many tokens as are ever tried.
        let apps = try (1...64).map { try TestApp("app\($0)", agent: Int64($0)) }
        try await withWorld(apps) { world in
            for document in HostileDocument.xml(size: Self.size) + HostileDocument.json(size: Self.size) {
                let request = HTTPRequest(
                    .post, "/cb?msg_signature=\(String(repeating: "a", count: 40))&timestamp=1&nonce=2",
                    body: document.bytes)
                let spent = processorTime {
                    #expect(throws: CallbackRefusal.self, "\(document)") { try world.opener.open(request, app: nil) }
                }
                #expect(spent < Self.limit, "\(document)")
            }
        }
    }

    @Test("a document that is signed right is read or refused, and takes no longer either")
    func documents() async throws {
        let app = try TestApp("app")
        try await withWorld(app) { world in
            for document in HostileDocument.xml(size: 190 << 10) {
                let request = app.sealed(document.bytes)
                let spent = processorTime { _ = try? world.opener.open(request, app: nil) }
                #expect(spent < Self.limit, "\(document)")
            }
        }
    }

    private func processorTime(_ body: () -> Void) -> Duration {
        let began = Process.threadTime
        body()
        return Process.threadTime - began
    }
}
