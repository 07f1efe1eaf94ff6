import HTTP
import HTTPClient
import HTTPServer
import Lifecycle
import Observability
import Router
import RouterServer
import Simulator
import System

/// From the callback to the message that WeCom receives, all of it in this process: the router, WeCom, and who posts.
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
        let server = try await RouterServer.build(
            estate.configuration(store: directory.path + "/router.db", api: api),
            agents: ["echo": AgentSetup(probe)],
            log: log
        )
        let url = "http://127.0.0.1:\(try await server.publicListener.open())/wecom/callback"
        let stop = Signpost()
        let ready = Signpost()
        async let running: Void = server.run(until: stop) { ready.reach() }
        await ready.wait()

        let callbacks = Callbacks(traffic: Traffic(apps: apps), url: url, transport: transport)
        try await idle(callbacks, probe, wecom.transcript)
        try await loaded(callbacks, count, wecom.transcript)

        stop.reach()
        try await running
        await wecom.listener.quiesce(by: .now)
        await transport.close()
        sink.close()
        withExtendedLifetime(directory) {}
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
    let url: String
    let transport: CurlTransport
    let warmUp = 200

    func request(_ number: Int) -> HTTPRequest { traffic.request(number, at: url) }

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
