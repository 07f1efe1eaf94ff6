import HTTP
import HTTPServer
import Lanes
import Lifecycle
import Observability
import Router
import RouterServer
import System

/// Servers to be loaded. Each prints its port and runs until its input ends.
enum Serve {
    static func run(_ arguments: inout Arguments) async throws {
        let estate = Estate(apps: try arguments.apps())
        switch arguments.next() {
        case "router": try await router(estate, arguments)
        case "bare": try await bare(estate)
        case "health": try await listener { _ in .json(.ok, Array(#"{"status":"ok"}"#.utf8)) }
        default: throw Usage()
        }
    }

    /// The whole router over a file that is synced with every commit. Its agents never answer: what is measured is the way
    /// in, without what jobs cost later.
    private static func router(_ estate: Estate, _ arguments: Arguments) async throws {
        let directory = try TemporaryDirectory(prefix: "wecom-router-bench-")
        let path = arguments.option("--store") ?? directory.path + "/router.db"
        let sink = LogSink.standardError(format: .json)
        let log = Logger(to: sink, level: try arguments.logLevel())
        let server = try await RouterServer.build(
            estate.configuration(store: path, api: "http://127.0.0.1:9"),
            agents: ["echo": AgentSetup(SilentAgent())],
            log: log
        )
        let port = try await server.publicListener.open()
        let stop = Signpost()
        async let running: Void = server.run(until: stop) { StandardOutput.write("\(port)\n") }
        await untilInputEnds()
        stop.reach()
        try await running
        sink.close()
        withExtendedLifetime(directory) {}
    }

    /// The same listener and the same work on each callback, and nothing kept.
    private static func bare(_ estate: Estate) async throws {
        let opener = CallbackOpener(
            Serving.Current(Serving(try estate.directory(), maxMessageAge: .seconds(24 * 3600))))
        try await listener { request in
            (try? opener.open(request, app: nil)) == nil ? HTTPResponse(.forbidden) : HTTPResponse(.ok)
        }
    }

    private static func listener(_ handler: @escaping HTTPHandler) async throws {
        let loop = try EventLoop(named: "http")
        let sink = LogSink.standardError(format: .json)
        let listener = HTTPListener(
            name: "bare",
            at: .host("127.0.0.1", port: 0),
            on: loop,
            metrics: Metrics(),
            log: Logger(to: sink),
            handler: handler
        )
        StandardOutput.write("\(try await listener.open())\n")
        await untilInputEnds()
        await listener.quiesce(by: .now)
    }

    private static func untilInputEnds() async {
        for await _ in StandardInput.lines() {}
    }
}

/// Takes its jobs and keeps them.
private struct SilentAgent: Agent {
    func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        await Signpost().wait()
        throw CancellationError()
    }
}

extension Arguments {
    /// `--log LEVEL`; as the router itself unless it is given.
    func logLevel() throws -> LogLevel {
        guard let text = option("--log") else { return .info }
        guard let level = LogLevel(rawValue: text) else { throw Usage() }
        return level
    }
}
