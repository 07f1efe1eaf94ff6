import HTTP
import HTTPServer
import SeededTesting
import System
import Testing
import WeCom

@Suite("An upload", .timeLimit(.minutes(5))) struct UploadTests {
    private let directory: TemporaryDirectory
    private let done: HTTPHandler = { _ in json(#"{"errcode":0,"type":"image","media_id":"M1","created_at":"1"}"#) }

    init() throws { directory = try TemporaryDirectory(prefix: "upload-tests-") }

    @Test("is one part with the file's bytes, name, size and type, and its id comes back")
    func whole() async throws {
        var numbers = SeededNumbers()
        let content = png + (0..<3_000_000).map { _ in UInt8.random(in: 0...255, using: &numbers) }
        let path = try write(content)
        try await withLoopbackWeCom(answering: done) { client, wecom in
            let file = try await UploadFile(opening: path, named: "图 \"1\".png")
            #expect(file.type == .png && file.size == content.count)
            #expect(try file.fittingKind() == .image)
            #expect(try await client.upload(file, as: .image) == MediaID("M1"))
            let request = try #require(wecom.requests.first)
            #expect(request.method == .post && request.path == "/cgi-bin/media/upload")
            #expect(request.query["access_token"] == "token-1" && request.query["type"] == "image")
            let part = try Part(request)
            #expect(
                part.head.contains(
                    #"Content-Disposition: form-data; name="media"; filename="图 _1_.png"; filelength=\#(content.count)"#
                ))
            #expect(part.head.contains("Content-Type: image/png") && part.bytes == content)
        }
    }

    @Test("goes again, whole, with a new token when the first was refused")
    func refusedToken() async throws {
        let content = Array("some text of a file".utf8)
        let path = try write(content)
        try await withLoopbackWeCom { request in
            json(
                request.query["access_token"] == "token-1"
                    ? #"{"errcode":42001,"errmsg":"expired"}"# : #"{"errcode":0,"media_id":"M2"}"#)
        } _: { client, wecom in
            let file = try await UploadFile(opening: path)
            #expect(try await client.upload(file, as: .file) == MediaID("M2"))
            #expect(wecom.tokensGiven == 2 && wecom.requests.count == 2)
            for request in wecom.requests { #expect(try Part(request).bytes == content) }
        }
    }

    @Test("ends in WeCom's refusal, or in what is no answer of WeCom's")
    func refused() async throws {
        let path = try write(png)
        for (answer, expected) in [
            (#"{"errcode":45001,"errmsg":"too large"}"#, WeComError.refused(ErrorCode(45001), message: "too large")),
            (
                #"{"errcode":0}"#,
                .unreadable(status: .ok, reason: "media/upload answered without a media_id")
            ),
        ] {
            try await withLoopbackWeCom { _ in
                json(answer)
            } _: { client, _ in
                let file = try await UploadFile(opening: path)
                let error = await failure { () async throws(WeComError) in try await client.upload(file, as: .image) }
                #expect(error == expected)
            }
        }
    }

    @Test("does not begin without a regular file, and the error names it")
    func noFile() async throws {
        for path in ["\(directory.path)/none.png", directory.path, "/dev/null"] {
            let error = await #expect(throws: FileError.self) { try await UploadFile(opening: path) }
            #expect(error?.path == path)
        }
    }

    @Test("takes a voice for what its frames say")
    func voice() async throws {
        let frames = Array(repeatElement([0x3C] + [UInt8](repeating: 1, count: 31), count: 100).joined())
        let short = try await UploadFile(opening: try write(Array("#!AMR\n".utf8) + frames), named: "v.amr")
        #expect(short.voiceLength == .seconds(2))
        #expect(try short.fittingKind() == .voice)
        let empty = try await UploadFile(opening: try write(Array("#!AMR\n".utf8)), named: "v.amr")
        #expect(try empty.fittingKind() == .file)
    }

    private let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    private func write(_ bytes: [UInt8]) throws -> String {
        let path = "\(directory.path)/file-\(bytes.count)"
        try NewFile(path).append(bytes)
        return path
    }
}

/// The one part of a multipart body, taken apart by its boundary.
private struct Part {
    let head: String
    let bytes: [UInt8]

    init(_ request: HTTPRequest) throws {
        let type = try #require(request.headers["Content-Type"])
        let boundary = try #require(type.split(separator: "boundary=").last)
        #expect(type.hasPrefix("multipart/form-data; "))
        let (start, end) = (Array("--\(boundary)\r\n".utf8), Array("\r\n--\(boundary)--\r\n".utf8))
        let body = request.body
        try #require(body.starts(with: start) && body.suffix(end.count).elementsEqual(end))
        let blank = Array("\r\n\r\n".utf8)
        let headEnd = try #require(body.indices.first { body[$0...].starts(with: blank) })
        head = String(decoding: body[start.count..<headEnd], as: UTF8.self)
        bytes = Array(body[(headEnd + blank.count)...].dropLast(end.count))
    }
}
