package import WeCom

/// The name of the sessions of a conversation, or of one member of a group where each has their own: all that agents keep
/// from one turn to the next goes by it.
package struct SessionKey: Hashable, Sendable {
    package let conversation: ConversationKey
    /// nil where all share the conversation's.
    package let member: UserID?

    package init(_ conversation: ConversationKey, of member: UserID? = nil) {
        self.conversation = conversation
        self.member = member
    }
}

extension SessionKey: CustomStringConvertible {
    /// The text that agents know it by: that of the conversation, and behind it `/user:<id>` of a member.
    package var description: String {
        member.map { "\(conversation)/\(Peer.user($0))" } ?? conversation.description
    }
}
