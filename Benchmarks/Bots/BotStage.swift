import HTTP
import HTTPClient
import HTTPServer
import Lifecycle
import Observability
import Router
import Simulator
import System
import WeCom

/// WeCom and an agents' server, played in this process for the bots of a router in another.
struct BotStage {
    let wecom: FakeWeCom
    let port: Int
    let transport = CurlTransport()
    let talkers = TalkingServer()
    let agentsPort: Int
    let directory: TemporaryDirectory
    private let loop: EventLoop
    private let agents: HTTPListener
    private let sink: LogSink
    private let log: Logger

    private init() async throws {
        directory = try TemporaryDirectory(prefix: "wecom-router-bench-")
        sink = LogSink.standardError(format: .json)
        let log = Logger(to: sink, level: .error)
        self.log = log
        loop = try EventLoop(named: "wecom")
        agents = HTTPListener(
            name: "agents", at: .host("127.0.0.1", port: 0), on: loop, metrics: Metrics(), log: log
        ) { [talkers] in await talkers.answer($0) }
        agentsPort = try await agents.open()
        wecom = FakeWeCom(apps: [], port: 0, transport: transport, on: loop, log: log, keeping: 1000)
        port = try await wecom.listener.open()
        wecom.setBase("http://127.0.0.1:\(port)")
        wecom.sockets.limitChats(to: .none)
    }

    /// Another WeCom in the place of the first, which is gone.
    func another() async throws -> FakeWeCom {
        let wecom = FakeWeCom(apps: [], port: port, transport: transport, on: loop, log: log, keeping: 1000)
        _ = try await wecom.listener.open()
        return wecom
    }

    /// A router with these bots, each an entry of the configuration.
    func router(named name: String, turns: Int, bots: [String]) async throws -> RouterProcess {
        let home = "\(directory.path)/\(name)"
        try makeDirectory(home)
        return try await RouterProcess(
            in: home,
            configuration: """
                \(RouterProcess.workers(for: turns))
                agents:
                  talker: { kind: openai, base_url: "http://127.0.0.1:\(agentsPort)/v1", model: m }
                bots:
                \(bots.joined())
                """)
    }

    /// Lets `body` play on one, and clears it away whatever comes of that.
    static func with(_ body: (BotStage) async throws -> Void) async throws {
        let stage = try await BotStage()
        do {
            try await body(stage)
            await stage.close()
        } catch {
            await stage.close()
            throw error
        }
    }

    private func close() async {
        talkers.release.reach()
        await wecom.listener.quiesce(by: .now)
        await agents.quiesce(by: .now)
        await transport.close()
        loop.stop()
        sink.close()
    }
}

extension FakeSocketBot {
    /// The bot of this number.
    init(number: Int) {
        self.init(id: BotID("aib-\(number)"), secret: Secret("secret-of-the-socket-\(number)"))
    }

    /// Writes it as a configuration file has it, with WeCom on a port of this machine: over TLS where an authority is named,
    /// a PEM file.
    func entry(reaching weCom: Int, trusting authority: String? = nil, isEnabled: Bool = true) -> String {
        """
          - name: \(id.text)
            mode: socket
            bot_id: \(id.text)
            secret: \(secret.reveal())
            websocket_url: \(authority == nil ? "ws://127.0.0.1" : "wss://localhost"):\(weCom)/
            ca_file: "\(authority ?? "")"
            agent: talker
            enabled: \(isEnabled)
            allow_all_users: true
            limits: { messages_in_per_minute: 0, messages_out_per_minute: 0, messages_out_per_hour: 0 }

        """
    }
}

/// A server of Chat Completions whose answers grow by a few words a second until they are let end.
final class TalkingServer: Sendable {
    let release = Signpost()

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        guard request.method == .post else { return .json(.ok, Array(#"{"data":[{"id":"m"}]}"#.utf8)) }
        return HTTPResponse(
            .ok, headers: ["Content-Type": "text/event-stream"],
            body: .streamed { [release] writer in
                while !release.isReached {
                    try await writer.write(
                        Array("data: {\"choices\":[{\"delta\":{\"content\":\"and some more words \"}}]}\n\n".utf8))
                    _ = await release.isReached(within: .seconds(1))
                }
                try await writer.write(
                    Array("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n".utf8))
            })
    }
}
