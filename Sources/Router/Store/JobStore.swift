package import System
import Text

/// The durable half of taking messages in and working on them.
package protocol JobStore: Sendable {
    /// Makes a message durable with its effect, in one transaction, before it returns. A key that was seen before changes
    /// nothing and gives the first effect. Throws when it is not certain that the message is on disk.
    func accept(_ submission: Submission, at now: Timestamp) async throws -> Acceptance

    /// Claims ready jobs for `owner`, within `rules`: apps are served round-robin, within an app the conversation that
    /// waits longest, none of a conversation that has one running. A job claimed here is claimed nowhere else, for as long
    /// as the lease lasts.
    func claim(for owner: String, within rules: ClaimRules, at now: Timestamp) async throws -> [ClaimedJob]

    /// Holds on to leases for so long from `now` on. Those that another has outbid are not among what comes back.
    func renew(_ leases: [Lease], for duration: Duration, at now: Timestamp) async throws -> [Lease]

    /// The running jobs that are to be stopped, with the reasons.
    func cancellations() async throws -> [Cancellation]

    /// Writes something of a running turn to the outbox; a sign of life in place of one that has not gone yet. False, with
    /// nothing written, when a later lease has outbid this one or the job is to be stopped.
    func say(_ part: Part, as kind: Delivery.Class, for lease: Lease, at now: Timestamp) async throws -> Bool

    /// Ends a turn: the job's state, its deliveries and its event in one transaction. False, with nothing changed, when a
    /// later lease has outbid this one. A job that was to be stopped is cancelled, whatever the settlement says, and the
    /// messages of one that was superseded go to the next.
    func settle(_ lease: Lease, as settlement: Settlement, at now: Timestamp) async throws -> Bool

    /// Gives back the jobs whose lease ran out and whose owner is another than `owner`, which looks after its own by a
    /// clock that does not jump. How many there were.
    func rescue(except owner: String, at now: Timestamp) async throws -> Int
}

extension JobStore {
    /// Claims at most `limit` jobs of whatever app.
    package func claim(_ limit: Int, for owner: String, at now: Timestamp) async throws -> [ClaimedJob] {
        try await claim(for: owner, within: ClaimRules(limit: limit), at: now)
    }
}

/// A running job that is to be stopped, and why.
package struct Cancellation: Sendable, Equatable {
    package let lease: Lease
    package let reason: String

    package init(lease: Lease, reason: String) {
        self.lease = lease
        self.reason = reason
    }

    /// The reason of a turn whose messages the next one answers.
    package static let superseded = "superseded"
    /// The reason of one that its sender had stopped.
    package static let stopped = "stopped by the user"
    /// The reason of one that runs again, without the messages of one of its senders.
    package static let reduced = "one of its senders does not want an answer any more"

    /// True of a turn whose messages are answered all the same, by another or by a later one.
    static func keepsMessages(_ reason: String) -> Bool {
        reason.isSame(as: superseded) || reason.isSame(as: reduced)
    }
}
