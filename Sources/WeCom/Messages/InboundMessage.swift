package import System
import Text

/// A person's message to an app or an AI bot, or an event there, opened and parsed.
package struct InboundMessage: Sendable, Equatable {
    /// The corp it was sent in (`ToUserName`). A bot's messages name none, unless it serves several corps.
    package var corp: CorpID?
    package var sender: Sender
    /// The moment at which it was sent, as WeCom says, to the second. It is sealed, so freshness is judged by it. A bot's
    /// messages as a rule do not tell: then it is when they came.
    package var createTime: Timestamp
    /// The app, where WeCom names one. Callbacks about the whole corp name none.
    package var agentID: AgentID?
    /// The bot, where it was one and WeCom names it.
    package var botID: BotID?
    package var chat: Chat
    /// WeCom's id of a message; an app's events have none, a bot's have. Two people's messages may bear the same.
    package var messageID: String?
    package var content: Content
    /// The earlier message that the person pointed at. Nobody says whose it was.
    package var quote: Content?
    /// The address at which a bot may answer once, within an hour. Whoever has it may.
    package var responseURL: Secret?

    /// The place where it was said.
    package enum Chat: Sendable, Equatable {
        case single
        case group(ChatID)
    }

    package enum Sender: Sendable, Equatable {
        case member(UserID)
        /// Somebody of a corp that is linked to this one (企业互联). The id is `corpid/userid`, which is also what
        /// WeCom takes for sending to them.
        case linkedMember(UserID)
        /// WeCom itself (`sys`), or nobody: there is no one to answer.
        case platform
    }

    package enum Content: Sendable, Equatable {
        case text(String)
        case image(media: MediaID, pictureURL: String?)
        /// `recognition` is what WeCom understood of the speech, where it says so.
        case voice(media: MediaID, format: String?, recognition: String?)
        case video(media: MediaID, thumbnail: MediaID?)
        /// `name` is what the sender's device calls it: for people to read, never a path to write to.
        case file(media: MediaID, name: String?)
        case location(Location)
        case link(Link)
        /// A picture, a video or a file that was sent to a bot.
        case sealed(SealedMedia)
        /// The words that WeCom understood of a recording. It gives the recording itself to no bot.
        case speech(String)
        /// Texts and pictures in one message, and files perhaps, in their order.
        indirect case mixed([Content])
        indirect case event(InboundEvent)
        /// Anything else, by its type and the names of its elements; what they hold is nobody's business in a log.
        case unsupported(type: String, fields: [String])
    }

    package init(
        corp: CorpID?,
        sender: Sender,
        createTime: Timestamp,
        agentID: AgentID?,
        messageID: String?,
        content: Content,
        botID: BotID? = nil,
        chat: Chat = .single,
        quote: Content? = nil,
        responseURL: Secret? = nil
    ) {
        self.corp = corp
        self.sender = sender
        self.createTime = createTime
        self.agentID = agentID
        self.messageID = messageID
        self.content = content
        self.botID = botID
        self.chat = chat
        self.quote = quote
        self.responseURL = responseURL
    }

    /// The person to answer; nil when no person sent this.
    package var from: UserID? {
        switch sender {
        case .member(let user), .linkedMember(let user): user
        case .platform: nil
        }
    }

    /// The id as a number, which is what WeCom's app lane has; nil for one that is a number otherwise spelled.
    package var messageNumber: UInt64? {
        guard let messageID, let number = UInt64(messageID), String(number).isSame(as: messageID) else { return nil }
        return number
    }
}

extension InboundMessage.Content {
    /// `MsgType`, as it stands on the wire.
    package var type: String {
        switch self {
        case .text: "text"
        case .image: "image"
        case .voice: "voice"
        case .video: "video"
        case .file: "file"
        case .location: "location"
        case .link: "link"
        case .sealed(let media): media.kind.rawValue
        case .speech: "voice"
        case .mixed: "mixed"
        case .event: "event"
        case .unsupported(let type, _): type
        }
    }
}

extension InboundMessage.Sender {
    /// Reads the text of `FromUserName`.
    package init(fromUserName text: String) {
        self =
            switch text {
            case "", "sys": .platform
            case _ where text.utf8.contains(UInt8(ascii: "/")): .linkedMember(UserID(text))
            default: .member(UserID(text))
            }
    }

    /// The text of `FromUserName`.
    var fromUserName: String {
        switch self {
        case .member(let user), .linkedMember(let user): user.text
        case .platform: "sys"
        }
    }
}
