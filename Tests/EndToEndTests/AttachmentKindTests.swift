import HTTP
import HTTPServer
import JSON
import Lifecycle
import Observability
import RouterTesting
import Simulator
import System
import Testing
import WeCom

@Suite("What people send besides text is to every kind of agent what it was to WeCom", .timeLimit(.minutes(2)))
struct AttachmentKindTests {
    private static let sent: [(kind: FakeMedia.Kind, name: String, bytes: [UInt8])] = [
        (.image, "a.jpg", jpeg), (.voice, "a.amr", amr), (.video, "a.mp4", mp4), (.file, "a.jpg", jpeg),
    ]

    /// Sends one of each kind to an agent that answers with what it was told, and looks at the answers.
    private func check(_ agents: String, saying words: (FakeMedia.Kind) -> String) async throws {
        try await ServedWorld.with(agents: agents) { world in
            try await world.start()
            for (number, sent) in AttachmentKindTests.sent.enumerated() {
                await world.wecom.send(sent.bytes, sent.kind, named: sent.name, as: world.user, to: world.app)
                let answer = await world.texts(number + 1).last ?? ""
                #expect(answer.contains(words(sent.kind)), "\(answer)")
            }
        }
    }

    @Test("to a program of plain text, beside its path")
    func text() async throws {
        try await check(shell("cat")) { "(\($0.rawValue), " }
    }

    @Test("to a program of JSON lines")
    func lines() async throws {
        let script = #"""
            read -r job
            kind=$(echo "$job" | sed -n 's/.*"kind":"\([a-z]*\)".*/\1/p')
            echo "{\"type\":\"final\",\"text\":\"it is of kind $kind\"}"
            """#
        try await check(shell(script, format: "jsonl")) { "it is of kind \($0.rawValue)" }
    }

    @Test("to a service that takes signed jobs")
    func service() async throws {
        try await Mirror.with { url in
            try await check("bot: { kind: http, url: \"\(url)/hook\", secret: s }") { "it is of kind \($0.rawValue)" }
        }
    }

    @Test("to a server of Chat Completions, where it is named")
    func completions() async throws {
        try await Mirror.with { url in
            try await check("bot: { kind: openai, base_url: \"\(url)/v1\", model: m, images: false }") {
                "[\($0.rawValue) "
            }
        }
    }
}

/// A server that answers with what it was told.
enum Mirror {
    static func with(port: Int = 0, _ body: (String) async throws -> Void) async throws {
        let loop = try EventLoop(named: "mirror")
        let listener = HTTPListener(
            name: "mirror", at: .host("127.0.0.1", port: port), on: loop, metrics: Metrics(), log: .silent
        ) { answer($0) }
        let port = try await listener.open()
        try await attempt {
            try await body("http://127.0.0.1:\(port)")
        } finally: {
            await listener.quiesce(by: .now)
            loop.stop()
        }
    }

    private static func answer(_ request: HTTPRequest) -> HTTPResponse {
        guard let told = try? JSONValue(parsing: request.body) else { return .json(.ok, Array(#"{"data":[]}"#.utf8)) }
        if let messages = told["messages"]?.array {
            let message: JSONValue = ["role": "assistant", "content": messages.last?["content"] ?? .null]
            let answer: JSONValue = ["choices": [["index": 0, "message": message, "finish_reason": "stop"]]]
            return .json(.ok, answer.bytes)
        }
        let kind = told["attachments"]?.array?.first?["kind"]?.string ?? "none"
        let answer: JSONValue = ["text": .string("it is of kind \(kind)")]
        return .json(.ok, answer.bytes)
    }
}
