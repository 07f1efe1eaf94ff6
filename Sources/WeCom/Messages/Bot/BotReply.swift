package import JSON
import Text

/// Something that an AI bot says: at once in answer to a callback, at a response URL, or over the long connection.
package enum BotReply: Sendable, Equatable {
    /// A greeting to a person who came in. Bots say plain text nowhere else.
    case text(String)
    case markdown(String, feedback: FeedbackID? = nil)
    case card(TemplateCard)
    /// The whole text of a stream so far.
    case stream(StreamFrame)
    /// The same, and a card below it: once for each message that is answered.
    case streamWithCard(StreamFrame, TemplateCard)
    /// A file that was uploaded over the long connection. Of the title a video shows 64 bytes, and the others none.
    case media(MediaID, as: UploadKind, title: String? = nil)

    /// WeCom takes no more of a text.
    package static let maxTextBytes = 20_480
}

/// The id by which a person's thumb on an answer is known: an answer that has none shows no thumbs.
package struct FeedbackID: Sendable, Hashable {
    package static let maxBytes = 256

    package let text: String

    package init(_ text: String) {
        precondition((1...FeedbackID.maxBytes).contains(text.utf8.count), "an id of feedback has 1 to 256 bytes")
        self.text = text
    }

    /// This as the member of what asks for feedback.
    var member: JSONValue.Member { .init("feedback", ["id": .string(text)]) }
}

extension BotReply {
    /// This with the id by which people rate it, where it is a stream.
    package func asking(_ feedback: FeedbackID?) -> BotReply {
        switch self {
        case .stream(let frame): .stream(frame.asking(feedback))
        case .streamWithCard(let frame, let card): .streamWithCard(frame.asking(feedback), card)
        default: self
        }
    }

    /// Pictures stand below its text, and make it large.
    package var hasPictures: Bool {
        switch self {
        case .stream(let frame), .streamWithCard(let frame, _): !frame.pictures.isEmpty
        default: false
        }
    }

    /// The `msgtype`.
    package var type: String {
        switch self {
        case .text: "text"
        case .markdown: "markdown"
        case .card: "template_card"
        case .stream: "stream"
        case .streamWithCard: "stream_with_template_card"
        case .media(_, let kind, _): kind.rawValue
        }
    }

    /// The body, as it stands in an envelope, in a frame, or in what is posted.
    package var json: JSONValue {
        .object([.init("msgtype", .string(type))] + content)
    }

    private var content: [JSONValue.Member] {
        switch self {
        case .text(let text): [.init("text", ["content": .string(text)])]
        case .markdown(let text, let feedback):
            [.init("markdown", .object([.init("content", .string(text))] + (feedback.map { [$0.member] } ?? [])))]
        case .card(let card): [.init("template_card", card.json)]
        case .stream(let frame): [.init("stream", frame.json)]
        case .streamWithCard(let frame, let card):
            [.init("stream", frame.json), .init("template_card", card.json)]
        case .media(let media, let kind, let title):
            [.init(kind.rawValue, .object([.init("media_id", .string(media.text))] + kind.members(title)))]
        }
    }
}

extension UploadKind {
    fileprivate func members(_ title: String?) -> [JSONValue.Member] {
        guard self == .video, let title, title.hasWords else { return [] }
        return [.init("title", .string(title.cut(toBytes: 64)))]
    }
}
