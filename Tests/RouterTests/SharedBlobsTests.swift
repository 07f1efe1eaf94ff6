import Foundation
import System
import Testing

@testable import Router

/// Two folders over one store, as two machines have them.
@Suite(.timeLimit(.minutes(1))) struct SharedBlobsTests {
    private let pieces = PieceStore()

    private func folder(_ name: String, in directory: String) throws -> BlobFolder {
        try BlobFolder(at: "\(directory)/\(name)", shared: SharedBlobs(in: pieces))
    }

    @Test(
        "a file that one machine shared is brought to the other, whole, whatever its size",
        arguments: [1, 262_144, 700_001])
    func moves(size: Int) async throws {
        let directory = try TemporaryDirectory(prefix: "router-tests-")
        defer { withExtendedLifetime(directory) {} }
        let (here, there) = (try folder("a", in: directory.path), try folder("b", in: directory.path))
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let kept = try await here.keep(bytes)
        try await here.share(kept.id)
        try await here.share(kept.id)
        #expect(try readFile(try await there.bring(kept.id), limit: size) == bytes)
        #expect(await pieces.sizes.max() ?? 0 <= SharedBlobs.piece)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path + "/b") == [kept.id.text])
    }

    @Test("a thousand who need one at once bring it once")
    func once() async throws {
        let directory = try TemporaryDirectory(prefix: "router-tests-")
        defer { withExtendedLifetime(directory) {} }
        let (here, there) = (try folder("a", in: directory.path), try folder("b", in: directory.path))
        let kept = try await here.keep([UInt8](repeating: 7, count: 1000))
        try await here.share(kept.id)
        try await withThrowingTaskGroup { tasks in
            for _ in 0..<1000 { tasks.addTask { _ = try await there.bring(kept.id) } }
            try await tasks.waitForAll()
        }
        #expect(await pieces.reads == 1)
    }

    @Test("bytes that are not those that were given are not let in, and leave nothing behind")
    func damaged() async throws {
        let directory = try TemporaryDirectory(prefix: "router-tests-")
        defer { withExtendedLifetime(directory) {} }
        let (here, there) = (try folder("a", in: directory.path), try folder("b", in: directory.path))
        let kept = try await here.keep([1, 2, 3])
        try await here.share(kept.id)
        await pieces.damage(kept.id)
        await #expect(throws: FileError.self) { try await there.bring(kept.id) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path + "/b").isEmpty)
    }

    @Test("one that was never shared, or not to its end, is nowhere")
    func missing() async throws {
        let directory = try TemporaryDirectory(prefix: "router-tests-")
        defer { withExtendedLifetime(directory) {} }
        let there = try folder("b", in: directory.path)
        let blob = BlobID(of: [9])
        await pieces.keep([9], number: 0, of: blob, at: .steady)
        #expect(!fileExists(try await there.bring(blob)))
    }

    // MARK: What people sent, as an agent fetches it from a machine that did not get it

    private func attachments(_ name: String, in directory: String) throws -> AttachmentFolder {
        try AttachmentFolder(at: "\(directory)/\(name)", shared: SharedBlobs(in: pieces))
    }

    @Test("a file that came with a job on one machine is found on the other under the same number, and no other")
    func attached() async throws {
        let directory = try TemporaryDirectory(prefix: "router-tests-")
        defer { withExtendedLifetime(directory) {} }
        let (here, there) = (try attachments("a", in: directory.path), try attachments("b", in: directory.path))
        let (path, bytes) = (try await here.folder(of: JobID(7), 1) + "/报告.txt", [UInt8](repeating: 65, count: 300_000))
        try writeFile(path, bytes)
        let attachment = Attachment(.file, path: path, name: "报告.txt", contentType: "text/plain", size: bytes.count)
        try await here.share([attachment], of: JobID(7))
        for _ in 1...2 {
            let found = try #require(try await there.file(1, of: JobID(7)))
            #expect(found.path.hasSuffix("/b/\(JobID(7))/1/报告.txt"))
            #expect(try readFile(found.path, limit: bytes.count) == bytes)
        }
        #expect(try await there.file(2, of: JobID(7)) == nil)
        #expect(try await there.file(1, of: JobID(8)) == nil)
    }

    @Test("a name that leads elsewhere is no file", arguments: ["../x", ".hidden", "a/b"])
    func badName(name: String) async throws {
        let directory = try TemporaryDirectory(prefix: "router-tests-")
        defer { withExtendedLifetime(directory) {} }
        let (blobs, there) = (try folder("a", in: directory.path), try attachments("b", in: directory.path))
        let kept = try await blobs.keep([1])
        try await blobs.share(kept.id)
        await pieces.attach(kept.id, named: name, to: JobID(7), as: 1)
        #expect(try await there.file(1, of: JobID(7)) == nil)
    }
}
