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
            name: "agents", host: "127.0.0.1", port: 0, on: loop, metrics: Metrics(), log: log
        ) { await server.answer($0) }
        let ports = (try await wecom.listener.open(), try await agents.open())

        let router = try await RouterProcess(
            in: directory.path, apps[0], estate.apps[0], weCom: ports.0, agents: ports.1, kind, count)
        let idle = try router.resources()
        try await post(count, apps, transport, router.url)
        try await router.waitForTurns(count, transport)
        let busy = try router.resources()
        server.release.reach()
        router.release()
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

/// The program itself, as it is shipped.
private struct RouterProcess: Sendable {
    let url: String
    private let program: RunningProgram
    private let spawner: Spawner
    private let loop: EventLoop
    private let management: Int
    private let gate: String

    struct Resources {
        let kilobytes: Int
        let threads: Int
    }

    init(
        in directory: String, _ fake: FakeApp, _ app: Configuration.App, weCom: Int, agents: Int, _ kind: String,
        _ count: Int
    ) async throws {
        loop = try EventLoop(named: "router")
        spawner = Spawner(on: loop)
        gate = "\(directory)/gate"
        // The last eighth of the places is for other apps.
        let agent =
            kind == "http"
            ? "{ kind: openai, base_url: \"http://127.0.0.1:\(agents)/v1\", model: m }"
            : "{ kind: command, command: [sh, -c, \"cat >/dev/null; until [ -e \(gate) ]; do sleep 1; done; echo done\"] }"
        let text = """
            server: { host: 127.0.0.1, port: 0 }
            management: { port: 0 }
            store: { url: "sqlite:\(directory)/router.db", min_free: 0 }
            workers: { concurrency: \(count * 8 / 7 + 8) }
            log: { format: json }
            agents:
              slow: \(agent)
            apps:
            \(app.entry(reaching: weCom))\
                acknowledge_after: 0
                limits: { messages_in_per_minute: 0 }

            """
        try writeFile("\(directory)/config.yaml", Array(text.utf8))
        let path = Process.path.split(separator: "/").dropLast().joined(separator: "/")
        program = try await spawner.start(
            ProgramStart(
                "sh",
                ["-c", "exec \"$0\" serve --config \"$1\" 2>&1", "/\(path)/wecom-router", "\(directory)/config.yaml"],
                environment: Process.environment, in: directory))
        let ports = try await RouterProcess.ports(of: program)
        (url, management) = ("http://127.0.0.1:\(ports.callbacks)/wecom/callback", ports.management)
        // What it logs is not to hold it up.
        let program = program
        Task { while try await program.read() != nil {} }
    }

    private static func ports(of program: RunningProgram) async throws -> (callbacks: Int, management: Int) {
        var text = ""
        while !text.contains("\"ready\"") {
            guard let bytes = try await program.read() else { throw NotStarted(text: text) }
            text += String(decoding: bytes, as: UTF8.self)
        }
        func port(_ name: String) -> Int? {
            guard let range = text.firstRange(of: "\(name) listens on 127.0.0.1:") else { return nil }
            return Int(text[range.upperBound...].prefix { $0.isNumber })
        }
        guard let callbacks = port("public"), let management = port("management") else { throw NotStarted(text: text) }
        return (callbacks, management)
    }

    func waitForTurns(_ count: Int, _ transport: CurlTransport) async throws {
        let deadline = MonotonicTime.now.advanced(by: .seconds(120))
        while MonotonicTime.now < deadline {
            let page = try await transport.send(
                HTTPRequest(.get, "http://127.0.0.1:\(management)/metrics"), HTTPRequestOptions())
            let line = String(decoding: page.bytes, as: UTF8.self).split(separator: "\n").first {
                $0.hasPrefix("wecom_router_turns_running ")
            }
            if line == "wecom_router_turns_running \(count)" { return try await Task.sleep(for: .seconds(2)) }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw NotStarted(text: "the turns did not all begin")
    }

    /// Measures the router alone, without the programs it started.
    func resources() throws -> Resources {
        let status = String(decoding: try readFile("/proc/\(program.processID)/status", limit: 1 << 16), as: UTF8.self)
        func number(_ name: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
            return line.split(whereSeparator: { $0.isWhitespace }).dropFirst().first.flatMap { Int($0) } ?? 0
        }
        return Resources(kilobytes: number("VmRSS:"), threads: number("Threads:"))
    }

    /// Lets the programs end.
    func release() { try? writeFile(gate, []) }

    func stop() async {
        await program.stop(StopLadder([.init(.terminate, grace: .seconds(15))]))
        await spawner.close()
        loop.stop()
    }

    private struct NotStarted: Error, CustomStringConvertible {
        let text: String
        var description: String { "the router did not do as it should: \(text.suffix(2000))" }
    }
}
