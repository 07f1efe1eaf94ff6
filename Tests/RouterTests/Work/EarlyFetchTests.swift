import Lifecycle
import Observability
import RouterTesting
import SQLiteStore
import System
import TestSupport
import Testing
import WeCom

@testable import Router

/// A fetch of files before their turns, over the store of an earlier process that left one to be fetched. The clock is moved by hand.
@Suite("Files that an earlier process had not fetched", .timeLimit(.minutes(1)))
struct EarlyFetchTests {
    private static let bot = Endpoint.bot(BotID("aib"))
    private let lane = SealedLane()
    private let clock = ManualClock()
    private let capture = LogCapture()

    private func withEarlyFetch(
        failingLooks failures: Int, _ body: (HinderedStore, ServiceLife) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory(prefix: "router-tests-")
        let sqlite = try await SQLiteStore(at: "\(directory.path)/router.db", serving: [Self.bot])
        _ = try await sqlite.accept(submission, at: clock.timestamp)
        let store = HinderedStore(sqlite)
        store.failLooks(failures)
        let keys = try CallbackKeys(token: Secret("t"), encodingAESKey: Secret(String(repeating: "k", count: 43)))
        let app = App(
            Self.bot, name: "a", keys: keys, agent: "x", policy: .all, speech: .least, conduct: Conduct(),
            texts: .chinese)
        let (queue, life) = (SentFileQueue(), ServiceLife())
        let folder = try ReceivedFolder(at: "\(directory.path)/received", minFree: 0)
        let early = EarlyFetch(
            store: store, queue: queue, files: SentFileFetch(into: folder),
            current: Serving.Current(Serving(AppDirectory([app]), lanes: [Self.bot: lane])),
            metrics: EarlyFetchMetrics(Metrics(), of: queue, into: folder), by: clock, log: capture.log)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await early.run(life) }
            defer { life.tellToStop(by: .now) }
            try await body(store, life)
        }
        await sqlite.close()
        withExtendedLifetime(directory) {}
    }

    private var submission: Submission {
        let user = UserID("u")
        let message = AcceptedMessage(
            from: user, text: "", media: [SentMedia(.file, .sealed(url: "https://files/1", key: nil))],
            messageID: "m", sentAt: clock.timestamp, replyAddress: .user(user))
        return Submission(
            key: DedupKey(stamp: 1, digest: Array(repeating: 1, count: 16)),
            conversation: ConversationKey(endpoint: Self.bot, user: user),
            .job(JobRequest(message, refusal: Notice(.tooMuch, nil))))
    }

    @Test("while the store is away they are looked for again and again, and once it is back no more")
    func away() async throws {
        try await withEarlyFetch(failingLooks: 3) { store, _ in
            try await eventually {
                clock.advance(by: .milliseconds(10))
                return lane.fetches == 1
            }
            clock.advance(by: .seconds(60))
            #expect(store.looks == 4)
        }
        let told = capture.finish().split(separator: "\n").count { $0.contains("could not be looked for") }
        #expect(told == 3)
    }

    @Test("told to stop while the store is away, it ends")
    func stop() async throws {
        try await withEarlyFetch(failingLooks: .max) { store, life in
            try await eventually { store.looks == 1 }
            life.tellToStop(by: .now)
        }
        #expect(lane.fetches == 0)
    }
}
