import HTTP
import HTTPServer
import Lifecycle
import SeededTesting
import System
import TestSupport
import Testing
import WeCom

@Suite("A download", .timeLimit(.minutes(2)))
struct DownloadTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory(prefix: "download-tests-") }

    @Test("puts the whole file into the directory, under the name WeCom gives, made safe")
    func whole() async throws {
        var numbers = SeededNumbers()
        let content = jpeg + (0..<3_000_000).map { _ in UInt8.random(in: 0...255, using: &numbers) }
        try await withLoopbackWeCom { _ in
            file(content, [("Content-disposition", #"attachment; filename="../照片.jpg""#)])
        } _: { client, wecom in
            let media = try await client.download(MediaID("M/1"), into: directory.path, limit: content.count)
            #expect(media.path == "\(directory.path)/照片.jpg" && media.name.text == "照片.jpg")
            #expect(media.type == .jpeg && media.size == content.count)
            #expect(try readFile(media.path, limit: 4 << 20) == content)
            #expect(try names() == ["照片.jpg"] && fileMode(media.path) == 0o600)
            let request = try #require(wecom.requests.first)
            #expect(request.path == "/cgi-bin/media/get" && request.query["media_id"] == "M/1")
            #expect(request.query["access_token"] == "token-1" && request.headers["Range"] == nil)
        }
    }

    @Test(
        "is called as the head says, in any of its forms, or as the caller says",
        arguments: [
            (#"attachment; filename="a.txt""#, "a.txt"), ("attachment; filename=a.txt", "a.txt"),
            ("attachment;filename=a.txt;x=y", "a.txt"), (#"ATTACHMENT; FileName = "a;b.txt""#, "a;b.txt"),
            (#"attachment; filename="a\"b.txt""#, "a_b.txt"),
            ("attachment; filename=x; filename*=UTF-8''%E4%BD%A0%2F%E5%A5%BD.txt", "好.txt"),
            ("attachment; filename*=utf-8'zh'%E5%A5%BD.txt; filename=x", "好.txt"),
            ("attachment; filename*=GBK''%C4%E3.txt; filename=ok.txt", "ok.txt"),
            (#"attachment; filename="""#, "voice.txt"), ("attachment", "voice.txt"), (nil, "voice.txt"),
        ] as [(String?, String)]
    )
    func names(_ disposition: String?, _ expected: String) async throws {
        try await withLoopbackWeCom { _ in
            file(Array("hello there".utf8), disposition.map { [("Content-Disposition", $0)] } ?? [])
        } _: { client, _ in
            let media = try await client.download(MediaID("M"), into: directory.path, limit: 100, named: "voice")
            #expect(media.name.text == expected)
        }
    }

    @Test("stands beside others of its name")
    func sameName() async throws {
        try await withLoopbackWeCom { _ in
            file(Array("hello there".utf8), [("Content-Disposition", "attachment; filename=a.txt")])
        } _: { client, _ in
            let paths = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        try await client.download(MediaID("M"), into: directory.path, limit: 100).name.text
                    }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(paths == ["a.txt", "a-2.txt", "a-3.txt", "a-4.txt", "a-5.txt"])
            #expect(try names() == paths)
        }
    }

    @Test(
        "is refused with a 200 as well, and leaves nothing",
        arguments: [
            [("Content-Type", "application/json; charset=UTF-8")], [("Content-Type", "text/plain")],
            [("Content-Type", "image/jpeg"), ("Error-Code", "40007")],
        ]
    )
    func refused(headers: [(String, String)]) async throws {
        try await withLoopbackWeCom { _ in
            answer(Array(" \n{\"errcode\":40007,\"errmsg\":\"invalid media_id\"}".utf8), headers)
        } _: { client, _ in
            let error = await failure(client)
            #expect(error == .refused(ErrorCode(40007), message: "invalid media_id"))
            try expectNothingLeft()
        }
    }

    @Test("is refused by its head alone if there is no body")
    func refusedInHead() async throws {
        try await withLoopbackWeCom { _ in
            answer([], [("Error-Code", "-1")])
        } _: { client, _ in
            let error = await failure(client)
            #expect(error == .refused(ErrorCode(-1), message: "media/get") && error?.isTransient == true)
        }
    }

    @Test("of a file that looks like a refusal is a file all the same")
    func lookAlikes() async throws {
        let refusal = #"{"errcode":40007}"#
        let long = refusal + String(repeating: " ", count: 5000)
        for (text, headers) in [
            (refusal, [("Content-Disposition", "attachment; filename=a.json"), ("Content-Type", "application/json")]),
            (refusal, [("Content-Type", "image/jpeg")]),
            (refusal, [("Content-Type", "image/jpeg"), ("Error-Code", "0")]),
            (long, [("Content-Type", "application/json")]),
            (#"{"errcode":0}"#, [("Content-Type", "application/json")]),
            (#"[{"errcode":40007}]"#, [("Content-Type", "application/json")]),
            ("{ errcode 40007", [("Content-Type", "text/plain")]),
        ] {
            try await withLoopbackWeCom { _ in
                answer(Array(text.utf8), headers)
            } _: { client, _ in
                let media = try await client.download(MediaID("M"), into: directory.path, limit: 10_000)
                #expect(try readFile(media.path, limit: 10_000) == Array(text.utf8))
            }
        }
    }

    @Test("begins again with a new token when the first was refused")
    func refusedToken() async throws {
        try await withLoopbackWeCom { request in
            request.query["access_token"] == "token-1"
                ? json(#"{"errcode":42001,"errmsg":"expired"}"#) : file(Array("hello there".utf8))
        } _: { client, wecom in
            let media = try await client.download(MediaID("M"), into: directory.path, limit: 100, named: "a.txt")
            #expect(try readFile(media.path, limit: 100) == Array("hello there".utf8))
            #expect(wecom.tokensGiven == 2 && wecom.requests.count == 2)
        }
    }

    @Test("of more than the limit ends, be the size announced or not, and leaves nothing")
    func tooLarge() async throws {
        let pieces: HTTPHandler = { _ in
            HTTPResponse(
                .ok, headers: ["Content-Type": "image/jpeg"],
                body: .streamed { writer in
                    for _ in 0..<100 { try await writer.write([UInt8](repeating: 1, count: 10_000)) }
                })
        }
        let handlers: [HTTPHandler] = [pieces, { _ in file([UInt8](repeating: 1, count: 50_001)) }]
        for handler in handlers {
            try await withLoopbackWeCom(answering: handler) { client, _ in
                let error = await failure(client, limit: 50_000)
                #expect(error == .tooLarge(limit: 50_000) && error?.isTransient == false)
                try expectNothingLeft()
            }
        }
    }

    @Test("comes in ranges when WeCom finds the file too large for one answer")
    func ranges() async throws {
        let size = 45_000_000
        let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
        try await withLoopbackWeCom { request in
            guard let range = request.headers["Range"] else {
                return json(#"{"errcode":830002,"errmsg":"use Range"}"#)
            }
            let bounds = range.dropFirst("bytes=".count).split(separator: "-").compactMap { Int($0) }
            let last = min(bounds[1], size - 1)
            return HTTPResponse(
                .partialContent,
                headers: [
                    "Content-Type": "video/mp4", "Content-Range": "bytes \(bounds[0])-\(last)/\(size)",
                    "Content-Disposition": "attachment; filename=film.mp4",
                ], body: .whole(Array(content[bounds[0]...last])))
        } _: { client, wecom in
            let media = try await client.download(MediaID("M"), into: directory.path, limit: size)
            #expect(media.size == size && media.name.text == "film.mp4")
            #expect(try readFile(media.path, limit: size) == content)
            #expect(
                wecom.requests.map { $0.headers["Range"] } == [
                    nil, "bytes=0-19999999", "bytes=20000000-39999999", "bytes=40000000-59999999",
                ])
            let error = await failure(client, limit: size - 1)
            #expect(error == .tooLarge(limit: size - 1))
        }
    }

    @Test(
        "does not go on for ever with ranges that lead nowhere",
        arguments: ["bytes 0-0/100", "bytes 5-9/100", "bytes */100", "nonsense", nil] as [String?]
    )
    func badRanges(field: String?) async throws {
        try await withLoopbackWeCom { request in
            if request.headers["Range"] == nil { return json(#"{"errcode":830002}"#) }
            var headers: HTTPHeaders = ["Content-Type": "video/mp4"]
            headers["Content-Range"] = field
            return HTTPResponse(.partialContent, headers: headers, body: .whole([1]))
        } _: { client, wecom in
            let error = await failure(client)
            guard case .unreadable(.partialContent, _) = error else { throw Unexpected("\(String(describing: error))") }
            #expect(wecom.requests.count <= 3)
            try expectNothingLeft()
        }
    }

    @Test("that breaks off, or is no answer of WeCom's, leaves nothing and may be tried again")
    func broken() async throws {
        let breaksOff: HTTPHandler = { _ in
            HTTPResponse(
                .ok, headers: ["Content-Type": "image/jpeg"],
                body: .streamed { writer in
                    try await writer.write([UInt8](repeating: 1, count: 10_000))
                    throw HTTPConnectionClosed()
                })
        }
        let loginPage: HTTPHandler = { _ in
            HTTPResponse(
                .ok, headers: ["Content-Type": "Text/HTML; charset=utf-8"],
                body: .whole(Array("<html>please log in</html>".utf8)))
        }
        let handlers: [HTTPHandler] = [
            breaksOff, loginPage, { _ in .text(HTTPStatus(502), "bad gateway") }, { _ in .text(.partialContent, "x") },
        ]
        for handler in handlers {
            try await withLoopbackWeCom(answering: handler) { client, _ in
                let error = await failure(client)
                #expect(error?.isTransient == true)
                try expectNothingLeft()
            }
        }
    }

    @Test("that is cancelled ends at once and leaves nothing")
    func cancelled() async throws {
        let (begun, end) = (Signpost(), Signpost())
        try await withLoopbackWeCom { _ in
            HTTPResponse(
                .ok, headers: ["Content-Type": "image/jpeg"],
                body: .streamed { writer in
                    try await writer.write([UInt8](repeating: 1, count: 10_000))
                    begun.reach()
                    await end.wait()
                })
        } _: { client, _ in
            let download = Task { await failure(client) }
            await begun.wait()
            download.cancel()
            #expect(await download.value == .transport(.cancelled))
            try expectNothingLeft()
            end.reach()
        }
    }

    @Test("into a directory that is not there says so")
    func noDirectory() async throws {
        try await withLoopbackWeCom { _ in
            file(jpeg)
        } _: { client, wecom in
            let error = await WeComTests.failure { () async throws(WeComError) in
                try await client.download(MediaID("M"), into: "\(directory.path)/none", limit: 100)
            }
            guard case .file(let reason) = error else { throw Unexpected("\(String(describing: error))") }
            #expect(reason.path.hasPrefix("\(directory.path)/none/") && error?.isTransient == false)
            #expect(wecom.requests.isEmpty)
        }
    }

    private let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16]

    private func failure(_ client: WeComClient, limit: Int = 1 << 20) async -> WeComError? {
        await WeComTests.failure { () async throws(WeComError) in
            try await client.download(MediaID("M"), into: directory.path, limit: limit)
        }
    }

    private func expectNothingLeft(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let left = try names()
        #expect(left.isEmpty, sourceLocation: sourceLocation)
    }

    /// Lists what lies in the directory, hidden files among it.
    private func names() throws -> Set<String> { Set(try entries(of: directory.path).map(\.name)) }
}

private func answer(_ body: [UInt8], _ headers: [(String, String)]) -> HTTPResponse {
    var fields = HTTPHeaders()
    for (name, value) in headers { fields.append(name, value) }
    return HTTPResponse(.ok, headers: fields, body: .whole(body))
}

private func file(_ body: [UInt8], _ headers: [(String, String)] = []) -> HTTPResponse {
    answer(body, [("Content-Type", "application/octet-stream")] + headers)
}
