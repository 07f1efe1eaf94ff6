import Text

extension BotReply {
    /// The occasion on which it is said: WeCom takes other kinds on each.
    package enum Occasion: Sendable, Equatable {
        /// The answer to a callback with a message.
        case message
        /// The answer to the question how far a stream is.
        case poll
        /// The answer to a person who came in, on either lane.
        case enterChat
        /// A post to a response URL that came from there.
        case responseURL(InboundMessage.Chat)
        /// The answer to a message over the long connection.
        case response(InboundMessage.Chat)
        /// A message over the long connection and answers nothing.
        case push(InboundMessage.Chat)
    }

    /// Refuses what WeCom would refuse on that occasion.
    package func validate(for occasion: Occasion) throws(MessageFault) {
        let types = occasion.types
        guard types.contains(type) else { throw FieldPath.message["msgtype"].fault(.noChoice(among: types)) }
        switch self {
        case .text(let text): try check(text, maxBytes: OutboundMessage.maxTextBytes)
        case .markdown(let text, _): try check(text, maxBytes: BotReply.maxTextBytes)
        case .card(let card): try check(card, for: occasion)
        case .stream(let frame): try check(frame, for: occasion)
        case .streamWithCard(let frame, let card):
            try check(frame, for: occasion)
            try check(card, for: occasion)
        case .media(let media, _, _): try FieldPath.message[type]["media_id"].requireFilled(media.text)
        }
    }

    private func check(_ text: String, maxBytes: Int) throws(MessageFault) {
        let path = FieldPath.message[type]["content"]
        guard text.hasWords else { throw path.fault(.empty) }
        try path.check(text, maxBytes: maxBytes)
    }

    private func check(_ card: TemplateCard, for occasion: Occasion) throws(MessageFault) {
        let path = FieldPath.message["template_card"]
        guard !occasion.refusesCards else { throw path.fault(.unfit("goes to single chats only")) }
        try FieldKind.botCard.check(card.json, at: path, isRequired: true, isSent: true)
    }

    /// A bubble that is closed with nothing in it goes on spinning on some clients of the long connection.
    private func check(_ frame: StreamFrame, for occasion: Occasion) throws(MessageFault) {
        guard case .response = occasion else { return }
        let path = FieldPath.message["stream"]
        guard frame.pictures.isEmpty else {
            throw path["msg_item"].fault(.unfit("stands only in an answer to a callback"))
        }
        guard !frame.isFinished || frame.content.hasWords else { throw path["content"].fault(.empty) }
    }
}

extension BotReply.Occasion {
    private static let media = UploadKind.allCases.map(\.rawValue)

    fileprivate var types: [String] {
        switch self {
        case .message: ["template_card", "stream", "stream_with_template_card"]
        case .poll: ["stream", "stream_with_template_card"]
        case .enterChat: ["text", "template_card"]
        case .responseURL: ["markdown", "template_card"]
        case .response: ["markdown", "template_card", "stream"] + Self.media
        case .push: ["markdown", "template_card"] + Self.media
        }
    }

    /// In groups only what answers a callback at once may be a card.
    fileprivate var refusesCards: Bool {
        switch self {
        case .responseURL(.group), .response(.group), .push(.group): true
        default: false
        }
    }
}
