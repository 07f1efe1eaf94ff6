import JSON
import Lifecycle
import Router
import RouterServer
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

@Suite("What agents answer, as people see it", .timeLimit(.minutes(5)))
struct ReplyTests {
    /// Answers each text as it was told to.
    private struct Librarian: Agent {
        let replies: [String: Reply]

        init(_ replies: [String: Reply]) { self.replies = replies }

        func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
            replies[turn.text] ?? Reply("re: \(turn.text)")
        }
    }

    /// A world in which "ask" is answered with `reply`.
    private func withReply(
        _ reply: Reply, in style: ReplyStyle = ReplyStyle(),
        _ body: (LoopbackWorld, RunningRouter) async throws -> Void
    ) async throws {
        try await withWorld(adjust: { $0.apps[0].conduct.reply = style }) { world in
            let router = try await world.startRouter(agents: ["echo": Librarian(["ask": reply])])
            await world.wecom.say("ask", as: UserID("u1"), to: world.apps[0])
            try await body(world, router)
            router.stop()
            try await router.ended()
        }
    }

    /// All that comes of "ask", up to the answer to what is said behind it.
    private func sent(
        for reply: Reply, format: ReplyFormat = .auto, maxParts: Int = 8
    ) async throws -> [SentMessage] {
        var style = ReplyStyle()
        (style.format, style.maxParts) = (format, maxParts)
        var sent: [SentMessage] = []
        try await withReply(reply, in: style) { world, _ in
            await world.wecom.say("end", as: UserID("u1"), to: world.apps[0])
            while sent.last?.text != "re: end" {
                sent = await world.wecom.transcript.delivered(atLeast: sent.count + 1)
            }
            #expect(world.wecom.transcript.messages.count == sent.count, "nothing is swallowed or dropped")
            #expect(world.wecom.transcript.refusals.isEmpty)
        }
        return sent.dropLast()
    }

    // MARK: Markdown

    @Test(
        "a reply goes as Markdown where that shows it better, and as text where it does not",
        arguments: [
            ("# 周报\n\n**完成**了三件事", ReplyFormat.auto, "markdown", "# 周报\n**完成**了三件事"),
            ("看这些：\n\n- 一\n- 二", .auto, "text", "看这些：\n• 一\n• 二"),
            ("# 周报\n\n**完成**了三件事", .text, "text", "周报\n\n完成了三件事"),
            ("看这些：\n\n- 一\n- 二", .markdown, "markdown", "看这些：\n• 一\n• 二"),
        ])
    func format(markdown: String, format: ReplyFormat, type: String, text: String) async throws {
        let sent = try await sent(for: Reply(markdown), format: format)
        #expect(sent.map(\.type) == [type])
        #expect(sent.map(\.text) == [text])
    }

    @Test("a reply that is no Markdown goes as it stands, whatever the format")
    func plain() async throws {
        let text = "# not a heading\n**not** bold"
        let sent = try await sent(for: Reply(text, isMarkdown: false), format: .markdown)
        #expect(sent.map(\.type) == ["text"])
        #expect(sent.map(\.text) == [text])
    }

    // MARK: Long replies

    @Test(
        "a long reply comes in numbered parts that each fit a message, with no character cut",
        arguments: [
            ReplyFormat.text, .markdown,
        ])
    func parts(format: ReplyFormat) async throws {
        let lines = (1...160).map { "第\($0)条：**要点**在此，😀表情与汉字都不可切断。" }
        let sent = try await sent(for: Reply(lines.joined(separator: "\n\n")), format: format)
        let type = format == .markdown ? "markdown" : "text"
        #expect(sent.count > 2)
        #expect(sent.allSatisfy { $0.type == type })
        var words = ""
        for (number, message) in sent.enumerated() {
            // The simulated WeCom shows no more than fits: what counts is what it was sent.
            let text = try #require(message.request[type]?["content"]?.string)
            #expect(text.utf8.count <= OutboundMessage.maxTextBytes)
            let mark = "\n\n(\(number + 1)/\(sent.count))"
            #expect(text.hasSuffix(mark))
            words += text.dropLast(mark.count)
        }
        let bold = format == .markdown ? "**" : ""
        #expect(
            words.filter { !$0.isWhitespace } == lines.joined().replacing("**", with: bold),
            "nothing is lost, cut or said twice")
    }

    @Test("a reply of too many parts is its beginning, and a file that holds every byte of it")
    func wholeAsFile() async throws {
        let reply = Reply((1...400).map { "第\($0)句话，有一点长。" }.joined(separator: "\n\n"))
        var style = ReplyStyle()
        style.maxParts = 2
        try await withReply(reply, in: style) { world, _ in
            let sent = await world.wecom.transcript.delivered(atLeast: 2)
            #expect(sent.map(\.type) == ["text", "file"])
            let summary = try #require(sent[0].request["text"]?["content"]?.string)
            #expect(summary.utf8.count <= OutboundMessage.maxTextBytes)
            #expect(summary.hasPrefix("第1句话，有一点长。"))
            #expect(summary.hasSuffix(ChatTexts.chinese.fullTextAttached))
            let file = try #require(sent[1].media)
            #expect(file.name == "reply.md")
            #expect(world.wecom.bytes(of: file) == Array(reply.text.utf8))
        }
    }

    // MARK: Files

    private static let png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 7, count: 3000)
    private static let mp4 = [0, 0, 0, 24] + Array("ftypisom".utf8) + [UInt8](repeating: 3, count: 5000)
    private static let pdf = Array("%PDF-1.7\n".utf8) + [UInt8](repeating: 0xFE, count: 4000)

    /// Somebody speaks for so many frames of 20 ms.
    private static func voice(frames: Int) -> [UInt8] {
        Array("#!AMR\n".utf8) + (0..<frames).flatMap { _ in [0x3C] + [UInt8](repeating: 9, count: 31) }
    }

    @Test("files go out behind the text as what they are, byte for byte")
    func files() async throws {
        let folder = try TemporaryDirectory(prefix: "reply-test-")
        let contents: [(name: String, kind: FakeMedia.Kind, bytes: [UInt8])] = [
            ("chart.png", .image, ReplyTests.png), ("word.amr", .voice, ReplyTests.voice(frames: 50)),
            ("speech.amr", .file, ReplyTests.voice(frames: 3001)), ("film.mp4", .video, ReplyTests.mp4),
            ("报告.pdf", .file, ReplyTests.pdf),
        ]
        for file in contents { try writeFile("\(folder.path)/\(file.name)", file.bytes) }
        let files = contents.map { ReplyFile(path: "\(folder.path)/\($0.name)", name: $0.name) }
        try await withReply(Reply("here you are", files: files)) { world, _ in
            let sent = await world.wecom.transcript.delivered(atLeast: 1 + contents.count)
            #expect(sent.map(\.type) == ["text", "image", "voice", "file", "video", "file"])
            for (file, message) in zip(contents, sent.dropFirst()) {
                let media = try #require(message.media)
                #expect(media.kind == file.kind && media.name == file.name)
                #expect(world.wecom.bytes(of: media) == file.bytes, "\(file.name)")
            }
            #expect(world.wecom.transcript.uploads.count == contents.count)
        }
    }

    @Test("a file changed or deleted once the answer is there goes out as it was")
    func keptAsItWas() async throws {
        let folder = try TemporaryDirectory(prefix: "reply-test-")
        let path = "\(folder.path)/chart.png"
        try writeFile(path, ReplyTests.png)
        try await withWorld { world in
            world.wecom.faults.next(.upload, .hang)
            let reply = Reply("", files: [ReplyFile(path: path, name: "chart.png")])
            let router = try await world.startRouter(agents: ["echo": Librarian(["ask": reply])])
            await world.wecom.say("ask", as: UserID("u1"), to: world.apps[0])
            while world.wecom.faults.areWaiting(.upload) { await beforeLookingAgain() }
            try removeFile(path)
            world.wecom.faults.clear()
            let sent = try #require(await world.wecom.transcript.delivered(atLeast: 1).first)
            #expect(sent.media.flatMap { world.wecom.bytes(of: $0) } == ReplyTests.png)
            router.stop()
            try await router.ended()
        }
    }

    @Test("a file that is missing or too large is told of by name, and all the rest goes, an empty one in an archive")
    func badFiles() async throws {
        let folder = try TemporaryDirectory(prefix: "reply-test-")
        try writeFile("\(folder.path)/empty.txt", [])
        try writeFile("\(folder.path)/huge.bin", [UInt8](repeating: 1, count: 20 << 20 | 1))
        try writeFile("\(folder.path)/chart.png", ReplyTests.png)
        let names = ["missing.pdf", "empty.txt", "huge.bin", "chart.png"]
        let files = names.map { ReplyFile(path: "\(folder.path)/\($0)", name: $0) }
        let sent = try await sent(for: Reply("here you are", files: files))
        #expect(sent.map(\.type) == ["text", "text", "file", "text", "image"])
        #expect(sent[0].text == "here you are")
        #expect(sent[2].media?.name == "empty.txt.zip", "WeCom takes no file of so few bytes")
        for (name, message) in [(names[0], sent[1]), (names[2], sent[3])] {
            #expect(message.text.hasPrefix("文件“\(name)”没有发送成功："))
            #expect(!message.text.contains(folder.path), "where it lies here is nobody's business in the chat")
        }
        #expect(sent[3].text.contains("20 MB"))
    }

    // MARK: Files and time

    /// A picture for "ask", once the first sends have met `faults`.
    private func withPicture(
        meeting faults: [Faults.Kind], _ body: (LoopbackWorld, RunningRouter, Librarian) async throws -> Void
    ) async throws {
        let folder = try TemporaryDirectory(prefix: "reply-test-")
        try writeFile("\(folder.path)/chart.png", ReplyTests.png)
        let reply = Reply("", files: [ReplyFile(path: "\(folder.path)/chart.png", name: "chart.png")])
        let agent = Librarian(["ask": reply])
        try await withWorld { world in
            for fault in faults { world.wecom.faults.next(.send, fault) }
            let router = try await world.startRouter(agents: ["echo": agent])
            await world.wecom.say("ask", as: UserID("u1"), to: world.apps[0])
            while world.wecom.faults.areWaiting(.send) { await beforeLookingAgain() }
            try await body(world, router, agent)
        }
        withExtendedLifetime(folder) {}
    }

    @Test("a file that WeCom has forgotten before the message went is given anew, and shown once")
    func expired() async throws {
        try await withPicture(meeting: [.hang]) { world, router, _ in
            #expect(world.wecom.transcript.uploads.count == 1)
            world.wecom.clock.advance(by: .seconds(4 * 24 * 3600))
            world.wecom.faults.clear()
            let sent = try #require(await world.wecom.transcript.delivered(atLeast: 1).first)
            router.stop()
            try await router.ended()
            #expect(sent.media?.id == world.wecom.transcript.uploads.last?.id)
            #expect(sent.media.flatMap { world.wecom.bytes(of: $0) } == ReplyTests.png)
            #expect(world.wecom.transcript.uploads.count == 2)
            #expect(world.wecom.transcript.messages.count == 1)
            #expect(world.wecom.transcript.refusals.map(\.code) == [42001, 40007])
        }
    }

    @Test("a file that was given before a failure, and that WeCom then does not know, is given anew at once")
    func unknownMedia() async throws {
        try await withPicture(meeting: [.status(503), .errorCode(40007)]) { world, router, _ in
            let sent = try #require(await world.wecom.transcript.delivered(atLeast: 1).first)
            router.stop()
            try await router.ended()
            #expect(world.wecom.transcript.uploads.count == 2)
            #expect(sent.media?.id == world.wecom.transcript.uploads.last?.id)
            #expect(world.wecom.transcript.messages.count == 1)
        }
    }

    @Test("after a restart the message shows the file that was given before it")
    func restart() async throws {
        try await withPicture(meeting: [.hang]) { world, router, agent in
            router.stop()
            try await router.ended()
            #expect(world.wecom.transcript.messages.isEmpty)
            world.wecom.faults.clear()
            let second = try await world.startRouter(agents: ["echo": agent])
            let sent = try #require(await world.wecom.transcript.delivered(atLeast: 1).first)
            second.stop()
            try await second.ended()
            #expect(world.wecom.transcript.uploads.map(\.id) == [sent.media?.id])
            #expect(world.wecom.transcript.messages.count == 1)
        }
    }

    @Test("a message that WeCom took as we went down goes again, the same to the byte, and is shown once")
    func restartAfterSend() async throws {
        let hold = Signpost()
        try await withPicture(meeting: [.hold(hold)]) { world, router, agent in
            router.stop()
            try await router.ended()
            hold.reach()
            let second = try await world.startRouter(agents: ["echo": agent])
            let sent = await world.wecom.transcript.messages(atLeast: 2)
            second.stop()
            try await second.ended()
            #expect(sent.count { $0.fate == .delivered } == 1 && sent.count { $0.isSwallowed } == 1)
            #expect(sent[0].request == sent[1].request)
            #expect(world.wecom.transcript.uploads.count == 1)
        }
    }

    // MARK: How much one person gets

    @Test("somebody who asks more than WeCom would let them hear is told as much as it does, and nothing is dropped")
    func memberLimits() async throws {
        try await withWorld(adjust: { $0.apps[0].conduct.memberLimits = MemberLimits() }) { world in
            world.wecom.limitMembers(to: .published)
            let router = try await world.startRouter()
            let lines = (1...40).map { "line \($0)" }
            for line in lines { await world.wecom.say(line, as: UserID("u1"), to: world.apps[0]) }
            await world.wecom.say("hello", as: UserID("u2"), to: world.apps[0])
            var sent: [SentMessage] = []
            while sent.count < 26 { sent = await world.wecom.transcript.delivered(atLeast: 26) }
            router.stop()
            try await router.ended()
            let all = world.wecom.transcript.messages
            #expect(all.allSatisfy { $0.fate == .delivered })
            #expect(
                all.filter { $0.to == "u1" }.map(\.text) == Array(lines.prefix(25)), "the others wait for their minute")
            #expect(all.filter { $0.to == "u2" }.map(\.text) == ["hello"], "nobody else waits for it")
        }
    }
}
