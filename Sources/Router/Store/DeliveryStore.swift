package import System
package import WeCom

/// The durable half of sending.
///
/// A delivery in a courier's hands has a lease. What is said of it under one that a later try has outbid changes nothing and
/// returns false: another courier has it now, or has been done with it.
package protocol DeliveryStore: Sendable {
    /// Marks due deliveries as being sent by `owner`, within `rules`, one of each conversation at the most, in order, and returns
    /// them once that is on disk. Apps are served round-robin. One that cannot be read fails, and the others go on; a
    /// conversation whose person has been sent as much as they may waits until there may be more.
    func claimDeliveries(for owner: String, within rules: DeliveryRules, at now: Timestamp) async throws -> [Delivery]

    /// WeCom took it.
    func markSent(_ lease: DeliveryLease, _ receipt: SendReceipt, at now: Timestamp) async throws -> Bool

    /// WeCom has the file of a delivery that is being sent, so that every try of it names the same one.
    func keepMedia(_ media: MediaID, for lease: DeliveryLease, at now: Timestamp) async throws -> Bool

    /// It goes again at `due`; until then its conversation's later deliveries wait behind it. Without a reason it keeps the
    /// one it had. A sign of life whose job has ended meanwhile is dropped.
    func postpone(_ lease: DeliveryLease, until due: Timestamp, reason: String?, at now: Timestamp) async throws -> Bool

    /// It will not go. The rest of the same job's reply fails with it; a sign of life, or the recall of one, is dropped
    /// without a word.
    func markFailed(_ lease: DeliveryLease, reason: String, at now: Timestamp) async throws -> Bool

    /// Holds on to all that `owner` is sending, for so long from now.
    func renewSendings(of owner: String, for length: Duration, at now: Timestamp) async throws

    /// Takes back what others than `owner` were sending when their lease ran out. How many there were.
    func rescueSendings(except owner: String, at now: Timestamp) async throws -> Int

    /// Lists when each app sent what went out since `moment`, the newest million of it.
    func recentSends(since moment: Timestamp) async throws -> [Endpoint: [Timestamp]]
}

extension DeliveryStore {
    /// Claims at most `limit` deliveries of whatever app.
    package func claimDeliveries(_ limit: Int, for owner: String, at now: Timestamp) async throws -> [Delivery] {
        try await claimDeliveries(for: owner, within: DeliveryRules(limit: limit), at: now)
    }
}

/// All that is durable.
package typealias Store = TurnStore & DeliveryStore & NodeStore & OutgoingMessageStore & StreamStore & Housekeeping
    & Ledger
    & JobControl & StoreCondition & MeasuredStore

/// The part of it that a turn needs.
package typealias TurnStore = JobStore & WaitingStore & SessionStore & QuestionStore & CallStore
