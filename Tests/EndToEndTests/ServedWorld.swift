import Foundation
import HTTPClient
import HTTPServer
import Lifecycle
import ProgramTesting
import RouterTesting
import Simulator
import System
import Testing
import WeCom

/// A simulated WeCom here, and the built `wecom-router serve` beside it, which may be killed and started again over the
/// same files.
final class ServedWorld {
    let wecom: FakeWeCom
    let app: FakeApp
    let user = UserID("u1")
    let directory: String
    let transport: CurlTransport
    private let loop: EventLoop
    private(set) var server: Program?
    /// The URL of the server that was started last.
    private(set) var url = ""
    private var log: ServerLog?

    /// `agents` is what stands below `agents:`; `bot` answers. `more` are further lines of the app, `rest` of the file, and `bots`
    /// makes those that need the port at which WeCom is played.
    static func with(
        agents: String, more: String = "", rest: String = "", bots: @escaping (Int) -> String = { _ in "" },
        _ body: (ServedWorld) async throws -> Void
    ) async throws {
        let app = FakeApp(
            corpID: CorpID("ww0000000000000001"), agentID: AgentID(1_000_002), secret: Secret("not-a-real-secret"),
            keys: try CallbackKeys(
                token: Secret("QDG6eK"), encodingAESKey: Secret("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")),
            callbackURL: "")
        try await with(app: app) { port in
            """
            server: { host: 127.0.0.1, port: 0, public_url: "http://router.example" }
            management: { port: 0 }
            store: { min_free: 0 }
            log: { level: debug, format: json }
            agents:
            \(agents.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }.joined(separator: "\n"))
            apps:
              - name: dept-a
                corp_id: ww0000000000000001
                agent_id: 1000002
                corp_secret: not-a-real-secret
                token: QDG6eK
                encoding_aes_key: jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C
                allow_all_users: true
                acknowledge_after: 0
                api_base_url: http://127.0.0.1:\(port)
            \(more.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
            \(rest)
            \(bots(port))
            """
        } _: {
            try await body($0)
        }
    }

    /// `configuration` is made of the port at which WeCom is played for `app`.
    static func with(
        app: FakeApp, configuration: (Int) -> String, _ body: (ServedWorld) async throws -> Void
    ) async throws {
        try await withDirectory { directory in
            let world = try await ServedWorld(in: directory, app, configuration)
            try await attempt {
                try await body(world)
            } finally: {
                await world.close()
            }
        }
    }

    private init(in directory: String, _ app: FakeApp, _ configuration: (Int) -> String) async throws {
        self.directory = directory
        self.app = app
        loop = try EventLoop(named: "simulator")
        transport = CurlTransport()
        wecom = FakeWeCom(apps: [app], port: 0, transport: transport, on: loop, log: .silent)
        wecom.limitMembers(to: .none)
        let port = try await wecom.listener.open()
        try configuration(port).write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
    }

    func start(_ options: String..., with environment: [String: String] = [:]) async throws {
        let server = try Program(
            running: ["serve"] + options, environment: ["SWIFT_BACKTRACE": "enable=no"].merging(environment) { $1 },
            in: directory)
        self.server = server
        let log = await server.untilLogged(#""message":"ready""#)
        let range = try #require(log.firstRange(of: "public listens on 127.0.0.1:"), "\(log)")
        let port = log[range.upperBound...].prefix { $0.isNumber }
        url = "http://127.0.0.1:\(port)"
        wecom.setCallbackURL("\(url)/wecom/callback", of: app)
        let following = ServerLog(log)
        self.log = following
        Task { await following.follow(server) }
    }

    /// Waits until the server that was started last has logged these words so often.
    func untilLogged(_ words: String, times count: Int = 1) async { await log?.untilLogged(words, times: count) }

    /// The log of that server, for whoever wonders why something went another way.
    var logged: String { log?.text ?? "" }

    func kill() async {
        server?.send(SIGKILL)
        _ = await server?.finish()
        server = nil
    }

    /// Stops it in good order.
    func stop() async {
        server?.send(SIGTERM)
        _ = await server?.finish()
        server = nil
    }

    func say(_ text: String) async { await wecom.say(text, as: user, to: app) }

    /// The texts of all that was delivered, once there are so many.
    func texts(_ count: Int) async -> [String] {
        await wecom.transcript.delivered(atLeast: count).map(\.text)
    }

    private func close() async {
        await stop()
        await wecom.listener.quiesce(by: .now)
        await transport.close()
        loop.stop()
    }
}

/// The log of a server, as it comes.
final class ServerLog: Sendable {
    private struct Waiter {
        let words: String
        let count: Int
        let reached = Signpost()

        func isContent(with text: String) -> Bool { text.ranges(of: words).count >= count }
    }

    private struct State {
        var text: String
        var waiters: [Waiter] = []
    }

    private let state: Lock<State>

    init(_ text: String) { state = Lock(State(text: text)) }

    var text: String { state.withLock { $0.text } }

    /// Reads on to the end, so that the server does not stand still over its log.
    func follow(_ server: Program) async {
        while let more = await server.moreLogged() {
            let reached = state.withLock { state in
                state.text += more
                let text = state.text
                defer { state.waiters.removeAll { $0.isContent(with: text) } }
                return state.waiters.filter { $0.isContent(with: text) }
            }
            for waiter in reached { waiter.reached.reach() }
        }
    }

    func untilLogged(_ words: String, times count: Int) async {
        let waiter = Waiter(words: words, count: count)
        state.withLock { state in
            if waiter.isContent(with: state.text) { waiter.reached.reach() } else { state.waiters.append(waiter) }
        }
        await waiter.reached.wait()
    }
}

/// A named pipe that a program and what it starts hold open: it says who they are, and ends when the last of them does.
final class Lifeline: Sendable {
    private let path: String
    private let handle = Lock<FileHandle?>(nil)

    init(_ path: String) throws {
        try #require(unsafe mkfifo(path, 0o600) == 0)
        self.path = path
    }

    /// The first lines that are written into it.
    func lines(_ count: Int) async throws -> [String] {
        let path = path
        let (text, handle) = try await onThread {
            Result {
                let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
                var text = ""
                while text.split(separator: "\n").count < count || !text.hasSuffix("\n") {
                    let bytes = handle.availableData
                    if bytes.isEmpty { break }
                    text += String(decoding: bytes, as: UTF8.self)
                }
                return (text, handle)
            }
        }.get()
        self.handle.withLock { $0 = handle }
        return text.split(separator: "\n").map(String.init)
    }

    /// Waits until nobody holds it any more.
    func end() async {
        let handle = handle.withLock { $0 }
        await onThread { while let handle, !handle.availableData.isEmpty {} }
    }
}

/// True if a process is there that has not ended.
func isAlive(_ process: String) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
    return !text.contains(") Z ")
}
