import Lifecycle
import Observability
import SQLiteStore
import System
import Testing
import WeCom

@testable import Router

/// Tests what becomes of a delivery whose ways out are gone.
@Suite(.timeLimit(.minutes(5))) struct WaysTests {
    private let stream = Way(.stream("s-1"))
    private let url = Way(.responseURL("https://example.com"))
    private let push = Way(.push)

    @Test("when a way is gone the next is tried at once, and the delivery goes by it")
    func next() async throws {
        try await withChat(by: [stream, url, push], gone: [stream.kind, url.kind]) { chat in
            try await chat.carry()
            #expect(chat.lane.tried == [stream.kind, url.kind, push.kind])
            #expect(try await chat.summary().state == .sent)
        }
    }

    @Test("a way that has expired or is used up is not tried")
    func closed() async throws {
        let expired = Way(.stream("s-1"), expiresAt: Timestamp(seconds: 1))
        let used = Way(.responseURL("https://example.com"), isUsedUp: true)
        try await withChat(by: [expired, used, push], gone: []) { chat in
            try await chat.carry()
            #expect(chat.lane.tried == [push.kind])
            #expect(try await chat.summary().state == .sent)
        }
    }

    @Test("the time line of the job says by which way its answer went")
    func named() async throws {
        try await withChat(by: [stream, url, push], gone: [stream.kind, url.kind], answers: true) { chat in
            try await chat.carry()
            let sent = try #require(try await chat.job()).events.last
            #expect(sent?.what == "sent" && sent?.why == "as a message of the bot's own accord")
        }
    }

    @Test("an answer whose last way is gone is kept for the next one")
    func kept() async throws {
        try await withChat(by: [stream], gone: [stream.kind], answers: true) { chat in
            try await chat.carry()
            let summary = try await chat.summary()
            #expect(summary.state == .failed)
            #expect(try await chat.store.kept(for: chat.key).map(\.delivery) == [chat.delivery])
            let kept = try #require(try await chat.job()).events.last
            #expect(kept?.what == "kept for the next answer" && kept?.why == summary.reason)
        }
    }

    @Test("a delivery fails when its last way is gone, and says why")
    func last() async throws {
        try await withChat(by: [stream, url], gone: [stream.kind, url.kind]) { chat in
            try await chat.carry()
            #expect(chat.lane.tried == [stream.kind, url.kind])
            let summary = try await chat.summary()
            #expect(summary.state == .failed && summary.reason == "no way out is left: it is gone")
        }
    }

    @Test("while a way is closed the next is tried, and the delivery goes by it")
    func closedForNow() async throws {
        try await withChat(by: [push, url], gone: [], closed: [push.kind], answers: true) { chat in
            try await chat.carry()
            #expect(chat.lane.tried == [push.kind, url.kind])
            #expect(try await chat.summary().state == .sent)
        }
    }

    @Test("where a way is closed and none of the others takes it a delivery waits: it neither fails nor is kept")
    func waitsForIt() async throws {
        try await withChat(by: [push, url], gone: [url.kind], closed: [push.kind], answers: true) { chat in
            try await chat.carry()
            #expect(chat.lane.tried == [push.kind, url.kind])
            let summary = try await chat.summary()
            #expect(summary.state == .pending && summary.reason == "it is closed")
            #expect(try await chat.store.kept(for: chat.key).isEmpty)
        }
    }

    @Test("a lane that calls a way gone which the address has not does not try for ever")
    func stubborn() async throws {
        try await withChat(by: [push], gone: [push.kind], calling: .request("another")) { chat in
            try await chat.carry()
            #expect(chat.lane.tried == [push.kind])
            #expect(try await chat.summary().state == .failed)
        }
    }
}

/// Takes a delivery by any way that is not gone, and notes which were tried.
private final class ManyWays: Lane {
    static let speech = Speech.least

    private let gone: [Way.Kind]
    private let closed: [Way.Kind]
    private let name: Way.Kind?
    private let seen = Lock<[Way.Kind]>([])

    init(gone: [Way.Kind], closed: [Way.Kind], calling name: Way.Kind?) {
        self.closed = closed
        self.gone = gone
        self.name = name
    }

    var tried: [Way.Kind] { seen.withLock { $0 } }

    func send(_ delivery: Delivery) async -> SendOutcome {
        guard let way = delivery.part.address.way(at: .steady) else { return .failed(reason: "tried without a way") }
        seen.withLock { $0.append(way.kind) }
        if closed.contains(way.kind) { return .wayClosed(way.kind, reason: "it is closed") }
        return gone.contains(way.kind) ? .wayGone(name ?? way.kind, reason: "it is gone") : .sent(SendReceipt())
    }

    func upload(_ file: OutgoingFile, at path: String, for delivery: Delivery) async -> UploadOutcome {
        .not(.failed(reason: "no files"))
    }

    func fetch(_ media: SentMedia, into folder: String, limit: Int) async throws -> Router.Attachment {
        throw MediaFailure("there is nothing here", mayPass: false)
    }
}

/// A bot's group chat with one thing to send.
private struct Chat {
    let store: SQLiteStore
    let lane: ManyWays
    let key: ConversationKey
    let delivery: DeliveryID
    let round: DeliveryRound

    func carry() async throws {
        await round.carry(try #require(try await store.claimDeliveries(1, for: "test", at: .steady).first))
    }

    func summary() async throws -> DeliverySummary { try #require(try await store.delivery(delivery)) }

    /// The job that it answers.
    func job() async throws -> JobDetails? { try await store.job(try #require(try await summary().job)) }
}

private func withChat(
    by ways: [Way], gone: [Way.Kind], closed: [Way.Kind] = [], calling name: Way.Kind? = nil, answers: Bool = false,
    _ body: (Chat) async throws -> Void
) async throws {
    let bot = Endpoint.bot(BotID("aibX"))
    let directory = try TemporaryDirectory(prefix: "router-tests-")
    let store = try await SQLiteStore(at: directory.path + "/router.db", serving: [bot], owner: "test")
    let lane = ManyWays(gone: gone, closed: closed, calling: name)
    let address = ReplyAddress(.chat(ChatID("wrAbC")), by: ways)
    let key = ConversationKey(endpoint: bot, peer: address.target.peer)
    let part = Part(to: address, "hello")
    let delivery = answers ? try await answer(part, in: key, store) : try await post(part, in: key, store)
    let round = DeliveryRound(
        store: store, serving: Serving(AppDirectory([]), lanes: [bot: lane]),
        blobs: try BlobFolder(at: directory.path + "/blobs"), traffic: AppTraffic(),
        metrics: DeliveryMetrics(Metrics()), log: Logger(to: LogSink(format: .json) { _ in }))
    try await attempt {
        try await body(Chat(store: store, lane: lane, key: key, delivery: delivery, round: round))
    } finally: {
        await store.close()
    }
}

private func post(_ part: Part, in key: ConversationKey, _ store: SQLiteStore) async throws -> DeliveryID {
    try await store.post(OutgoingMessage(part, in: key), at: .steady).delivery
}

/// Has a message answered by that.
private func answer(_ part: Part, in key: ConversationKey, _ store: SQLiteStore) async throws -> DeliveryID {
    let message = AcceptedMessage(
        from: UserID("u"), text: "?", messageID: "1", sentAt: .steady, replyAddress: part.address)
    let submission = Submission(
        key: DedupKey(stamp: 1, digest: [1]), conversation: key,
        .job(JobRequest(message, refusal: Notice(.tooMuch, nil))))
    _ = try await store.accept(submission, at: .steady)
    let job = try #require(try await store.claim(1, for: "test", at: .steady).first)
    _ = try await store.settle(job.lease, as: Settlement(.done, parts: [part]), at: .steady)
    let all = try await store.deliveries(in: .all, matching: LedgerFilter()).items
    return try #require(all.first).id
}
