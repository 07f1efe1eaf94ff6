import Foundation
import HTTP
import HTTPClient
import HTTPServer
import Lifecycle
import Observability
import ProgramTesting
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

/// Runs the examples with which docs/agents.md begins, as they are written there.
@Suite("The examples of docs/agents.md", .timeLimit(.minutes(5)))
struct AgentGuideTests {
    private static let python = "/usr/bin/python3"

    @Test("a script is asked, answers, and sends a file")
    func script() async throws {
        try await GuideWorld.with("script.yaml") { world in
            // By a program: what is open for writing here may be open in a child of another test, and is then not run.
            try world.write("answer.sh", as: "written")
            let install = try ChildProcess(
                "/usr/bin/install", ["--mode=755", "written", "answer.sh"], in: world.directory)
            #expect(await onThread { install.wait() } == .exited(0))
            try await world.start()
            await world.say("今天几号")
            let sent = await world.wecom.transcript.delivered(atLeast: 2)
            #expect(sent[0].text == "您问的是：今天几号")
            let file = try #require(sent[1].media.flatMap { world.wecom.bytes(of: $0) })
            #expect(String(decoding: file, as: UTF8.self).contains("今天几号"))
        }
    }

    @Test("a model is asked as its server wants it")
    func model() async throws {
        let asked = Lock<[Asked]>([])
        let loop = try EventLoop(named: "model")
        let listener = HTTPListener(
            name: "model", at: .host("127.0.0.1", port: 0), on: loop, metrics: Metrics(), log: .silent
        ) { request in
            asked.withLock {
                $0.append(Asked(path: String(request.path), body: String(decoding: request.body, as: UTF8.self)))
            }
            return .json(
                .ok,
                Array(
                    #"{"choices":[{"index":0,"message":{"role":"assistant","content":"晴"},"finish_reason":"stop"}]}"#
                        .utf8)
            )
        }
        let port = try await listener.open()
        try await attempt {
            try await GuideWorld.with("model.yaml", replacing: ["127.0.0.1:11434": "127.0.0.1:\(port)"]) { world in
                try await world.start()
                await world.say("天气")
                #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == ["晴"])
            }
        } finally: {
            await listener.quiesce(by: .now)
            loop.stop()
        }
        let request = try #require(asked.withLock { $0 }.first { $0.path.contains("/chat/completions") })
        #expect(request.body.contains("用中文简短地回答"))
        #expect(request.body.contains("天气"))
    }

    @Test(
        "a service in Python checks the signature, takes the job, and answers by calls",
        .enabled(if: FileManager.default.isExecutableFile(atPath: python)))
    func service() async throws {
        let secret = "0b7c1f8a5e2d49c69f3e1a7d2c4b6e8f"
        let (ours, theirs) = (try await freePort(), try await freePort())
        let changes = [
            "host: 127.0.0.1,": "host: 127.0.0.1, port: \(ours),", "127.0.0.1:8645": "127.0.0.1:\(ours)",
            "127.0.0.1:9000": "127.0.0.1:\(theirs)",
        ]
        try await GuideWorld.with("service.yaml", replacing: changes) { world in
            try world.write("service.py")
            let service = try ChildProcess(
                AgentGuideTests.python, ["\(world.directory)/service.py"],
                environment: ["AGENT_SECRET": secret, "PORT": "\(theirs)"])
            try await attempt {
                let url = "http://127.0.0.1:\(theirs)/"
                while await status(of: HTTPRequest(.post, url), over: world.transport) == nil {
                    await beforeLookingAgain()
                }
                var forged = HTTPRequest(.post, url, body: Array(#"{"type":"job.start"}"#.utf8))
                forged.headers["webhook-id"] = "j-1.1"
                forged.headers["webhook-timestamp"] = "\(Int(Date().timeIntervalSince1970))"
                forged.headers["webhook-signature"] = "v1,AAAA"
                #expect(await status(of: forged, over: world.transport) == 401)

                try await world.start(with: ["AGENT_SECRET": secret])
                await world.say("查一下")
                #expect(await world.texts(1) == ["u1，您问的是：查一下"])
            } finally: {
                service.send(SIGKILL)
                _ = await onThread { service.wait() }
            }
        }
    }

    private struct Asked {
        let path: String
        let body: String
    }

    private func status(of request: HTTPRequest, over transport: CurlTransport) async -> Int? {
        try? await transport.send(request, HTTPRequestOptions()).status.code
    }
}

/// A router that serves a configuration of docs/agents.md, beside a simulated WeCom.
private enum GuideWorld {
    static func with(
        _ name: String, replacing changes: [String: String] = [:], _ body: (ServedWorld) async throws -> Void
    ) async throws {
        var text = try file(name)
        if !text.contains("server:") { text = "server: { host: 127.0.0.1, port: 0 }\n\(text)" }
        for (old, new) in changes { text.replace(old, with: new) }
        let app = FakeApp(
            corpID: CorpID("ww0000000000000001"), agentID: AgentID(1_000_002),
            secret: Secret("any-secret-will-do-here"),
            keys: try CallbackKeys(
                token: Secret("anytokenwilldo"),
                encodingAESKey: Secret("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")),
            callbackURL: "")
        try await ServedWorld.with(app: app) { simulator in
            text.replacing("http://127.0.0.1:8650", with: "http://127.0.0.1:\(simulator)")
                + "management: { port: 0 }\nstore: { min_free: 0 }\n"
        } _: {
            try await body($0)
        }
    }

    /// The block of code that stands below its name in the guide.
    static func file(_ name: String) throws -> String {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
        let guide = try String(contentsOfFile: "\(root)/docs/agents.md", encoding: .utf8)
        let heading = try #require(guide.range(of: "\n`\(name)`,"))
        let rest = guide[heading.upperBound...]
        let start = try #require(rest.range(of: "```"))
        let code = rest[start.upperBound...].drop { $0 != "\n" }.dropFirst()
        return String(code[..<(try #require(code.range(of: "```")).lowerBound)])
    }
}

extension ServedWorld {
    fileprivate func write(_ name: String, as other: String? = nil) throws {
        try GuideWorld.file(name).write(
            toFile: "\(directory)/\(other ?? name)", atomically: true, encoding: .utf8)
    }
}
