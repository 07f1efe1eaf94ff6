package import System
package import WeCom

/// A person's message with the address of the answer: what a job is made of.
package struct AcceptedMessage: Sendable, Equatable {
    /// The person who said it, as WeCom spells the id.
    package let sender: UserID
    package let text: String
    /// The files that came with it, which are still to be fetched from WeCom.
    package let media: [SentMedia]
    /// WeCom's number of it, where it has one.
    package let messageID: String?
    package let sentAt: Timestamp
    package let replyAddress: ReplyAddress

    package init(
        from sender: UserID, text: String, media: [SentMedia] = [], messageID: String?, sentAt: Timestamp,
        replyAddress: ReplyAddress
    ) {
        self.sender = sender
        self.text = text
        self.media = media
        self.messageID = messageID
        self.sentAt = sentAt
        self.replyAddress = replyAddress
    }
}

/// A picture, a recording or a file that a person sent.
package struct SentMedia: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable { case image, voice, video, file }

    /// The place from which WeCom gives it.
    package enum Source: Sendable, Equatable {
        /// WeCom's id of what an app was sent, which lives for three days.
        case kept(MediaID)
        /// The address of what a bot was sent, which lives for five minutes, and the key that came with it.
        case sealed(url: String, key: Secret?)
    }

    package let kind: Kind
    package let source: Source
    /// The sender's name for it, where WeCom gives it.
    package let name: String?

    package init(_ kind: Kind, _ source: Source, name: String? = nil) {
        self.kind = kind
        self.source = source
        self.name = name
    }

    package init(_ kind: Kind, _ id: MediaID, name: String? = nil) { self.init(kind, .kept(id), name: name) }
}
