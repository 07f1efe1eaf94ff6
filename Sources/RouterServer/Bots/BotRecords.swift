import Lanes
import Lifecycle
import Router
import System
import Text
import WeCom

/// The records of bots beside what their connections say now: from before the start, from before a reload, and of bots
/// that WeCom calls.
final class BotRecords: Sendable {
    private struct State {
        var isRead = false
        /// Without what the present connection of each adds.
        var earlier: [BotID: BotRecord] = [:]
    }

    private let store: any BotStore
    private let state = Lock(State())
    /// Reached when what was kept is known.
    let areRead = Signpost()

    init(_ store: any BotStore) { self.store = store }

    /// Reads what was kept, once. What was heard before that is newer.
    func read() async throws {
        guard !state.withLock({ $0.isRead }) else { return }
        let kept = try await store.botRecords()
        state.withLock { state in
            state.isRead = true
            state.earlier.merge(kept) { heard, kept in
                var record = kept
                record.lastCallback = heard.lastCallback ?? kept.lastCallback
                return record
            }
        }
        areRead.reach()
    }

    /// All that is known of a bot whose connection is in that state; nil for one that has none.
    func record(of bot: BotID, _ status: BotConnection.Status?) -> BotRecord {
        let earlier = state.withLock { $0.earlier[bot] } ?? BotRecord()
        return status.map { earlier.continued(by: $0) } ?? earlier
    }

    /// Another connection takes the place of one in that state.
    func carryOver(_ bot: BotID, _ status: BotConnection.Status) {
        state.withLock { $0.earlier[bot] = ($0.earlier[bot] ?? BotRecord()).continued(by: status) }
    }

    func noteCallback(to bot: BotID, at moment: Timestamp) {
        state.withLock { $0.earlier[bot, default: BotRecord()].lastCallback = moment }
    }

    /// The records of all bots, those that connect being in these states. Empty before what was kept is read: it would be
    /// overwritten.
    func all(_ statuses: [BotID: BotConnection.Status]) -> [BotID: BotRecord] {
        let (isRead, earlier) = state.withLock { ($0.isRead, $0.earlier) }
        guard isRead else { return [:] }
        return statuses.reduce(into: earlier) { records, one in
            records[one.key] = (records[one.key] ?? BotRecord()).continued(by: one.value)
        }
    }

    /// Reads anew what was kept of bots that another process may have had, so that what is counted of them goes on from there.
    func takeOver(_ bots: Set<BotID>) async throws {
        let kept = try await store.botRecords()
        state.withLock { state in
            for bot in bots { state.earlier[bot] = kept[bot] ?? BotRecord() }
        }
    }

    /// Writes down now what is known of bots whose connections are in these states, for another process to see.
    func keep(_ statuses: [BotID: BotConnection.Status]) async throws {
        guard areRead.isReached, !statuses.isEmpty else { return }
        try await store.keep(
            Dictionary(uniqueKeysWithValues: statuses.map { ($0.key, record(of: $0.key, $0.value)) }))
    }

    // MARK: What an operator said

    /// Another process may have been told.
    func noteHeard(_ bot: BotID, disconnectedSince moment: Timestamp?) {
        state.withLock { $0.earlier[bot, default: BotRecord()].disconnectedSince = moment }
    }

    func isDisconnected(_ bot: BotID) -> Bool { state.withLock { $0.earlier[bot]?.disconnectedSince } != nil }

    /// Notes, durably, since when an operator has a bot disconnected; nil: it may connect.
    func noteDisconnected(_ bot: BotID, since moment: Timestamp?) async throws {
        try await store.noteDisconnected(bot, since: moment)
        state.withLock { $0.earlier[bot, default: BotRecord()].disconnectedSince = moment }
    }
}

extension BotRecord {
    /// With what a connection in that state adds.
    func continued(by status: BotConnection.Status) -> BotRecord {
        var record = self
        // The first time that it has the bot is a time again where another had it before.
        let isAgain = lastConnected != nil && status.lastConnected != nil
        record.reconnects += status.reconnects + (isAgain ? 1 : 0)
        record.lastConnected = status.lastConnected ?? lastConnected
        record.lastDisconnected = status.lastDisconnected ?? lastDisconnected
        record.lastCallback = status.lastCallback ?? lastCallback
        record.lastHeartbeat = status.lastHeartbeat ?? lastHeartbeat
        if let error = status.lastError {
            record.lastError = error.cut(toBytes: BotRecord.longestError)
            record.lastErrorAt = status.lastErrorAt
        }
        return record
    }
}
