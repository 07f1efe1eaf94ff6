package import System

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
    func keepMedia(_ media: UploadedMedia, for lease: DeliveryLease, at now: Timestamp) async throws -> Bool

    /// It goes again at `due`; until then its conversation's later deliveries wait behind it. Without a reason it keeps the
    /// one it had. A sign of life whose job has ended meanwhile is dropped.
    func postpone(_ lease: DeliveryLease, until due: Timestamp, reason: String?, at now: Timestamp) async throws -> Bool

    /// Has the deliveries of that endpoint go at once that wait for their next try, those first that would have gone first: of a
    /// thousand conversations at most. Returns the number of those in which one goes.
    func hurry(_ endpoint: Endpoint, at now: Timestamp) async throws -> Int

    /// It will not go, and what that means for the rest of the same job's reply is `failure`. A sign of life, or the recall of
    /// one, is dropped silently.
    func markFailed(
        _ lease: DeliveryLease, reason: String, as failure: DeliveryFailure, at now: Timestamp
    ) async throws -> Bool

    /// Holds on to all that `owner` is sending, for so long from now.
    func renewSendings(of owner: String, for length: Duration, at now: Timestamp) async throws

    /// Takes back what others than `owner` were sending when their lease ran out. How many there were.
    func rescueSendings(except owner: String, at now: Timestamp) async throws -> Int

    /// Lists when each app sent what went out since `moment`, the newest million of it.
    func recentSends(since moment: Timestamp) async throws -> [Endpoint: [Timestamp]]
}

/// The meaning of a delivery's failure for others.
package enum DeliveryFailure: Sendable {
    /// The rest of its reply fails with it: a reply with a piece missing in the middle would mislead.
    case ofReply
    /// Fails alone: the other parts are whole without it.
    case ofOne
    /// It found no way out. An answer is kept for the next one; what else there is of it looks for a way itself.
    case forWantOfWays
}

extension DeliveryStore {
    /// It will not go, nor will the rest of its reply.
    package func markFailed(_ lease: DeliveryLease, reason: String, at now: Timestamp) async throws -> Bool {
        try await markFailed(lease, reason: reason, as: .ofReply, at: now)
    }

    /// Claims at most `limit` deliveries of whatever app.
    package func claimDeliveries(_ limit: Int, for owner: String, at now: Timestamp) async throws -> [Delivery] {
        try await claimDeliveries(for: owner, within: DeliveryRules(limit: limit), at: now)
    }
}

/// All that is durable.
package typealias Store = TurnStore & DeliveryStore & NodeStore & OutgoingMessageStore & StreamStore & FeedbackStore
    & BotStore & Housekeeping & Ledger & JobControl & StoreCondition & MeasuredStore

/// The part of it that a turn needs.
package typealias TurnStore = JobStore & WaitingStore & SessionStore & QuestionStore & CallStore & KeptStore
