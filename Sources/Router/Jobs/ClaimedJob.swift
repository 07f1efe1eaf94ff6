package import System
package import WeCom

/// A job in a worker's hands: its lease and what there is to answer.
package struct ClaimedJob: Sendable {
    package let lease: Lease
    package let conversation: ConversationKey
    /// The number of the conversation's session that it belongs to.
    package let epoch: Int64
    /// The member of a group whose own session that is; nil where all share the conversation's.
    package let member: UserID?
    /// 1 for the first try.
    package let attempt: Int
    /// The number of times that it was running when our process ended without a stop.
    package let crashes: Int
    /// The time since when its agent is away or too busy, as the person was told; nil where it is not.
    package let heldUpSince: Timestamp?
    package let messages: [AcceptedMessage]

    /// The person who asks: that of the conversation, in a group chat whoever wrote last.
    package var user: UserID? { conversation.user ?? messages.last?.sender }

    /// True if nobody has run it before, whether that cost an attempt or not.
    package var isFirstRun: Bool { lease.number == 1 }

    /// Counts the runs that spent no attempt, this one included. A crash raises the number once more than its run did.
    var unspentRuns: Int { max(Int(clamping: lease.number) - crashes - attempt + 1, 1) }

    package init(
        lease: Lease, conversation: ConversationKey, epoch: Int64, member: UserID? = nil, attempt: Int, crashes: Int,
        heldUpSince: Timestamp? = nil, messages: [AcceptedMessage]
    ) {
        self.lease = lease
        self.conversation = conversation
        self.epoch = epoch
        self.member = member
        self.attempt = attempt
        self.crashes = crashes
        self.heldUpSince = heldUpSince
        self.messages = messages
    }
}
