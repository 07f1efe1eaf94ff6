package import JSON

/// A message from an app to members of its corp, as `message/send` takes it.
package struct OutboundMessage: Sendable, Equatable {
    /// The `msgtype` and what stands under its name. It is read by the table of `MessageType`, or made here.
    package struct Content: Sendable, Equatable {
        package let type: String
        package let body: JSONValue
    }

    /// The protection of a message from people that it is not sent to.
    package enum Safe: Int64, Sendable, CaseIterable {
        case shareable = 0
        /// Cannot be shared, and bears a watermark.
        case confidential = 1
        /// Can be shared within the corp; `mpnews` only.
        case corpOnly = 2
    }

    /// The check by which WeCom swallows a message that is identical to one it had from the app not long ago.
    package enum DuplicateCheck: Sendable, Equatable {
        case off
        /// Nil looks back as far as WeCom does of itself, which is half an hour.
        case on(seconds: Int64?)
    }

    package var to: Recipients
    package var content: Content
    /// Nil says nothing, which WeCom takes for `.shareable`.
    package var safe: Safe?
    /// True if clients put names in the place of `$userName=id$` and the like.
    package var translatesIDs: Bool
    /// Nil leaves it to whoever sends the message.
    package var duplicateCheck: DuplicateCheck?

    package init(
        to: Recipients, _ content: Content, safe: Safe? = nil, translatesIDs: Bool = false,
        duplicateCheck: DuplicateCheck? = nil
    ) {
        self.to = to
        self.content = content
        self.safe = safe
        self.translatesIDs = translatesIDs
        self.duplicateCheck = duplicateCheck
    }

    package init(to user: UserID, _ content: Content) { self.init(to: .user(user), content) }

    /// WeCom cuts a text, or refuses it, beyond so many bytes.
    package static let maxTextBytes = 2048
}

extension OutboundMessage.Content {
    /// `\n` breaks lines and `<a href>` is a link; nothing else is marked up.
    package static func text(_ text: String) -> Self { Self(type: "text", body: ["content": .string(text)]) }

    /// WeCom's small subset; shown in its own client alone.
    package static func markdown(_ text: String) -> Self { Self(type: "markdown", body: ["content": .string(text)]) }

    package static func image(_ media: MediaID) -> Self { Self(type: "image", body: ["media_id": .string(media.text)]) }

    package static func voice(_ media: MediaID) -> Self { Self(type: "voice", body: ["media_id": .string(media.text)]) }

    package static func file(_ media: MediaID) -> Self { Self(type: "file", body: ["media_id": .string(media.text)]) }

    package static func video(_ media: MediaID, title: String) -> Self {
        Self(type: "video", body: ["media_id": .string(media.text), "title": .string(title)])
    }

    package static func templateCard(_ card: TemplateCard) -> Self { Self(type: "template_card", body: card.json) }

    /// The card that it is.
    package var card: TemplateCard? { type == "template_card" ? TemplateCard(stored: body) : nil }

    /// The words of a text or of Markdown; nil of everything else.
    package var words: String? { type == "text" || type == "markdown" ? body["content"]?.string : nil }
}
