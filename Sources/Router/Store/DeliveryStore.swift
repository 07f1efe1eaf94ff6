package import System

/// The durable half of sending.
package protocol DeliveryStore: Sendable {
    /// Marks due deliveries as being sent, within `rules`, one of each conversation at the most, in order, and returns them
    /// once that is on disk. Apps take turns. One that cannot be read fails, and the others go on.
    func claimDeliveries(within rules: DeliveryRules, at now: Timestamp) async throws -> [Delivery]

    /// WeCom took it.
    func markSent(_ delivery: DeliveryID, wecomID: String?, at now: Timestamp) async throws

    /// It goes again at `due`; until then its conversation's later deliveries wait behind it. Without a reason it keeps the
    /// one it had.
    func postpone(_ delivery: DeliveryID, until due: Timestamp, reason: String?, at now: Timestamp) async throws

    /// It will not go. The rest of the same job's reply fails with it.
    func markFailed(_ delivery: DeliveryID, reason: String, at now: Timestamp) async throws
}

extension DeliveryStore {
    /// Claims at most `limit` deliveries of whatever app.
    package func claimDeliveries(_ limit: Int, at now: Timestamp) async throws -> [Delivery] {
        try await claimDeliveries(within: DeliveryRules(limit: limit), at: now)
    }
}

/// All that is durable.
package typealias Store = JobStore & DeliveryStore & Housekeeping & Ledger & JobControl
