import Lifecycle
import Observability
import SQLiteStore
import System
import Testing
import WeCom

@testable import Router

/// Tests what becomes of a delivery whose ways out are gone.
@Suite struct WaysTests {
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

    @Test("a delivery fails when its last way is gone, and says why")
    func last() async throws {
        try await withChat(by: [stream, url], gone: [stream.kind, url.kind]) { chat in
            try await chat.carry()
            #expect(chat.lane.tried == [stream.kind, url.kind])
            let summary = try await chat.summary()
            #expect(summary.state == .failed && summary.reason == "no way out is left: it is gone")
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
    private let name: Way.Kind?
    private let seen = Lock<[Way.Kind]>([])

    init(gone: [Way.Kind], calling name: Way.Kind?) {
        self.gone = gone
        self.name = name
    }

    var tried: [Way.Kind] { seen.withLock { $0 } }

    func send(_ delivery: Delivery) async -> SendOutcome {
        guard let way = delivery.part.address.way(at: .steady) else { return .failed(reason: "tried without a way") }
        seen.withLock { $0.append(way.kind) }
        return gone.contains(way.kind) ? .wayGone(name ?? way.kind, reason: "it is gone") : .sent(SendReceipt())
    }

    func upload(_ file: OutgoingFile, at path: String) async -> UploadOutcome { .not(.failed(reason: "no files")) }

    func fetch(_ media: SentMedia, into folder: String, limit: Int) async throws -> Router.Attachment {
        throw MediaFailure("there is nothing here", mayPass: false)
    }
}

/// A bot's group chat with one thing to send.
private struct Chat {
    let store: SQLiteStore
    let lane: ManyWays
    let delivery: DeliveryID
    let round: DeliveryRound

    func carry() async throws {
        await round.carry(try #require(try await store.claimDeliveries(1, for: "test", at: .steady).first))
    }

    func summary() async throws -> DeliverySummary { try #require(try await store.delivery(delivery)) }
}

private func withChat(
    by ways: [Way], gone: [Way.Kind], calling name: Way.Kind? = nil, _ body: (Chat) async throws -> Void
) async throws {
    let bot = Endpoint.bot(BotID("aibX"))
    let directory = try TemporaryDirectory(prefix: "router-tests-")
    let store = try await SQLiteStore(at: directory.path + "/router.db", serving: [bot], owner: "test")
    let lane = ManyWays(gone: gone, calling: name)
    let address = ReplyAddress(.chat(ChatID("wrAbC")), by: ways)
    let message = OutgoingMessage(
        Part(to: address, "hello"), in: ConversationKey(endpoint: bot, peer: address.target.peer))
    let posted = try await store.post(message, at: .steady)
    let round = DeliveryRound(
        store: store, serving: Serving(AppDirectory([]), lanes: [bot: lane]),
        blobs: try BlobFolder(at: directory.path + "/blobs"), traffic: AppTraffic(),
        metrics: DeliveryMetrics(Metrics()), log: Logger(to: LogSink(format: .json) { _ in }))
    try await attempt {
        try await body(Chat(store: store, lane: lane, delivery: posted.delivery, round: round))
    } finally: {
        await store.close()
    }
}
