package import System

/// The durable half of taking messages in and working on them.
package protocol JobStore: Sendable {
    /// Makes a message durable with its effect, in one transaction, before it returns. A key that was seen before changes
    /// nothing and gives the first effect. Throws when it is not certain that the message is on disk.
    func accept(_ submission: Submission, at now: Timestamp) async throws -> Acceptance

    /// Claims at most `limit` ready jobs for `owner`: apps take turns, within an app the conversation that waits longest,
    /// none of a conversation that has one running. A job claimed here is claimed nowhere else.
    func claim(_ limit: Int, for owner: String, at now: Timestamp) async throws -> [ClaimedJob]

    /// Ends a turn: the job's state, its deliveries and its event in one transaction. False, with nothing changed, when a
    /// later lease has outbid this one.
    func settle(_ lease: Lease, as settlement: Settlement, at now: Timestamp) async throws -> Bool
}

/// How a turn ended, in the store's terms.
package struct Settlement: Sendable, Equatable {
    package let state: JobState
    /// Why, for the time line; nil where the state says it all.
    package let reason: String?
    package let parts: [Part]
    /// An interrupted turn spends no attempt.
    package let spendsAttempt: Bool

    package init(_ state: JobState, reason: String? = nil, parts: [Part] = [], spendsAttempt: Bool = true) {
        precondition(JobState.running.mayBecome(state), "a running job cannot become \(state)")
        self.state = state
        self.reason = reason
        self.parts = parts
        self.spendsAttempt = spendsAttempt
    }
}
