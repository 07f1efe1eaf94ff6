import Lifecycle
import Observability
import Router
import SQLiteStore
import System
import Testing
import WeCom

@testable import RouterServer

@Suite("What is kept of bots", .timeLimit(.minutes(1)))
struct BotRecorderTests {
    @Test("is known before the first who could ask is answered")
    func known() async throws {
        let directory = try TemporaryDirectory(prefix: "bot-records-")
        let store = try await SQLiteStore(at: "\(directory.path)/router.db", serving: [])
        let bot = BotID("aib1")
        var written = BotRecord()
        (written.lastConnected, written.reconnects) = (Timestamp(seconds: 1_700_000_000), 7)
        let kept = written
        try await store.keep([bot: kept])
        try await store.noteDisconnected(bot, since: Timestamp(seconds: 1_700_000_100))

        let records = BotRecords(store)
        try await running(records, over: store) {
            let record = records.record(of: bot, nil)
            #expect(record.lastConnected == kept.lastConnected && record.reconnects == 7)
            #expect(records.isDisconnected(bot) && records.areRead.isReached)
        }
        await store.close()
        withExtendedLifetime(directory) {}
    }

    @Test("does not hold up a start where it cannot be read, and nothing is written over it")
    func unreadable() async throws {
        let directory = try TemporaryDirectory(prefix: "bot-records-")
        let store = try await SQLiteStore(at: "\(directory.path)/router.db", serving: [])
        await store.close()
        let records = BotRecords(store)
        records.noteCallback(to: BotID("aib1"), at: .steady)
        try await running(records, over: store) {
            #expect(!records.areRead.isReached && records.all([:]).isEmpty)
        }
        withExtendedLifetime(directory) {}
    }

    /// Runs a recorder, with `check` at the moment at which the next service would start.
    private func running(
        _ records: BotRecords, over store: SQLiteStore, _ check: @escaping @Sendable () -> Void
    ) async throws {
        let log = Logger(to: LogSink(format: .text) { _ in }, level: .error)
        let recorder = BotRecorder(statuses: { [:] }, news: Wakeup(), records: records, store: store, log: log)
        let stop = Signpost()
        try await ServiceGroup([.init(recorder, grace: .seconds(5))], budget: .seconds(10), log: log)
            .run(until: stop) {
                check()
                stop.reach()
            }
    }
}
