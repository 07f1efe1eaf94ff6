import JSON
import System

extension InboundMessage {
    /// Reads a bot's document that is no poll. `now` stands for the time that most of them do not tell.
    init(type: String, _ fields: BotFields, receivedAt now: Timestamp) throws(InboundMessageError) {
        let isEvent = type == "event"  // short: a type
        let from = try fields.object("from")
        self.init(
            corp: try from?.id("corpid").map { CorpID($0) },
            sender: try Sender(botUser: try from?.id("userid")),
            createTime: try fields.time("create_time") ?? now,
            agentID: nil,
            messageID: try fields.requireID("msgid"),
            content: isEvent
                ? .event(try InboundEvent(ofBot: fields)) : try Content(type: type, fields),
            botID: try fields.id("aibotid").map { BotID($0) },
            chat: try Chat(fields, isOptional: isEvent),
            quote: Content(quotedIn: fields),
            responseURL: try fields.id("response_url", atMost: BotFields.longestURL).map { Secret($0) }
        )
        guard from != nil || isEvent else { throw .missing("from") }
        guard sender != .platform || !needsSender else { throw .fromNobody }
    }

    /// Something that a person did, rather than what became of the bot or of an answer.
    private var needsSender: Bool {
        switch content {
        case .event(.bot(.feedback)), .event(.bot(.disconnected)), .event(.unknown): false
        default: true
        }
    }
}

extension InboundMessage.Content {
    /// Nil also for one that cannot be read: what the person says themselves does not depend on it.
    fileprivate init?(quotedIn fields: BotFields) {
        guard let quote = try? fields.object("quote"), let content = try? Self(quote) else { return nil }
        self = content
    }
}

extension InboundMessage.Sender {
    /// A bot's documents spell a member of another corp as they do one of its own.
    fileprivate init(botUser text: String?) throws(InboundMessageError) {
        switch text {
        case nil, "sys": self = .platform
        case let id?: self = .member(UserID(id))
        }
    }
}

extension InboundMessage.Chat {
    /// A group without its id is no single chat: an answer would go to the wrong people.
    init(_ fields: BotFields, isOptional: Bool = false) throws(InboundMessageError) {
        let id = try fields.id("chatid")
        switch try fields.id("chattype") {
        case "single": self = .single
        case "group":
            guard let id else { throw .missing("chatid") }
            self = .group(ChatID(id))
        case nil where isOptional && id == nil: self = .single
        case nil: throw .missing("chattype")
        case _?: throw .unclear("chattype")
        }
    }
}
