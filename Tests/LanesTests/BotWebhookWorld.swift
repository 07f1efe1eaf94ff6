import HTTPClient
import HTTPServer
import Lanes
import Lifecycle
import Observability
import Router
import SQLiteStore
import Simulator
import System
import Testing
import WeCom

/// The lane of a bot by webhook over a store and a WeCom of its own.
struct BotWebhookWorld {
    let store: SQLiteStore
    let wecom: FakeWeCom
    let bot: FakeBot
    let lane: BotWebhookLane
    let base: String

    /// The address of an answer to a message whose stream has that id, which was opened so long ago.
    func address(_ stream: String, age: Duration, url: String) -> ReplyAddress {
        let opened = Timestamp.steady.advanced(by: .zero - age)
        return ReplyAddress(
            .user(UserID("u1")),
            by: [
                Way(.stream(stream), expiresAt: opened.advanced(by: StoredStream.life)),
                Way(.responseURL(url), expiresAt: opened.advanced(by: .seconds(3540))),
            ])
    }

    func url() throws -> String {
        let message = wecom.message(.text("x"), from: UserID("u1"), in: .single, to: bot)
        return try #require(message.responseURL).reveal()
    }

    func delivery(
        _ text: String, to address: ReplyAddress, kind: Delivery.Class = .final, number: Int64 = 1
    ) -> Delivery { delivery(.message(.text(text)), to: address, kind: kind, number: number) }

    func delivery(
        _ body: Part.Body, to address: ReplyAddress, kind: Delivery.Class = .final, number: Int64 = 1
    ) -> Delivery {
        var delivery = Delivery(
            id: DeliveryID(number), conversation: ConversationKey(endpoint: .bot(bot.id), user: UserID("u1")),
            job: JobID(1), part: Part(to: address, body), attempt: 1, checksDuplicates: false)
        delivery.kind = kind
        return delivery
    }

    /// Accepts a message whose answer is shown in that stream.
    func open(_ stream: String, at now: Timestamp = .steady) async throws {
        let message = AcceptedMessage(
            from: UserID("u1"), text: "x", messageID: stream, sentAt: now, replyAddress: .user(UserID("u1")))
        var submission = Submission(
            key: DedupKey(stamp: 1, digest: Array(stream.utf8)),
            conversation: ConversationKey(endpoint: .bot(bot.id), user: UserID("u1")),
            .job(JobRequest(message, refusal: Notice(.tooMuch, nil))))
        submission.stream = stream
        _ = try await store.accept(submission, at: now)
    }
}

/// Runs `body` with a lane that reaches the WeCom which is played here, unless `adjust` says otherwise.
func withBotWebhook(
    adjust: (inout BotOutside.Settings) -> Void = { _ in }, _ body: (BotWebhookWorld) async throws -> Void
) async throws {
    let directory = try TemporaryDirectory(prefix: "lanes-tests-")
    let (transport, loop) = (CurlTransport(), try EventLoop(named: "simulator"))
    let keys = try CallbackKeys(token: Secret("t"), encodingAESKey: Secret(String(repeating: "k", count: 43)))
    let bot = FakeBot(id: BotID("aib1"), keys: keys)
    let wecom = FakeWeCom(
        apps: [], port: 0, transport: transport, on: loop, log: Logger(to: LogSink(format: .json) { _ in }))
    let base = "http://127.0.0.1:\(try await wecom.listener.open())"
    wecom.setBase(base)
    let store = try await SQLiteStore(at: "\(directory.path)/router.db", serving: [.bot(bot.id)])
    var settings = BotOutside.Settings()
    settings.responseURL = base + ResponseURL.path
    settings.timeout = .seconds(5)
    adjust(&settings)
    let lane = BotWebhookLane(
        store: store, outside: BotOutside(settings, over: transport), mediaKey: keys.mediaKey)
    try await attempt {
        try await body(BotWebhookWorld(store: store, wecom: wecom, bot: bot, lane: lane, base: base))
    } finally: {
        await wecom.listener.quiesce(by: .now)
        await transport.close()
        await store.close()
        loop.stop()
    }
    withExtendedLifetime(directory) {}
}
