import Crypto
import JSON
import Simulator
import Testing
import Text
import WeCom

@Suite("Files that bots upload over the simulated long connection", .timeLimit(.minutes(2)))
struct BotUploadTests {
    private static let name = "a.txt"

    private func start(
        size: Int, chunks: Int = 1, type: String = "file", name: String = name, md5: String? = nil
    ) -> JSONValue {
        let members: [JSONValue.Member?] = [
            .init("type", .string(type)), .init("filename", .string(name)), .init("total_size", .integer(Int64(size))),
            .init("total_chunks", .integer(Int64(chunks))), md5.map { .init("md5", .string($0)) },
        ]
        return .object(members.compactMap { $0 })
    }

    private func chunk(_ index: Int, _ bytes: [UInt8], of id: String) -> JSONValue {
        [
            "upload_id": .string(id), "chunk_index": .integer(Int64(index)),
            "base64_data": .string(Base64.encode(bytes)),
        ]
    }

    /// Begins an upload of two chunks of three bytes.
    private func begun(_ wire: BotWire, md5: String? = nil) async throws -> String {
        let body = start(size: 6, chunks: 2, md5: md5)
        let answer = try await wire.give(raw: body, of: .beginUpload)
        return try #require(answer["body"]?["upload_id"]?.string)
    }

    @Test(
        "what WeCom does not take is refused when the upload begins",
        arguments: [
            ("file", 4, 1, "a", 40006), ("file", 5, 1, "a", 0), ("file", (20 << 20) + 1, 41, "a", 45001),
            ("image", (10 << 20) + 1, 21, "a", 45001), ("voice", (2 << 20) + 1, 5, "a", 45001),
            ("video", (10 << 20) + 1, 21, "a", 45001), ("card", 10, 1, "a", 40004), ("file", 10, 0, "a", 40058),
            ("file", 10, 101, "a", 40058), ("file", 10, 100, "a", 0), ("file", 10, 1, "", 40058),
            ("file", 10, 1, String(repeating: "a", count: 257), 40058),
            ("file", 10, 1, String(repeating: "a", count: 256), 0),
        ] as [(String, Int, Int, String, Int64)])
    func beginnings(type: String, size: Int, chunks: Int, name: String, code: Int64) async throws {
        try await withBots { world async throws in
            let wire = try await world.subscribed()
            let body = start(size: size, chunks: chunks, type: type, name: name)
            #expect(try await wire.code(raw: body, of: .beginUpload) == code)
        }
    }

    @Test("chunks come in any order and as often as they like, over whichever connection, and make the file")
    func chunks() async throws {
        try await withBots { world async throws in
            var wire = try await world.subscribed()
            let id = try await begun(wire, md5: Crypto.md5(Array("abcdef".utf8)).hexText)
            for index in [1, 1] {
                #expect(try await wire.code(raw: chunk(index, Array("def".utf8), of: id), of: .uploadChunk) == 0)
            }
            #expect(try await wire.code(raw: ["upload_id": .string(id)], of: .finishUpload) == 40058, "one is missing")
            wire = try await world.subscribed()
            #expect(try await wire.code(raw: chunk(0, Array("abc".utf8), of: id), of: .uploadChunk) == 0)
            let body = try await wire.give(raw: ["upload_id": .string(id)], of: .finishUpload)["body"]
            let media = try #require(body?["media_id"]?.string)
            #expect(body?["type"] == "file" && body?["created_at"]?.string?.isEmpty == false)
            #expect(try await wire.code(raw: ["upload_id": .string(id)], of: .finishUpload) == 40058, "it is over")

            await world.wecom.tell("hi", as: BotWorld.user, to: world.socket)
            let request = try await wire.requestID()
            let reply: JSONValue = ["msgtype": "file", "file": ["media_id": .string(media)]]
            let wrong: JSONValue = ["msgtype": "image", "image": ["media_id": .string(media)]]
            #expect(try await wire.code(raw: wrong, of: .respond, answering: request) == 40004)
            #expect(try await wire.code(raw: reply, of: .respond, answering: request) == 0)
            let file = try #require(world.wecom.transcript.bubbles.last?.file)
            #expect(world.wecom.sockets.bytes(of: file) == Array("abcdef".utf8) && file.name == Self.name)
            world.wecom.clock.advance(by: .seconds(3 * 24 * 3600))
            await world.wecom.tell("hi", as: BotWorld.user, to: world.socket)
            let later = try await wire.requestID()
            #expect(try await wire.code(raw: reply, of: .respond, answering: later) == 40007)
        }
    }

    @Test("damage is found at the end: another md5, another size")
    func damage() async throws {
        try await withBots { world async throws in
            let wire = try await world.subscribed()
            for (md5, pieces) in [("0", ["abc", "def"]), (nil, ["abc", "de"])] as [(String?, [String])] {
                let id = try await begun(wire, md5: md5)
                for (index, piece) in pieces.enumerated() {
                    #expect(try await wire.code(raw: chunk(index, Array(piece.utf8), of: id), of: .uploadChunk) == 0)
                }
                #expect(try await wire.code(raw: ["upload_id": .string(id)], of: .finishUpload) == 40058)
            }
        }
    }

    @Test("a chunk is one of the file's, has bytes, and at most 512 KiB of them")
    func wrongChunks() async throws {
        try await withBots { world async throws in
            let wire = try await world.subscribed()
            let id = try await begun(wire)
            let full = [UInt8](repeating: 65, count: 512 << 10)
            for (body, code) in [
                (chunk(0, full, of: id), 0), (chunk(0, full + [65], of: id), 40058), (chunk(2, [65], of: id), 40058),
                (chunk(-1, [65], of: id), 40058), (chunk(0, [], of: id), 40058), (chunk(0, [65], of: "none"), 40058),
            ] as [(JSONValue, Int64)] {
                #expect(try await wire.code(raw: body, of: .uploadChunk) == code)
            }
            world.wecom.clock.advance(by: .seconds(1800))
            #expect(try await wire.code(raw: chunk(0, [65], of: id), of: .uploadChunk) == 40058, "it is too old")
        }
    }

    @Test("a bot begins as many uploads a minute and an hour as the limits say")
    func rates() async throws {
        try await withBots { world async throws in
            world.wecom.sockets.limitUploads(to: .init(perMinute: 3, perHour: 4))
            let wire = try await world.subscribed()
            for _ in 1...3 { #expect(try await wire.code(raw: start(size: 10), of: .beginUpload) == 0) }
            #expect(try await wire.code(raw: start(size: 10), of: .beginUpload) == 45009)
            world.wecom.clock.advance(by: .seconds(60))
            #expect(try await wire.code(raw: start(size: 10), of: .beginUpload) == 0)
            #expect(try await wire.code(raw: start(size: 10), of: .beginUpload) == 45009)
        }
    }
}
