import Lifecycle
import Observability
import SQLiteStore
import System
import Testing
import WeCom

@testable import Router

@Suite(.timeLimit(.minutes(1))) struct DeliveryRoundTests {
    @Test("a delivery that is days old, because we were off, is not given up at its first failed try")
    func afterAWeekend() async throws {
        try await withOutbox(answering: .retry(reason: "no network", isAmbiguous: false)) { box in
            let delivery = try await box.delivery(written: .steady.advanced(by: .seconds(-3 * 86_400)))
            await box.round.carry(delivery)
            let again = try await box.store.claimDeliveries(1, for: "test", at: .steady.advanced(by: .seconds(301)))
            #expect(again.map(\.id) == [delivery.id] && again.first?.attempt == 2)
        }
    }

    @Test("a delivery that is days old and had its tries is given up")
    func givenUp() async throws {
        try await withOutbox(answering: .retry(reason: "no network", isAmbiguous: false)) { box in
            var delivery = try await box.delivery(written: .steady.advanced(by: .seconds(-3 * 86_400)))
            for attempt in 1..<Delivery.leastTries {
                #expect(delivery.attempt == attempt)
                #expect(
                    try await box.store.postpone(delivery.lease, until: .steady, reason: "no", at: .steady))
                delivery = try #require(try await box.store.claimDeliveries(1, for: "test", at: .steady).first)
            }
            await box.round.carry(delivery)
            #expect(
                try await box.store.claimDeliveries(1, for: "test", at: .steady.advanced(by: .seconds(9000))).isEmpty)
            #expect(box.log.contains("given up"))
        }
    }

    @Test("an app that WeCom stops is told of once, with what to do, and its delivery waits for the end of the pause")
    func pause() async throws {
        let pause = AppPause(code: "60020", advice: "add 203.0.113.7")
        try await withOutbox(answering: .retry(reason: "not allowed", isAmbiguous: false, pause: pause)) { box in
            let delivery = try await box.delivery(written: .steady)
            let before = Timestamp.steady
            await box.round.carry(delivery)
            await box.round.carry(delivery)
            #expect(!box.traffic.rules(free: 9, of: 64, at: .steady, Serving(AppDirectory([]))).admits(endpoint))
            #expect(try await box.store.claimDeliveries(1, for: "test", at: before.advanced(by: .seconds(59))).isEmpty)
            #expect(
                try await box.store.claimDeliveries(1, for: "test", at: .steady.advanced(by: .seconds(61))).first?.id
                    == delivery.id)
            #expect(box.log.split(separator: "add 203.0.113.7").count == 2)
        }
    }

    @Test("a send that our own stop breaks off is put back without a word")
    func interrupted() async throws {
        try await withOutbox(answering: .interrupted) { box in
            let delivery = try await box.delivery(written: .steady)
            await box.round.carry(delivery)
            #expect(try await box.store.claimDeliveries(1, for: "test", at: .steady).first?.id == delivery.id)
            #expect(box.log.isEmpty)
        }
    }

    @Test("what may be another courier's is not sent, and goes again if it is not")
    func fenced() async throws {
        try await withOutbox(answering: .sent(SendReceipt())) { box in
            let delivery = try await box.delivery(written: .steady)
            var round = box.round
            round.isHeld = { false }
            await round.carry(delivery)
            let again = try #require(try await box.store.claimDeliveries(1, for: "test", at: .steady).first)
            #expect(again.id == delivery.id && again.attempt == 2)
            await box.round.carry(again)
            #expect(try await box.store.claimDeliveries(1, for: "test", at: .steady).isEmpty)
        }
    }

    @Test("a delivery of an app that was switched off since it was claimed waits, and one of an app that is gone fails")
    func dormant() async throws {
        let app = App(endpoint, name: "a", keys: nil, agent: "echo", policy: .all, speech: .least)
        for (isDormant, count) in [(true, 1), (false, 0)] {
            let serving = Serving(AppDirectory([], dormant: isDormant ? [DormantApp(app, .disabled)] : []))
            try await withOutbox(answering: .sent(SendReceipt()), serving: serving) { box in
                await box.round.carry(try await box.delivery(written: .steady))
                #expect(try await box.store.claimDeliveries(1, for: "test", at: .steady).count == count)
            }
        }
    }
}

private let endpoint = Endpoint.app(AppKey(corpID: CorpID("ww1"), agentID: AgentID(1)))

private struct OneAnswer: Lane {
    static let speech = Speech.least
    let outcome: SendOutcome
    func send(_ delivery: Delivery) async -> SendOutcome { outcome }
    func upload(_ file: OutgoingFile, at path: String, for delivery: Delivery) async -> UploadOutcome { .not(outcome) }

    func fetch(_ media: SentMedia, into folder: String, limit: Int) async throws -> Router.Attachment {
        throw MediaFailure("there is nothing here", mayPass: false)
    }
}

private func withOutbox(
    answering outcome: SendOutcome, serving: Serving? = nil, _ body: (Outbox) async throws -> Void
) async throws {
    let box = try await Outbox(answering: outcome, serving)
    try await attempt {
        try await body(box)
    } finally: {
        await box.store.close()
    }
}

/// A store and what carries deliveries out of it, through a lane that always answers the same.
private struct Outbox {
    let store: SQLiteStore
    let traffic = AppTraffic()
    let round: DeliveryRound
    private let directory: TemporaryDirectory
    private let lines = Lock<[UInt8]>([])
    private let sink: LogSink

    init(answering outcome: SendOutcome, _ serving: Serving?) async throws {
        directory = try TemporaryDirectory(prefix: "router-tests-")
        store = try await SQLiteStore(at: directory.path + "/router.db", serving: [endpoint])
        sink = LogSink(format: .json) { [lines] bytes in lines.withLock { $0 += bytes } }
        round = DeliveryRound(
            store: store,
            serving: serving ?? Serving(AppDirectory([]), lanes: [endpoint: OneAnswer(outcome: outcome)]),
            blobs: try BlobFolder(at: directory.path + "/blobs"), traffic: traffic, metrics: DeliveryMetrics(Metrics()),
            log: Logger(to: sink))
    }

    /// A reply of that age, claimed.
    func delivery(written: Timestamp) async throws -> Delivery {
        let user = UserID("zhangsan")
        let message = AcceptedMessage(
            from: user, text: "hi", messageID: "1", sentAt: written, replyAddress: .user(user))
        _ = try await store.accept(
            Submission(
                key: DedupKey(stamp: 1, digest: Array(repeating: 1, count: 16)),
                conversation: ConversationKey(endpoint: endpoint, user: user),
                .job(JobRequest(message, refusal: Notice(.tooMuch, nil)))),
            at: written)
        let job = try #require(try await store.claim(1, for: "test", at: written).first)
        let reply = Settlement(.done, parts: [Part(to: .user(user), "yes")])
        #expect(try await store.settle(job.lease, as: reply, at: written))
        return try #require(try await store.claimDeliveries(1, for: "test", at: .steady).first)
    }

    /// All that was logged; nothing is afterwards.
    var log: String {
        sink.close()
        return String(decoding: lines.withLock { $0 }, as: UTF8.self)
    }
}
