/// A `msgtype` of `message/send`: its fields, and which marks and recipients a message of it may have.
struct MessageType: Sendable {
    let name: String
    let content: FieldKind
    /// The values of `safe` that it takes.
    let safe: [OutboundMessage.Safe]
    let goesToEveryone: Bool

    private init(
        _ name: String, _ content: FieldKind, safe: [OutboundMessage.Safe] = [], goesToEveryone: Bool = true
    ) {
        self.name = name
        self.content = content
        self.safe = safe
        self.goesToEveryone = goesToEveryone
    }

    private init(_ name: String, safe: [OutboundMessage.Safe] = [], _ fields: [Field]) {
        self.init(name, .object(Shape(fields)), safe: safe)
    }
}

// Where WeCom's pages differ about a limit, the narrower stands here. The lengths that it only recommends for the texts of
// cards do not: such texts are cut on the screen, not in the message.

extension MessageType {
    static let all = [
        MessageType(
            "text", safe: [.shareable, .confidential],
            [.required("content", .visible(maxBytes: OutboundMessage.maxTextBytes))]),
        MessageType("markdown", [.required("content", .visible(maxBytes: OutboundMessage.maxTextBytes))]),
        MessageType("image", safe: [.shareable, .confidential], [.required("media_id", .key())]),
        MessageType("voice", [.required("media_id", .key())]),
        MessageType(
            "video", safe: [.shareable, .confidential],
            [
                .required("media_id", .key()),
                .optional("title", .text(maxBytes: 128)),
                .optional("description", .text(maxBytes: 512)),
            ]),
        MessageType("file", safe: [.shareable, .confidential], [.required("media_id", .key())]),
        MessageType(
            "textcard",
            [
                .required("title", .text(maxBytes: 128)),
                .required("description", .text(maxBytes: 512)),
                .required("url", .url(maxBytes: 2048)),
                .optional("btntxt", .cut(toCharacters: 4)),
            ]),
        MessageType("news", [.required("articles", .list(.object(article), 1...8))]),
        MessageType(
            "mpnews", safe: [.shareable, .confidential, .corpOnly],
            [.required("articles", .list(.object(keptArticle), 1...8))]),
        MessageType("miniprogram_notice", .object(miniProgramNotice), goesToEveryone: false),
        MessageType("template_card", .templateCard),
    ]

    private static let article = Shape([
        .required("title", .text(maxBytes: 128)),
        .optional("description", .text(maxBytes: 512)),
        .required("url", .url(maxBytes: 2048), .unless("appid")),
        .optional("appid", .key()),
        .required("pagepath", .text(maxBytes: 128), .beside("appid")),
        .optional("picurl", .url(maxBytes: 2048)),
    ])

    private static let keptArticle = Shape([
        .required("title", .text(maxBytes: 128)),
        .required("thumb_media_id", .key()),
        .optional("author", .text(maxBytes: 64)),
        .optional("content_source_url", .url()),
        .required("content", .text(maxBytes: 666 << 10)),
        .optional("digest", .text(maxBytes: 512)),
    ])

    private static let miniProgramNotice = Shape([
        .required("appid", .key()),
        .optional("page", .text(maxBytes: 1024)),
        .required("title", .characters(4...12)),
        .optional("description", .characters(4...12)),
        .optional("emphasis_first_item", .bool),
        .optional("content_item", .list(.object(item), 0...10)),
    ])

    private static let item = Shape([
        .required("key", .characters(0...10)),
        .required("value", .characters(0...30)),
    ])

    static func named(_ name: String) -> MessageType {
        guard let type = all.first(where: { $0.name == name }) else {
            preconditionFailure("there is no msgtype \(name)")
        }
        return type
    }
}

extension FieldKind {
    /// The whole of a message: what all have in common, and the content under the name of its type.
    static let message = FieldKind.named(
        by: "msgtype", MessageType.all.map { type in (name: type.name, shape: Shape(message(type))) })

    private static func message(_ type: MessageType) -> [Field] {
        Recipients.fields + [.required("msgtype", .text()), .required(type.name, type.content)] + marks
    }

    /// The fields of all types.
    static var envelope: [Field] { Recipients.fields + [.required("msgtype", .text())] + marks }

    private static let marks: [Field] = [
        .optional("safe", .choice(0...2)),
        .optional("enable_id_trans", .flag),
        .setBySending("agentid"),
        .optional("enable_duplicate_check", .flag),
        .optional(
            "duplicate_check_interval", .count(1...OutboundMessage.DuplicateCheck.longest),
            .beside("enable_duplicate_check")),
    ]
}
