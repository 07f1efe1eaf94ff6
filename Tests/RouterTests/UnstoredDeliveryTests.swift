import Observability
import System
import TestSupport
import Testing
import WeCom

@testable import Router

@Suite(.timeLimit(.minutes(1))) struct UnstoredDeliveryTests {
    @Test(
        "what became of a delivery is kept until the store takes it, and is not sent again for that",
        arguments: [
            SendOutcome.sent(SendReceipt(wecomID: "m")), .failed(reason: "no such user"),
            .retry(reason: "busy", isAmbiguous: false),
        ])
    func kept(outcome: SendOutcome) async throws {
        let directory = try TemporaryDirectory(prefix: "router-tests-")
        let blobs = try BlobFolder(at: directory.path)
        let store = FullStore(refusing: 2)
        let lane = CountingLane(outcome)
        let metrics = Metrics()
        let round = DeliveryRound(
            store: store, serving: Serving(AppDirectory([]), lanes: [endpoint: lane]), blobs: blobs,
            traffic: AppTraffic(),
            metrics: DeliveryMetrics(metrics),
            log: Logger(to: LogSink(format: .json) { _ in }))
        await round.carry(delivery)
        #expect(lane.sends == 1)
        #expect(store.notes == [outcome])
        #expect(metrics.page.contains("unstored_deliveries_total 2\n"))
    }

    @Test("a courier that is stopped meanwhile does not wait for the disk")
    func stopped() async throws {
        let directory = try TemporaryDirectory(prefix: "router-tests-")
        let blobs = try BlobFolder(at: directory.path)
        let store = FullStore(refusing: .max)
        let round = DeliveryRound(
            store: store, serving: Serving(AppDirectory([]), lanes: [endpoint: CountingLane(.sent(SendReceipt()))]),
            blobs: blobs, traffic: AppTraffic(), metrics: DeliveryMetrics(Metrics()),
            log: Logger(to: LogSink(format: .json) { _ in })
        )
        let task = Task { await round.carry(delivery) }
        while store.refusals == 0 { await beforeLookingAgain() }
        task.cancel()
        await task.value
        #expect(store.notes.isEmpty)
    }
}

private let endpoint = Endpoint.app(AppKey(corpID: CorpID("ww1"), agentID: AgentID(1)))

private var delivery: Delivery {
    Delivery(
        id: DeliveryID(IdentifierSource.least(at: .now)),
        conversation: ConversationKey(endpoint: endpoint, user: UserID("zhangsan")), job: nil,
        part: Part(to: .user(UserID("zhangsan")), "hello"), attempt: 1, checksDuplicates: true)
}

private final class CountingLane: Lane {
    static let speech = Speech.least

    private let outcome: SendOutcome
    private let count = Lock(0)

    init(_ outcome: SendOutcome) { self.outcome = outcome }

    var sends: Int { count.withLock { $0 } }

    func send(_ delivery: Delivery) async -> SendOutcome {
        count.withLock { $0 += 1 }
        return outcome
    }

    func upload(_ file: OutgoingFile, at path: String, for delivery: Delivery) async -> UploadOutcome { .not(outcome) }

    func fetch(_ media: SentMedia, into folder: String, limit: Int) async throws -> Router.Attachment {
        throw MediaFailure("there is nothing here", mayPass: false)
    }
}

/// Its disk is full for a while.
private final class FullStore: DeliveryStore {
    private struct State {
        var refusals = 0
        var notes: [SendOutcome] = []
    }

    struct DiskFull: StoreError {
        var mayPass: Bool { true }
    }

    private let limit: Int
    private let state = Lock(State())

    init(refusing limit: Int) { self.limit = limit }

    var notes: [SendOutcome] { state.withLock { $0.notes } }
    var refusals: Int { state.withLock { $0.refusals } }

    func claimDeliveries(for owner: String, within rules: DeliveryRules, at now: Timestamp) async throws -> [Delivery] {
        []
    }

    func markSent(_ lease: DeliveryLease, _ receipt: SendReceipt, at now: Timestamp) async throws -> Bool {
        try note(.sent(receipt))
    }

    func keepMedia(_ media: UploadedMedia, for lease: DeliveryLease, at now: Timestamp) async throws -> Bool { true }
    func renewSendings(of owner: String, for length: Duration, at now: Timestamp) async throws {}
    func rescueSendings(except owner: String, at now: Timestamp) async throws -> Int { 0 }
    func hurry(_ endpoint: Endpoint, at now: Timestamp) async throws -> Int { 0 }
    func recentSends(since moment: Timestamp) async throws -> [Endpoint: [Timestamp]] { [:] }

    func postpone(
        _ lease: DeliveryLease, until due: Timestamp, reason: String?, at now: Timestamp
    ) async throws -> Bool {
        try note(.retry(reason: reason ?? "", isAmbiguous: false))
    }

    func markFailed(
        _ lease: DeliveryLease, reason: String, as failure: DeliveryFailure, at now: Timestamp
    ) async throws -> Bool {
        try note(.failed(reason: reason))
    }

    private func note(_ outcome: SendOutcome) throws -> Bool {
        try state.withLock { state in
            guard state.refusals >= limit else {
                state.refusals += 1
                throw DiskFull()
            }
            state.notes.append(outcome)
            return true
        }
    }
}
