import Router
import System
import Testing
import WeCom

@testable import RouterServer

@Suite("When what is known of bots is written") struct DueBotRecordsTests {
    private let bot = BotID("aib1")
    private let start = MonotonicTime.now

    private func record(callback: Int64, reconnects: Int = 0) -> BotRecord {
        var record = BotRecord()
        record.lastCallback = Timestamp(seconds: callback)
        record.reconnects = reconnects
        return record
    }

    @Test("what is new is written at once, times that go on once a minute, and all of it at the end")
    func due() {
        var due = DueBotRecords()
        func write(_ record: BotRecord, after seconds: Int, isLast: Bool = false) -> Bool {
            let now = start.advanced(by: .seconds(seconds))
            let found = due.due([bot: record], at: now, isLast: isLast)
            if !found.isEmpty { due.note(found, at: now) }
            return !found.isEmpty
        }
        #expect(write(record(callback: 1), after: 0))
        #expect(!write(record(callback: 1), after: 1), "nothing is new")
        #expect(!write(record(callback: 2), after: 2), "a message a second is no write a second")
        #expect(write(record(callback: 3, reconnects: 1), after: 3))
        #expect(!write(record(callback: 4, reconnects: 1), after: 59))
        #expect(write(record(callback: 5, reconnects: 1), after: 60))
        #expect(!write(record(callback: 6, reconnects: 1), after: 61))
        #expect(write(record(callback: 6, reconnects: 1), after: 62, isLast: true))
    }

    @Test("what could not be written is due again")
    func again() {
        let due = DueBotRecords()
        for second in 0..<3 {
            let now = start.advanced(by: .seconds(second))
            #expect(due.due([bot: record(callback: 1, reconnects: 1)], at: now).count == 1)
        }
    }
}
