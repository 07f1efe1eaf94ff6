package import System
package import WeCom

/// The durable half of sending.
package protocol DeliveryStore: Sendable {
    /// Marks due deliveries as being sent, within `rules`, one of each conversation at the most, in order, and returns them
    /// once that is on disk. Apps take turns. One that cannot be read fails, and the others go on; a conversation whose
    /// person has been sent as much as they may waits until there may be more.
    func claimDeliveries(within rules: DeliveryRules, at now: Timestamp) async throws -> [Delivery]

    /// WeCom took it.
    func markSent(_ delivery: DeliveryID, _ receipt: SendReceipt, at now: Timestamp) async throws

    /// WeCom has the file of a delivery that is being sent, so that every try of it names the same one.
    func keepMedia(_ media: MediaID, of delivery: DeliveryID, at now: Timestamp) async throws

    /// It goes again at `due`; until then its conversation's later deliveries wait behind it. Without a reason it keeps the
    /// one it had. A sign of life whose job has ended meanwhile is dropped.
    func postpone(_ delivery: DeliveryID, until due: Timestamp, reason: String?, at now: Timestamp) async throws

    /// When each app sent what went out since `moment`, the newest million of it.
    func recentSends(since moment: Timestamp) async throws -> [AppKey: [Timestamp]]

    /// It will not go. The rest of the same job's reply fails with it; a sign of life, or the recall of one, is dropped
    /// without a word.
    func markFailed(_ delivery: DeliveryID, reason: String, at now: Timestamp) async throws
}

extension DeliveryStore {
    /// Claims at most `limit` deliveries of whatever app.
    package func claimDeliveries(_ limit: Int, at now: Timestamp) async throws -> [Delivery] {
        try await claimDeliveries(within: DeliveryRules(limit: limit), at: now)
    }
}

/// All that is durable.
package typealias Store = TurnStore & DeliveryStore & Postbox & Housekeeping & Ledger & JobControl

/// What a turn needs of it.
package typealias TurnStore = JobStore & SessionStore & QuestionStore & CallStore
