import HTTP
import HTTPClient
import JSON
import Observability
import Router
import System
import Testing
import WeCom

@testable import Agents

/// The service is at `localhost`; `files.example` is the same server by a name that leads to 127.0.0.1.
@Suite("files of services by their addresses", .timeLimit(.minutes(1)))
struct WebhookFetchTests {
    @Test("a public name that leads within our network is refused when it is connected to, and the log knows why")
    func resolved() async throws {
        let lines = Lock<[String]>([])
        let reply = try await reply(naming: "http://files.example:PORT/made/a.txt", lines)
        #expect(reply.files.isEmpty)
        let reason = "its server is at 127.0.0.1, which is no public address: allow_private may name it"
        #expect(reply.text == "看\n\n文件“a.txt”没有发送成功：没能从它的地址下载。")
        let line = lines.withLock { $0.joined() }
        #expect(line.contains(reason) && line.contains("a.txt") && line.contains("j-"))
    }

    @Test(
        "it is fetched where the name, the address or its network is allowed",
        arguments: ["files.example", "files.example:PORT", "127.0.0.1", "127.0.0.0/8"])
    func allowed(entry: String) async throws {
        let reply = try await reply(naming: "http://files.example:PORT/made/a.txt", allowing: [entry])
        #expect(reply.files.map(\.name) == ["a.txt"])
    }

    @Test("it is not where something else is allowed", arguments: ["file.example", "files.example:1", "127.0.0.2"])
    func otherwise(entry: String) async throws {
        let reply = try await reply(naming: "http://files.example:PORT/made/a.txt", allowing: [entry])
        #expect(reply.files.isEmpty)
    }

    @Test("a redirect from an allowed address is not followed, wherever it leads")
    func redirect() async throws {
        let lines = Lock<[String]>([])
        let reply = try await reply(naming: "http://localhost:PORT/redirect", lines)
        #expect(reply.files.isEmpty)
        #expect(lines.withLock { $0.joined() }.contains("302"))
    }

    /// The reply of a service that names a file. The port of the test's server stands for `PORT`.
    private func reply(
        naming url: String, allowing entries: [String] = [], _ lines: Lock<[String]> = Lock([])
    ) async throws -> Reply {
        var reply: Reply?
        try await ServerWorld.with(answering: { request in
            switch request.target {
            case "/hook": break
            case "/redirect": return HTTPResponse(HTTPStatus(302), headers: ["Location": "/made/b.txt"])
            default:
                #expect(request.headers["webhook-signature"] == nil)
                return .text(.ok, "fetched")
            }
            let port = (request.headers["Host"] ?? "").split(separator: ":").last.map(String.init) ?? ""
            let file: JSONValue = ["url": .string(url.replacing("PORT", with: port))]
            return .json(.ok, (["text": "看", "attachments": [file]] as JSONValue).bytes)
        }) { world in
            let port = world.url.split(separator: ":").last.map(String.init) ?? ""
            let sink = LogSink(format: .text) { bytes in
                lines.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
            }
            let transport = CurlTransport(resolving: ["files.example:\(port):127.0.0.1"])
            var options = WebhookOptions(url: "http://localhost:\(port)/hook", secret: Secret(Receiver.secret))
            options.allowPrivate = PrivateHosts(entries.compactMap { .init($0.replacing("PORT", with: port)) })
            let agent = WebhookAgent(options: options, transport: transport, log: Logger(to: sink))
            reply = try await agent.run(.saying("?"), attendedBy: FakeAttendant(path: returnPath()))
            await transport.close()
            sink.close()
            #expect(!world.requests.contains { $0.target == "/made/b.txt" })
        }
        return try #require(reply)
    }
}
