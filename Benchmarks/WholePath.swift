import HTTP
import HTTPClient
import HTTPServer
import Lifecycle
import Observability
import PostgresTesting
import Router
import RouterServer
import Simulator
import System
import WeCom

/// From the callback to the message that WeCom receives, all of it in this process: the router, or several over one PostgreSQL, WeCom,
/// and who posts.
enum WholePath {
    private static let senders = 64
    private static let patience = Duration.seconds(60)

    static func run(_ arguments: inout Arguments) async throws {
        let count = try arguments.count()
        let estate = Estate(apps: try arguments.apps())
        let directory = try TemporaryDirectory(prefix: "wecom-router-bench-")
        let sink = LogSink.standardError(format: .json)
        let log = Logger(to: sink, level: try arguments.logLevel())

        let loop = try EventLoop(named: "wecom")
        let transport = CurlTransport()
        let apps = try estate.played()
        let wecom = FakeWeCom(apps: apps, port: 0, transport: transport, on: loop, log: Logger(to: sink, level: .error))
        wecom.limitMembers(to: .none)
        let api = "http://127.0.0.1:\(try await wecom.listener.open())"
        let probe = Probe()
        let database = try arguments.nodes().map { _ in try PostgresServer(settings: TwoStores.settings) }
        var servers: [RouterServer] = []
        var urls: [String] = []
        for node in 0..<(try arguments.nodes() ?? 1) {
            let folder = "\(directory.path)/\(node)"
            try makeDirectory(folder)
            var configuration = estate.configuration(store: folder + "/router.db", api: api)
            if let database {
                configuration.store.location = .postgres(url: Secret(database.url()), node: folder + "/node")
            }
            let server = try await RouterServer.build(configuration, agents: ["echo": AgentSetup(probe)], log: log)
            urls.append("http://127.0.0.1:\(try await server.publicListener.open())/wecom/callback")
            servers.append(server)
        }
        try await running(servers) {
            let callbacks = Callbacks(traffic: Traffic(apps: apps), urls: urls, transport: transport)
            try await idle(callbacks, probe, wecom.transcript)
            try await loaded(callbacks, count, wecom.transcript)
        }
        await wecom.listener.quiesce(by: .now)
        await transport.close()
        sink.close()
        withExtendedLifetime(directory) {}
    }

    private static func running(_ servers: [RouterServer], _ body: () async throws -> Void) async throws {
        let stop = Signpost()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for server in servers {
                let isReady = Signpost()
                group.addTask { try await server.run(until: stop) { isReady.reach() } }
                await isReady.wait()
            }
            try await body()
            stop.reach()
            try await group.waitForAll()
        }
    }

    /// One at a time: how soon after the callback is posted the agent starts, and its answer is delivered.
    private static func idle(_ callbacks: Callbacks, _ probe: Probe, _ transcript: Transcript) async throws {
        var starts: [Duration] = []
        var deliveries: [Duration] = []
        for number in 0..<callbacks.warmUp {
            let request = callbacks.request(number)
            let posted = MonotonicTime.now
            try await callbacks.post(request)
            let messages = await transcript.delivered(atLeast: number + 1)
            starts.append(probe.lastStart.since(posted))
            deliveries.append(messages[number].at.since(posted))
        }
        StandardOutput.write(
            """
            posted_to_agent_started_p50_us \(starts.sorted()[starts.count / 2].inNanoseconds / 1000)
            posted_to_delivered_p50_us \(deliveries.sorted()[deliveries.count / 2].inNanoseconds / 1000)

            """
        )
    }

    private static func loaded(_ callbacks: Callbacks, _ count: Int, _ transcript: Transcript) async throws {
        let requests = (0..<count).map { callbacks.request(callbacks.warmUp + $0) }
        let start = MonotonicTime.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for sender in 0..<senders {
                group.addTask {
                    for number in stride(from: sender, to: count, by: senders) {
                        try await callbacks.post(requests[number])
                    }
                }
            }
            try await group.waitForAll()
        }
        let accepted = MonotonicTime.now.since(start)
        let all = callbacks.warmUp + count
        // The transcript's own wait would look through all messages at each one that comes.
        while transcript.messages.count < all, MonotonicTime.now.since(start) < patience {
            try await Task.sleep(for: .milliseconds(20))
        }
        let messages = transcript.messages
        guard messages.count >= all, let last = messages.last else {
            throw TooSlow(delivered: messages.count - callbacks.warmUp, of: count)
        }
        StandardOutput.write(
            """
            accepted_per_second \(perSecond(count, accepted))
            delivered_per_second \(perSecond(count, last.at.since(start)))

            """
        )
    }

    private static func perSecond(_ count: Int, _ duration: Duration) -> Int64 {
        Int64(count) * 1_000_000 / max(1, duration.inNanoseconds / 1000)
    }
}

/// Posts what traffic there is; the first ones are for a router with nothing else to do.
private struct Callbacks {
    let traffic: Traffic
    /// Where the servers listen, each in its turn.
    let urls: [String]
    let transport: CurlTransport
    let warmUp = 200

    func request(_ number: Int) -> HTTPRequest { traffic.request(number, at: urls[number % urls.count]) }

    func post(_ request: HTTPRequest) async throws {
        let response = try await transport.send(request, HTTPRequestOptions())
        guard response.status == .ok else { throw Refused(status: response.status) }
    }
}

/// Answers with the text it was given, and remembers when it was last asked.
/// Of the same needs as the echo, so that what is measured is ours alone: no look into the address book, no session.
private final class Probe: Agent {
    let learnsWhoAsks = false
    let remembers = false
    private let start = Lock(MonotonicTime.now)

    var lastStart: MonotonicTime { start.withLock { $0 } }

    func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        start.withLock { $0 = MonotonicTime.now }
        return Reply(turn.text)
    }
}

private struct Refused: Error, CustomStringConvertible {
    let status: HTTPStatus
    var description: String { "a callback was answered with \(status)" }
}

private struct TooSlow: Error, CustomStringConvertible {
    let delivered: Int
    let of: Int
    var description: String { "only \(delivered) of \(of) answers were delivered in a minute" }
}
