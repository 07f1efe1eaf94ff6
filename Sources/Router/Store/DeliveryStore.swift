package import System

/// The durable half of sending.
package protocol DeliveryStore: Sendable {
    /// Marks at most `limit` due deliveries as being sent, one of each conversation at the most, in order, and returns them
    /// once that is on disk.
    func claimDeliveries(_ limit: Int, at now: Timestamp) async throws -> [Delivery]

    /// WeCom took it.
    func markSent(_ delivery: DeliveryID, wecomID: String?, at now: Timestamp) async throws

    /// It goes again at `due`; until then its conversation's later deliveries wait behind it.
    func postpone(_ delivery: DeliveryID, until due: Timestamp, reason: String, at now: Timestamp) async throws

    /// It will not go. The rest of the same job's reply fails with it.
    func markFailed(_ delivery: DeliveryID, reason: String, at now: Timestamp) async throws
}

/// All that is durable.
package typealias Store = JobStore & DeliveryStore
