package import System
package import WeCom

/// A job that has not ended, as the rules of its conversation see it.
package struct OpenJob: Sendable, Equatable {
    package let id: JobID
    package internal(set) var state: JobState
    /// The time of the next try, of one that waits for it.
    package internal(set) var due: Timestamp?
    /// Counts the tries that were spent.
    package internal(set) var attempt: Int
    /// The number of its last lease; 0 for a job that no agent has heard of.
    package internal(set) var lease: Int64
    /// Counts the times that it was running when a process ended without a stop.
    package internal(set) var crashes: Int
    /// The conversation's session that it belongs to.
    package let epoch: Int64
    /// The member of a group whose own session that is; nil where all share the conversation's.
    package let member: UserID?
    /// The reason for which it is to stop, of a job that runs.
    package internal(set) var cancel: String?
    /// The time since when its agent is away or too busy, as its sender was told.
    package internal(set) var heldUpSince: Timestamp?
    /// Counts its messages, as far as an event has to know.
    package var messages = 1
    /// Those who wrote its messages, as far as an event has to know.
    package var senders: Set<UserID> = []

    package init(
        _ id: JobID, _ state: JobState = .ready, due: Timestamp? = nil, attempt: Int = 0, lease: Int64 = 0,
        crashes: Int = 0, epoch: Int64, member: UserID? = nil, cancel: String? = nil, heldUpSince: Timestamp? = nil
    ) {
        self.id = id
        self.state = state
        self.due = due
        self.attempt = attempt
        self.lease = lease
        self.crashes = crashes
        self.epoch = epoch
        self.member = member
        self.cancel = cancel
        self.heldUpSince = heldUpSince
    }

    package var hasRun: Bool { lease > 0 }
}
