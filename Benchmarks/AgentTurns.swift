import HTTP
import HTTPClient
import HTTPServer
import Lifecycle
import Observability
import RouterServer
import Simulator
import System
import WeCom

/// Many slow turns at once in a router of its own: what each costs it in memory and in threads. WeCom and the agents' server
/// are played here.
enum AgentTurns {
    private static let patience = Duration.seconds(120)

    static func run(_ arguments: inout Arguments) async throws {
        let kind = arguments.next() ?? ""
        let count = try arguments.count()
        guard kind == "http" || kind == "programs" else { throw Usage() }
        let estate = Estate(apps: 1)
        let directory = try TemporaryDirectory(prefix: "wecom-router-bench-")
        let sink = LogSink.standardError(format: .json)
        let log = Logger(to: sink, level: .error)
        let loop = try EventLoop(named: "wecom")
        let transport = CurlTransport()
        let apps = try estate.played()
        let wecom = FakeWeCom(apps: apps, port: 0, transport: transport, on: loop, log: log)
        wecom.limitMembers(to: .none)
        let server = SlowServer()
        let agents = HTTPListener(
            name: "agents", at: .host("127.0.0.1", port: 0), on: loop, metrics: Metrics(), log: log
        ) { await server.answer($0) }
        let ports = (try await wecom.listener.open(), try await agents.open())

        let gate = "\(directory.path)/gate"
        let router = try await RouterProcess(
            in: directory.path,
            configuration: configuration(
                estate.apps[0], weCom: ports.0, agents: ports.1, kind, gate: gate, turns: count))
        let idle = try router.resources()
        try await post(count, apps, transport, "\(router.url)/wecom/callback")
        try await router.waitForTurns(count, transport)
        try await Task.sleep(for: .seconds(2))
        let busy = try router.resources()
        server.release.reach()
        // That lets the programs end.
        try writeFile(gate, [])
        while wecom.transcript.messages.count < count { try await Task.sleep(for: .milliseconds(50)) }
        let after = try router.resources()
        StandardOutput.write(
            """
            turns \(count)
            idle_kb \(idle.kilobytes)
            busy_kb \(busy.kilobytes)
            kb_per_turn \(Double(max(0, busy.kilobytes - idle.kilobytes)) / Double(count))
            threads_idle \(idle.threads)
            threads_busy \(busy.threads)
            kb_afterwards \(after.kilobytes)
            answered \(wecom.transcript.messages.count)

            """)
        await router.stop()
        await wecom.listener.quiesce(by: .now)
        await agents.quiesce(by: .now)
        await transport.close()
        loop.stop()
        sink.close()
        withExtendedLifetime(directory) {}
    }

    private static func configuration(
        _ app: Configuration.App, weCom: Int, agents: Int, _ kind: String, gate: String, turns: Int
    ) -> String {
        let agent =
            kind == "http"
            ? "{ kind: openai, base_url: \"http://127.0.0.1:\(agents)/v1\", model: m }"
            : "{ kind: command, command: [sh, -c, \"cat >/dev/null; until [ -e \(gate) ]; do sleep 1; done; echo done\"] }"
        return """
            \(RouterProcess.workers(for: turns))
            agents:
              slow: \(agent)
            apps:
            \(app.entry(reaching: weCom))\
                acknowledge_after: 0
                limits: { messages_in_per_minute: 0 }

            """
    }

    private static func post(
        _ count: Int, _ apps: [FakeApp], _ transport: CurlTransport, _ url: String
    ) async throws {
        let traffic = Traffic(apps: apps)
        for number in 0..<count {
            let response = try await transport.send(traffic.request(number, at: url), HTTPRequestOptions())
            guard response.status == .ok else { throw Unaccepted(status: response.status) }
        }
    }

    private struct Unaccepted: Error, CustomStringConvertible {
        let status: HTTPStatus
        var description: String { "a callback was answered with \(status)" }
    }
}

/// A server of Chat Completions that begins an answer, keeps it alive, and ends it when it is let.
private final class SlowServer: Sendable {
    let release = Signpost()

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        guard request.method == .post else { return .json(.ok, Array(#"{"data":[{"id":"m"}]}"#.utf8)) }
        return HTTPResponse(
            .ok, headers: ["Content-Type": "text/event-stream"],
            body: .streamed { [release] writer in
                try await writer.write(Array("data: {\"choices\":[{\"delta\":{\"content\":\"working\"}}]}\n\n".utf8))
                await release.wait()
                try await writer.write(
                    Array("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n".utf8))
            })
    }
}
