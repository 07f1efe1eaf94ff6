import JSON

extension CardExtras.Menu: MessagePart {
    var json: JSONValue {
        .object(
            JSONValue.present(["desc": .text(description), "action_list": .array(actions.map(\.json))]))
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        description = try fields.text(ifPresent: "desc")
        actions = try fields.parts("action_list")
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try path["action_list"].check(each: actions, count: 1...3)
        try path["action_list"].checkUnique("key", actions.map(\.key))
    }
}

extension CardExtras.Menu.Action: MessagePart {
    var json: JSONValue { ["text": .string(text), "key": .string(key)] }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        text = try fields.text("text")
        key = try fields.text("key")
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try path["text"].require(text)
        try path["key"].require(key, maxBytes: 1024)
    }
}

extension CardExtras.Quote: MessagePart {
    var json: JSONValue {
        .object(
            (target?.members ?? []) + JSONValue.present(["title": .text(title), "quote_text": .text(text)]))
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        target = try .init(reading: &fields)
        title = try fields.text(ifPresent: "title")
        text = try fields.text(ifPresent: "quote_text")
    }

    func validate(at path: FieldPath) throws(MessageFault) { try target?.validate(at: path) }
}

extension CardExtras.Row: MessagePart {
    var json: JSONValue {
        .object(
            JSONValue.present(["keyname": .string(name), "value": .text(value)]) + (link?.members ?? []))
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        name = try fields.text("keyname")
        value = try fields.text(ifPresent: "value")
        link = try Link(reading: &fields)
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try path["keyname"].require(name)
        switch link {
        case nil: break
        case .url(let url): try path["url"].requireURL(url)
        case .attachment(let media):
            try path["media_id"].require(media.text)
            try path["value"].require(value)
        case .member(let user): try path["userid"].require(user.text)
        }
    }
}

extension CardExtras.Row.Link {
    fileprivate var members: [JSONValue.Member] {
        switch self {
        case .url(let url): [.init("type", 1), .init("url", .string(url))]
        case .attachment(let media): [.init("type", 2), .init("media_id", .string(media.text))]
        case .member(let user): [.init("type", 3), .init("userid", .string(user.text))]
        }
    }

    fileprivate init?(reading fields: inout FieldReader) throws(MessageFault) {
        switch try fields.integer("type") ?? 0 {
        case 0: return nil
        case 1: self = .url(try fields.text("url"))
        case 2: self = .attachment(MediaID(try fields.text("media_id")))
        case 3: self = .member(UserID(try fields.text("userid")))
        default: throw fields.path["type"].fault(.noChoice(among: ["0", "1", "2", "3"]))
        }
    }
}
