package import JSON

extension OutboundMessage {
    /// The request but for the app's number and the duplicate check, which are added when it is sent.
    ///
    /// Equal messages are equal bytes: WeCom's duplicate check compares requests.
    package var json: JSONValue {
        .object(
            to.members + [
                JSONValue.Member("msgtype", .string(content.type)),
                JSONValue.Member(content.type, content.json),
            ]
                + JSONValue.present([
                    "safe": safe.map { .integer($0.rawValue) },
                    "enable_id_trans": translatesIDs ? 1 : nil,
                ]))
    }

    /// Reads what `json` writes. Everything must be of its kind, and nothing may stand there that WeCom does not know;
    /// lengths and numbers are `validate`'s to judge.
    package init(json: JSONValue) throws(MessageFault) {
        self = try OutboundMessage(json, at: .message)
    }
}

extension OutboundMessage: MessagePart {
    init(reading fields: inout FieldReader) throws(MessageFault) {
        to = try Recipients(reading: &fields)
        content = try Content(reading: &fields)
        safe = try fields.choice("safe")
        translatesIDs = try fields.flag("enable_id_trans") ?? false
        for name in ["agentid", "enable_duplicate_check", "duplicate_check_interval"] where fields.has(name) {
            throw fields.path[name].fault(.unfit("is set when the message is sent: leave it out"))
        }
    }
}

extension OutboundMessage.Content {
    /// WeCom's word for it: the `msgtype`, and the member that holds the content.
    package var type: String {
        switch self {
        case .text: "text"
        case .markdown: "markdown"
        case .image: "image"
        case .voice: "voice"
        case .video: "video"
        case .file: "file"
        case .textCard: "textcard"
        case .news: "news"
        case .mpNews: "mpnews"
        case .miniProgramNotice: "miniprogram_notice"
        case .templateCard: "template_card"
        }
    }

    static let types = [
        "text", "markdown", "image", "voice", "video", "file", "textcard", "news", "mpnews", "miniprogram_notice",
        "template_card",
    ]

    fileprivate var json: JSONValue {
        switch self {
        case .text(let text), .markdown(let text): ["content": .string(text)]
        case .image(let media), .voice(let media), .file(let media): ["media_id": .string(media.text)]
        case .video(let video): video.json
        case .textCard(let card): card.json
        case .news(let articles): ["articles": .array(articles.map(\.json))]
        case .mpNews(let news): news.json
        case .miniProgramNotice(let notice): notice.json
        case .templateCard(let card): card.json
        }
    }

    fileprivate init(reading fields: inout FieldReader) throws(MessageFault) {
        let type = try fields.text("msgtype")
        self =
            switch type {
            case "text": .text(try fields.members("text", OutboundMessage.Content.markup))
            case "markdown": .markdown(try fields.members("markdown", OutboundMessage.Content.markup))
            case "image": .image(try fields.members("image", OutboundMessage.Content.media))
            case "voice": .voice(try fields.members("voice", OutboundMessage.Content.media))
            case "video": .video(try fields.part("video"))
            case "file": .file(try fields.members("file", OutboundMessage.Content.media))
            case "textcard": .textCard(try fields.part("textcard"))
            case "news": .news(try fields.members("news", OutboundMessage.Content.articles))
            case "mpnews": .mpNews(try fields.part("mpnews"))
            case "miniprogram_notice": .miniProgramNotice(try fields.part("miniprogram_notice"))
            case "template_card": .templateCard(try fields.part("template_card"))
            default: throw fields.path["msgtype"].fault(.noChoice(among: OutboundMessage.Content.types))
            }
    }

    private static func markup(_ fields: inout FieldReader) throws(MessageFault) -> String {
        try fields.text("content")
    }

    private static func media(_ fields: inout FieldReader) throws(MessageFault) -> MediaID {
        MediaID(try fields.text("media_id"))
    }

    private static func articles(_ fields: inout FieldReader) throws(MessageFault) -> [Article] {
        try fields.parts("articles")
    }
}
