package import System
package import WeCom

/// What a person said, with where the answer goes: what a job is made of.
package struct AcceptedMessage: Sendable, Equatable {
    package let text: String
    /// What came with it and is still to be fetched from WeCom.
    package let media: [SentMedia]
    /// WeCom's number of it, where it has one.
    package let messageID: String?
    package let sentAt: Timestamp
    package let replyAddress: ReplyAddress

    package init(
        text: String, media: [SentMedia] = [], messageID: String?, sentAt: Timestamp, replyAddress: ReplyAddress
    ) {
        self.text = text
        self.media = media
        self.messageID = messageID
        self.sentAt = sentAt
        self.replyAddress = replyAddress
    }
}

/// A picture, a recording or a file that a person sent, by WeCom's id of it, which lives for three days.
package struct SentMedia: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable { case image, voice, video, file }

    package let kind: Kind
    package let id: MediaID
    /// What the sender called it, where WeCom says so.
    package let name: String?

    package init(_ kind: Kind, _ id: MediaID, name: String? = nil) {
        self.kind = kind
        self.id = id
        self.name = name
    }
}
