package import WeCom

/// The sessions that members of a group have each of their own, as an event sees them. No two sessions of a conversation have
/// one epoch, whoever has them. The next session of the conversation ends them all.
package struct OwnSessions: Sendable, Equatable {
    /// The member whom an event is about; nil where all share the session of the conversation.
    package let member: UserID?
    /// The epoch of the member's last session, which may be over; nil for none.
    package internal(set) var epoch: Int64?
    /// The last epoch of any member.
    package internal(set) var last: Int64?

    package init(of member: UserID? = nil, epoch: Int64? = nil, last: Int64? = nil) {
        self.member = member
        self.epoch = epoch
        self.last = last
    }
}

extension ConversationMachine {
    /// The session that new jobs belong to; nil for a member's own that is still to begin.
    var current: Int64? {
        guard own.member != nil else { return epoch }
        return own.epoch.flatMap { $0 > epoch ? $0 : nil }
    }

    /// Begins the next session: that of the conversation, or the member's own.
    mutating func beginSession() -> Int64 {
        let next = max(epoch, own.last ?? epoch) + 1
        if let member = own.member {
            (own.epoch, own.last) = (next, next)
            record(.memberEpoch(member, next))
        } else {
            epoch = next
            record(.epoch(next))
        }
        return next
    }
}
