import HTTP
import JSON
import ProgramTesting
import Router
import System
import Testing

@testable import Agents

@Suite("what is sent along to an endpoint", .timeLimit(.minutes(1)))
struct ChatAttachmentTests {
    /// The content of a message with these files along, and what is remembered of it.
    private func content(
        _ text: String, _ attachments: [Router.Attachment], links: [String]? = nil, showingImages: Bool = true
    ) async throws -> TurnContent {
        let path = links.map { ReturnPath(url: "https://r/jobs/1/events", token: "t", files: $0) }
        return try await TurnContent(
            of: .saying(text, attachments: attachments), showingImages: showingImages, FakeAttendant(path: path))
    }

    private func attachment(
        _ name: String, _ type: String, _ kind: SentMedia.Kind = .file, size: Int = 5, at path: String = "/nowhere"
    ) -> Router.Attachment {
        return Router.Attachment(kind, path: path, name: name, contentType: type, size: size)
    }

    private func withFile(_ body: (String) async throws -> Void) async throws {
        let directory = try TemporaryDirectory(prefix: "chat-tests-")
        let path = directory.path + "/image"
        try writeFile(path, Array("hello".utf8))
        try await body(path)
        withExtendedLifetime(directory) {}
    }

    @Test("images are parts of the message, and names in what is remembered")
    func images() async throws {
        try await withFile { path in
            let types = ["image/png", "image/jpeg", "image/gif", "image/webp"]
            let images = types.map { attachment("i.\($0.dropFirst(6))", $0, .image, at: path) }
            let said = try await content("看图", images)
            var parts: [JSONValue] = [["type": "text", "text": "看图"]]
            parts += types.map {
                [
                    "type": "image_url",
                    "image_url": ["url": .string("data:\($0);base64,aGVsbG8="), "detail": "auto"],
                ]
            }
            #expect(said.chatContent == .array(parts))
            #expect(said.record == "看图\n[image i.png]\n[image i.jpeg]\n[image i.gif]\n[image i.webp]")
            let mute = try await content("", [images[0]])
            #expect(mute.chatContent.array?.count == 1)
        }
    }

    @Test("what is no image, or too large, or not wanted, is told by its link")
    func links() async throws {
        let files = [
            attachment("a.pdf", "application/pdf", size: 12345),
            attachment("b.png", "image/png", .image, size: 6 << 20),
        ]
        let said = try await content("看", files, links: ["https://r/1", "https://r/2"])
        #expect(
            said.chatContent == """
                看
                [file a.pdf, application/pdf, 12345 bytes: https://r/1]
                [image b.png, image/png, 6291456 bytes: https://r/2]
                """)
        #expect(said.record == "看\n[file a.pdf]\n[image b.png]")
        let small = attachment("c.png", "image/png", .image)
        let off = try await content("", [small], links: ["https://r/1"], showingImages: false)
        #expect(off.chatContent == "[image c.png, image/png, 5 bytes: https://r/1]")
    }

    @Test("where the outside cannot reach us, the model knows at least what came")
    func noLinks() async throws {
        let said = try await content("听", [attachment("a.amr", "audio/amr", .voice)])
        #expect(said.chatContent == "听\n[voice a.amr, audio/amr, 5 bytes]")
    }

    @Test("images together are bounded; those beyond are told by name")
    func many() async throws {
        let large = attachment("l.png", "image/png", .image, size: 5 << 20)
        try await withFile { path in
            let images = (0..<5).map { _ in
                attachment("l.png", "image/png", .image, size: large.size, at: path)
            }
            let parts = try #require(try await content("", images).chatContent.array)
            #expect(parts.count == 5)
            #expect(parts[0]["text"] == "[image l.png, image/png, 5242880 bytes]")
        }
    }

    @Test("an image that cannot be read may be there the next time")
    func unreadable() async throws {
        let failure = await #expect(throws: AgentFailure.self) {
            try await content("", [attachment("a.png", "image/png", .image)])
        }
        #expect(failure?.kind == .transient)
    }
}
