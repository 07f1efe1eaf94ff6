package import System
package import WeCom

/// A delivery as a list shows it.
package struct DeliverySummary: Sendable, Equatable {
    package let id: DeliveryID
    package let endpoint: Endpoint
    package let peer: String
    /// The job it answers; none for a notice of our own.
    package let job: JobID?
    package let state: DeliveryState
    package let attempt: Int
    package let reason: String?
    /// The recipients that it did not reach, if it was sent.
    package let unreached: Unreached?
    package let triedAt: Timestamp?
    package let dueAt: Timestamp?
    package let endedAt: Timestamp?
    /// WeCom's id of it.
    package let wecomID: String?
    /// The code by which a card that went can be changed once.
    package let responseCode: String?
    package let replayOf: DeliveryID?
    package let replayedAs: DeliveryID?
    /// Cut to `JobSummary.maxExcerpt` characters.
    package let text: String

    package init(
        id: DeliveryID, endpoint: Endpoint, peer: String, job: JobID?, state: DeliveryState, attempt: Int,
        reason: String?,
        triedAt: Timestamp?, dueAt: Timestamp?, endedAt: Timestamp?, wecomID: String?, responseCode: String? = nil,
        replayOf: DeliveryID?, replayedAs: DeliveryID?, text: String
    ) {
        self.id = id
        self.endpoint = endpoint
        self.peer = peer
        self.job = job
        self.state = state
        self.attempt = attempt
        unreached = state == .sent ? reason.flatMap(Unreached.init(storedAs:)) : nil
        self.reason = unreached?.words ?? reason
        self.triedAt = triedAt
        self.dueAt = dueAt
        self.endedAt = endedAt
        self.wecomID = wecomID
        self.responseCode = responseCode
        self.replayOf = replayOf
        self.replayedAs = replayedAs
        self.text = text
    }

    package var acceptedAt: Timestamp { IdentifierSource.time(of: id.number) }
}
