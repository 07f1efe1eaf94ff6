import Router
import System
import WeCom

/// The records of bots that are to be written: at once those that say something new, and once a minute those in which only
/// times have gone on.
struct DueBotRecords {
    private var written: [BotID: BotRecord] = [:]
    private var allWrittenAt: MonotonicTime?

    static let interval = Duration.seconds(60)

    /// Those of `records` that are due at `now`.
    func due(_ records: [BotID: BotRecord], at now: MonotonicTime, isLast: Bool = false) -> [BotID: BotRecord] {
        let isTime = isLast || (allWrittenAt.map { now.since($0) >= DueBotRecords.interval } ?? true)
        return records.filter { bot, record in
            let before = written[bot] ?? BotRecord()
            return isTime ? record != before : record.news != before.news
        }
    }

    /// Notes that the records which were due were written at `now`.
    mutating func note(_ due: [BotID: BotRecord], at now: MonotonicTime) {
        if allWrittenAt.map({ now.since($0) >= DueBotRecords.interval }) ?? true { allWrittenAt = now }
        written.merge(due) { _, new in new }
    }
}

extension BotRecord {
    /// Without the times that go on while nothing happens, and without what is written by itself.
    fileprivate var news: BotRecord {
        var record = self
        record.lastCallback = nil
        record.lastHeartbeat = nil
        record.disconnectedSince = nil
        return record
    }
}
