import HTTP
import JSON
import Simulator
import Testing
import WeCom

@Suite("Files that the simulated WeCom takes and gives", .timeLimit(.minutes(5))) struct FileTests {
    @Test("an upload brings an id, and a time that is a string")
    func upload() async throws {
        try await withWorld { world in
            let answer = try await world.upload(png, "image", named: "图.png", length: png.count)
            #expect(answer["errcode"] == 0 && answer["type"] == "image")
            #expect(answer["created_at"]?.string.flatMap { Int64($0) } != nil)
            let media = try #require(world.wecom.transcript.uploads.first)
            #expect(media.name == "图.png" && world.wecom.bytes(of: media) == png)
            #expect(answer["media_id"]?.string == media.id)
        }
    }

    @Test(
        "a file that is too small, too large or not what it claims to be is refused",
        arguments: [
            ([], 0, "file", 44001), ([], 5, "file", 40006), ([], 6, "file", 0), ([], 6, "image", 40004),
            ([], 6, "video", 40004), ([], 6, "voice", 301017), ([], 6, "audio", 40005),
            ([0, 0, 0, 24] + Array("ftypmp42".utf8), 32, "video", 0), (png, 10 << 20, "image", 0),
            (png, (10 << 20) + 1, "image", 45001),
        ] as [([UInt8], Int, String, Int64)])
    func checks(start: [UInt8], size: Int, type: String, code: Int64) async throws {
        try await withWorld { world async throws in
            let bytes = start + [UInt8](repeating: 0, count: size - start.count)
            let answered = try await world.upload(bytes, type)["errcode"]?.integer
            #expect(answered == code)
        }
    }

    @Test("a minute of voice is taken, a fiftieth of a second more is not")
    func voice() async throws {
        try await withWorld { world in
            let minute = try await world.upload(amr(frames: 3000), "voice")
            let longer = try await world.upload(amr(frames: 3001), "voice")
            #expect(minute["errcode"] == 0 && longer["errcode"] == 45007)
        }
    }

    @Test("a length that is not the file's is refused")
    func wrongLength() async throws {
        try await withWorld { world async throws in
            #expect(try await world.upload(png, "image", length: 5)["errcode"] == 40006)
        }
    }

    @Test(
        "a form that is not quite one is refused",
        arguments: [
            "--XX\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a\"\r\n\r\n123456\r\n--XX\r\n",
            "--XX\nContent-Disposition: form-data; name=\"media\"; filename=\"a\"\n\n123456\n--XX--\n",
            "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n123456\r\n--XX--\r\n",
            "--XX\r\nContent-Disposition: form-data; name=\"media\"\r\n\r\n123456\r\n--XX--\r\n",
            "--XX\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a\r\n\r\n123456\r\n--XX--\r\n",
            "--XX\r\nContent-Type: text/plain\r\n\r\n123456\r\n--XX--\r\n",
            "--YY\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a\"\r\n\r\n123456\r\n--YY--\r\n",
            "123456",
        ])
    func badForms(body: String) async throws {
        try await withWorld { world in
            let answer = try await world.post(
                "media/upload?type=file", Array(body.utf8), token: try await world.token(),
                contentType: "multipart/form-data; boundary=XX")
            #expect(try JSONValue(parsing: answer.bytes)["errcode"] == 40058)
        }
    }

    @Test("a download is the bytes with their name, whole or in ranges")
    func download() async throws {
        try await withWorld { world in
            let id = try await world.uploaded(Array("0123456789".utf8), "file", named: "报告.txt")
            let whole = try await world.get("media/get?media_id=\(id)")
            #expect(whole.status == .ok && whole.bytes == Array("0123456789".utf8))
            #expect(whole.headers["Content-Disposition"] == "attachment; filename=\"报告.txt\"")
            for (range, text, place) in [
                ("bytes=2-4", "234", "2-4"), ("bytes=7-", "789", "7-9"), ("bytes=-2", "89", "8-9"),
                ("bytes=5-99", "56789", "5-9"),
            ] {
                let part = try await world.get("media/get?media_id=\(id)", headers: ["Range": range])
                #expect(part.status == HTTPStatus(206) && part.bytes == Array(text.utf8))
                #expect(part.headers["Content-Range"] == "bytes \(place)/10")
            }
            let beyond = try await world.get("media/get?media_id=\(id)", headers: ["Range": "bytes=10-"])
            #expect(beyond.status == HTTPStatus(416))
        }
    }

    @Test("what is not there is JSON with 200 and the code in the header; so is a file after three days")
    func missing() async throws {
        try await withWorld { world in
            let id = try await world.uploaded(Array("0123456789".utf8), "file")
            world.wecom.clock.advance(by: .seconds(3 * 24 * 3600))
            for id in [id, "nobody's"] {
                let answer = try await world.get("media/get?media_id=\(id)")
                #expect(answer.status == .ok && answer.headers["Error-Code"] == "40007")
                #expect(try JSONValue(parsing: answer.bytes)["errcode"] == 40007)
            }
        }
    }
}
