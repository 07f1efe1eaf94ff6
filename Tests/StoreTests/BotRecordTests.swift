import Router
import StoreTesting
import System
import Testing
import WeCom

@Suite("What is known of bots", .timeLimit(.minutes(10))) struct BotRecordTests {
    private let helper = BotID("aibHelper")
    private let other = BotID("aibOther")

    private var record: BotRecord {
        var record = BotRecord()
        record.lastConnected = time(1)
        record.lastDisconnected = time(2)
        record.lastCallback = time(3)
        record.lastHeartbeat = time(4)
        record.lastError = "853000: bot_id or secret invalid"
        record.lastErrorAt = time(5)
        record.reconnects = 7
        return record
    }

    @Test("it is there after a restart, each bot's own, and the newest word holds", arguments: StoreUnderTest.available)
    func kept(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            #expect(try await test.store.botRecords().isEmpty)
            try await test.store.keep([helper: record, other: BotRecord()])
            try await test.startAgain(after: .kill)
            #expect(try await test.store.botRecords() == [helper: record, other: BotRecord()])
            var newer = record
            newer.lastError = nil
            newer.reconnects = 8
            try await test.store.keep([helper: newer])
            #expect(try await test.store.botRecords() == [helper: newer, other: BotRecord()])
        }
    }

    @Test("what an operator said of a bot stays, whatever else is noted of it", arguments: StoreUnderTest.available)
    func disconnected(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.noteDisconnected(helper, since: time(9))
            try await test.store.keep([helper: record])
            try await test.startAgain(after: .kill)
            let kept = try await test.store.botRecords()[helper]
            #expect(kept?.disconnectedSince == time(9) && kept?.reconnects == 7)
            try await test.store.noteDisconnected(helper, since: nil)
            #expect(try await test.store.botRecords()[helper] == record)
        }
    }
}
