import Observability
import RouterTesting
import System
import Testing
import WeCom

@testable import Router

@Suite("Files that are too small for WeCom", .timeLimit(.minutes(5))) struct SmallFileTests {
    /// Packs an answer of one file; tells the part that it goes out as, and its bytes if it is still a file.
    private func sent(
        _ bytes: [UInt8], named name: String, within speech: Speech = .app
    ) async throws -> (part: Part, bytes: [UInt8]) {
        let directory = try TemporaryDirectory(prefix: "router-tests-")
        defer { withExtendedLifetime(directory) {} }
        let blobs = try BlobFolder(at: directory.path + "/blobs")
        let parts = await ReplyPacker(blobs: blobs, log: .silent).parts(
            of: Reply("", files: [ReplyFile(.bytes(bytes), name: name)]), to: .user(UserID("u")), in: ReplyStyle(),
            within: speech, saying: .chinese)
        let part = try #require(parts.first)
        guard parts.count == 1, case .file(let file, _) = part.body else { return (part, []) }
        return (part, try readFile(blobs.path(of: file.blob), limit: 1 << 20))
    }

    @Test("a text goes as one, under its name")
    func text() async throws {
        let sent = try await sent(Array("好".utf8), named: "a.txt")
        #expect(sent.part.excerpt == "a.txt：好" && sent.bytes.isEmpty)
    }

    @Test(
        "anything else goes in an archive", arguments: [[], [0xFF, 0xD8], Array(" \n".utf8)] as [[UInt8]])
    func archive(bytes: [UInt8]) async throws {
        let sent = try await sent(bytes, named: "a.bin")
        guard case .file(let file, _) = sent.part.body else {
            Issue.record("\(sent.part)")
            return
        }
        #expect(file.name == "a.bin.zip" && file.kind == .file && file.size == sent.bytes.count)
        #expect(sent.bytes == zipArchive(of: bytes, named: "a.bin") && file.size > UploadKind.minSize)
    }

    @Test("where no files go, the person is told so in their language, and a text goes all the same")
    func notCarried() async throws {
        let told = try await sent([0xFF], named: "1", within: .bot)
        #expect(told.part.excerpt == "文件“1”没有发送成功：这里不能发送这种文件。")
        #expect(try await sent(Array("好".utf8), named: "a.txt", within: .bot).part.excerpt == "a.txt：好")
    }

    @Test("one byte more goes as it is")
    func large() async throws {
        let sent = try await sent(Array("六个字节".utf8.prefix(6)), named: "a.txt")
        guard case .file(let file, _) = sent.part.body else {
            Issue.record("\(sent.part)")
            return
        }
        #expect(file.name == "a.txt" && file.size == 6)
    }

    @Test("the archive is the one that other programs make")
    func bytes() {
        // As Python's zipfile writes `a` with `abc` in it, stored, of 1980-01-01, by Unix, with the flag for UTF-8.
        let sum: [UInt8] = [0xC2, 0x41, 0x24, 0x35]
        let sizes: [UInt8] = [3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0]
        let common: [UInt8] = [20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0] + sum + sizes
        let entry: [UInt8] = Array("PK\u{3}\u{4}".utf8) + common + Array("aabc".utf8)
        let listing: [UInt8] =
            Array("PK\u{1}\u{2}".utf8) + [20, 0] + common + [UInt8](repeating: 0, count: 14) + Array("a".utf8)
        let end: [UInt8] =
            Array("PK\u{5}\u{6}".utf8) + [0, 0, 0, 0, 1, 0, 1, 0, 47, 0, 0, 0, 34, 0, 0, 0, 0, 0]
        #expect(zipArchive(of: Array("abc".utf8), named: "a") == entry + listing + end)
    }
}
