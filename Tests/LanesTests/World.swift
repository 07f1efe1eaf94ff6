import HTTP
import Lanes
import Lifecycle
import Observability
import Router
import SQLiteStore
import Simulator
import System
import Testing
import WeCom

/// A callback endpoint over a real store, apps that WeCom knows as well, and all that was logged.
struct World: Sendable {
    let store: SQLiteStore
    let endpoint: CallbackEndpoint
    let opener: CallbackOpener
    let current: Serving.Current
    let refused: RefusedCallbacks
    private let directory: TemporaryDirectory
    private let lines: Lock<[UInt8]>
    private let sink: LogSink
    let metrics = Metrics()

    init(
        _ apps: [TestApp], maxAge: Duration?, sources: AllowedSources? = nil,
        now: @escaping @Sendable () -> Timestamp
    ) async throws {
        directory = try TemporaryDirectory(prefix: "lanes-tests-")
        store = try await SQLiteStore(at: "\(directory.path)/router.db", serving: apps.map(\.app.endpoint))
        let lines = Lock<[UInt8]>([])
        self.lines = lines
        sink = LogSink(format: .json, capacity: 100_000) { bytes in lines.withLock { $0 += bytes } }
        let current = Serving.Current(Serving(AppDirectory(apps.map(\.app)), maxMessageAge: maxAge))
        self.current = current
        opener = CallbackOpener(current, now: now)
        refused = RefusedCallbacks { name in current.serving.directory[named: name] != nil }
        endpoint = CallbackEndpoint(
            opener: opener,
            intake: Intake(
                store: store, work: Wakeup(), outbox: Wakeup(), cancellations: Wakeup(), turns: RunningTurns(),
                files: SentFileQueue()),
            record: CallbackRecord(
                metrics: CallbackMetrics(metrics, of: current), refused: refused, log: Logger(to: sink, level: .debug)),
            sources: sources
        )
    }

    /// The status of the answer, whose body tells nothing unless it is an echo.
    func answer(_ request: HTTPRequest, app name: String? = nil) async -> Int {
        await endpoint.answer(request, app: name).status.code
    }

    /// Every job there is: who wrote what to which app.
    func jobs() async throws -> [ClaimedJob] { try await store.claim(1000, for: "test", at: .now) }

    /// All that was logged; nothing is afterwards.
    func log() -> String {
        sink.close()
        return String(decoding: lines.withLock { $0 }, as: UTF8.self)
    }
}

func withWorld(
    _ apps: TestApp...,
    maxAge: Duration? = .seconds(86_400),
    sources: AllowedSources? = nil,
    now: @escaping @Sendable () -> Timestamp = { .now },
    _ body: (World) async throws -> Void
) async throws {
    try await withWorld(apps, maxAge: maxAge, sources: sources, now: now, body)
}

func withWorld(
    _ apps: [TestApp],
    maxAge: Duration? = .seconds(86_400),
    sources: AllowedSources? = nil,
    now: @escaping @Sendable () -> Timestamp = { .now },
    _ body: (World) async throws -> Void
) async throws {
    let world = try await World(apps, maxAge: maxAge, sources: sources, now: now)
    try await attempt {
        try await body(world)
    } finally: {
        await world.store.close()
    }
}

/// An app as both sides know it.
struct TestApp: Sendable {
    let fake: FakeApp
    let app: App
    var key: AppKey { AppKey(corpID: fake.corpID, agentID: fake.agentID) }

    init(
        _ name: String,
        corp: String = "ww_corp",
        agent: Int64 = 1,
        token: String? = nil,
        key: Character = "k",
        policy: Policy = .all
    ) throws {
        let keys = try CallbackKeys(
            token: Secret(token ?? "token-\(name)"),
            encodingAESKey: Secret(String(repeating: key, count: 43))
        )
        fake = FakeApp(
            corpID: CorpID(corp),
            agentID: AgentID(agent),
            secret: Secret("secret-\(name)"),
            keys: keys,
            callbackURL: "/cb"
        )
        app = App(
            .app(AppKey(corpID: CorpID(corp), agentID: AgentID(agent))),
            name: name,
            keys: keys,
            agent: "echo",
            policy: policy,
            speech: AppLane.speech
        )
    }

    /// A message as WeCom seals it.
    func message(
        _ text: String = "你好",
        from user: String = "ZhangSan",
        id: String? = "7001",
        agent: AgentID?? = nil,
        at time: Timestamp = .now
    ) -> InboundMessage {
        InboundMessage(
            corp: fake.corpID,
            sender: .member(UserID(user)),
            createTime: Timestamp(seconds: time.seconds),
            agentID: agent ?? fake.agentID,
            messageID: id,
            content: .text(text)
        )
    }

    func callback(_ message: InboundMessage) -> HTTPRequest { FakeWeCom.callback(of: message, to: fake, at: "/cb") }

    /// Anything at all, sealed and signed; `hint` is what the envelope says outside, `receiver` whom it is sealed for.
    func sealed(
        _ document: [UInt8],
        receiver: String? = nil,
        hint: (corp: String?, agent: AgentID?)? = nil,
        padding: Int = 0
    ) -> HTTPRequest {
        let callback = fake.keys.seal(
            message: document,
            receiver: receiver ?? fake.corpID.text,
            timestamp: "1700000000",
            nonce: "99"
        )
        let hint = hint ?? (fake.corpID.text, fake.agentID)
        let envelope = Envelope(toUserName: hint.corp, agentID: hint.agent, encrypted: callback.encrypted)
        let body = envelope.xml + Array(repeating: UInt8(ascii: "\n"), count: padding)
        return HTTPRequest(.post, "/cb?\(callback.query)", body: body)
    }

    /// Makes the request of WeCom when an administrator presses Save.
    func verification(_ echo: [UInt8], receiver: String? = nil) -> HTTPRequest {
        let callback = fake.keys.seal(
            message: echo,
            receiver: receiver ?? fake.corpID.text,
            timestamp: "1700000000",
            nonce: "99"
        )
        return HTTPRequest(.get, "/cb?\(callback.verificationQuery)")
    }
}
