package import System
package import WeCom

/// What a person said, with where the answer goes: what a job is made of.
package struct AcceptedMessage: Sendable, Equatable {
    package let text: String
    /// WeCom's number of it, where it has one.
    package let messageID: String?
    package let sentAt: Timestamp
    package let replyAddress: ReplyAddress

    package init(text: String, messageID: String?, sentAt: Timestamp, replyAddress: ReplyAddress) {
        self.text = text
        self.messageID = messageID
        self.sentAt = sentAt
        self.replyAddress = replyAddress
    }
}

/// Where an answer goes. Lanes differ: some addresses expire or are used up, a user's does not.
package enum ReplyAddress: Sendable, Equatable {
    case user(UserID)
}
