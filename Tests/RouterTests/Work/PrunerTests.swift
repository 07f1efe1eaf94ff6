import Lifecycle
import Observability
import Router
import RouterTesting
import SQLiteStore
import System
import TestSupport
import Testing
import WeCom

@Suite(.timeLimit(.minutes(1))) struct PrunerTests {
    @Test("what has outlived its time goes, and is counted")
    func age() async throws {
        try await withHouse { house in
            try await house.answer(3, at: time(0))
            try await house.answer(2, at: time(10))
            await house.pruner { $0.age = .seconds(86_400) }.prune(at: time(86_410))
            #expect(house.page.contains("pruned_rows_total{table=\"jobs\"} 3\n"))
            #expect(house.page.contains("pruned_rows_total{table=\"keys\"} 0\n"), "48 hours are not over")
            #expect(house.page.contains("last_prune_timestamp_seconds \(time(86_410).seconds)\n"))
        }
    }

    @Test("of too many the oldest go; without limits none do, but keys")
    func number() async throws {
        try await withHouse { house in
            try await house.answer(10, at: time(0))
            await house.pruner { _ in }.prune(at: time(172_801))
            #expect(house.page.contains("pruned_rows_total{table=\"jobs\"} 0\n"))
            #expect(house.page.contains("pruned_rows_total{table=\"keys\"} 10\n"))
            await house.pruner { $0.jobs = 4 }.prune(at: time(172_801))
            #expect(house.page.contains("pruned_rows_total{table=\"jobs\"} 6\n"))
        }
    }

    @Test("it begins by itself, and ends when it is told to")
    func service() async throws {
        try await withHouse { house in
            try await house.answer(1, at: .now.advanced(by: .seconds(-3 * 86_400)))
            let life = ServiceLife()
            let pruner = house.pruner { _ in }
            async let run: Void = pruner.run(life)
            while !house.page.contains("{table=\"keys\"} 1\n") { await beforeLookingAgain() }
            life.tellToStop(by: .now)
            await run
        }
    }

    @Test("it looks again every ten minutes")
    func again() async throws {
        try await withHouse { house in
            let (life, clock) = (ServiceLife(), ManualClock())
            let pruner = house.pruner(by: clock) { _ in }
            async let run: Void = pruner.run(life)
            for _ in 1...3 { await clock.advance(whenSomebodySleepsFor: .seconds(600)) }
            await clock.untilSomebodySleeps(for: .seconds(600))
            let seconds = clock.timestamp.seconds
            #expect(house.page.contains("last_prune_timestamp_seconds \(seconds)"))
            life.tellToStop(by: .now)
            await run
        }
    }

    @Test("a store that fails is left for the next time")
    func failing() async throws {
        try await withHouse { house in
            await house.store.close()
            await house.pruner { _ in }.prune(at: time(0))
            #expect(house.page.contains("prune_failures_total 1\n"))
            #expect(house.page.contains("last_prune_timestamp_seconds 0\n"))
        }
    }
}

private func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_900_000_000 + seconds) }

private func withHouse(_ body: (House) async throws -> Void) async throws {
    let house = try await House()
    try await attempt {
        try await body(house)
    } finally: {
        await house.store.close()
    }
}

/// A store with some past in it.
private struct House {
    let store: SQLiteStore
    private let directory: TemporaryDirectory
    private let metrics = Metrics()
    private let pruning: PruningMetrics
    let blobs: BlobFolder
    let attachments: AttachmentFolder
    let received: ReceivedFolder

    private static let app = Endpoint.app(AppKey(corpID: CorpID("ww1"), agentID: AgentID(1)))

    init() async throws {
        directory = try TemporaryDirectory(prefix: "router-tests-")
        store = try await SQLiteStore(at: directory.path + "/router.db", serving: [House.app])
        pruning = PruningMetrics(metrics)
        blobs = try BlobFolder(at: directory.path + "/blobs")
        attachments = try AttachmentFolder(at: directory.path + "/attachments")
        received = try ReceivedFolder(at: directory.path + "/received", minFree: 0)
    }

    var page: String { metrics.page }

    func pruner(by clock: any WorkClock = .steady, _ limit: (inout Pruner.Limits) -> Void) -> Pruner {
        var limits = Pruner.Limits()
        limit(&limits)
        let chosen = limits
        return Pruner(
            store: store, blobs: blobs, attachments: attachments, received: received, limits: chosen, metrics: pruning,
            clock: clock, log: Logger(to: LogSink(format: .json) { _ in }))
    }

    /// Makes so many jobs that are over by `now`.
    func answer(_ count: Int, at now: Timestamp) async throws {
        for number in 1...count {
            let user = UserID("user\(number)")
            _ = try await store.accept(
                Submission(
                    key: DedupKey(stamp: now.milliseconds, digest: Array(repeating: UInt8(number), count: 16)),
                    conversation: ConversationKey(endpoint: House.app, user: user),
                    .job(
                        JobRequest(
                            AcceptedMessage(
                                from: user, text: "x", messageID: "1", sentAt: now, replyAddress: .user(user)),
                            refusal: Notice(.tooMuch, nil)))
                ),
                at: now
            )
        }
        for job in try await store.claim(count, for: "test", at: now) {
            _ = try await store.settle(job.lease, as: Settlement(.done), at: now)
        }
    }
}
