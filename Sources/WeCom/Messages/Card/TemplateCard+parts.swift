import JSON

extension TemplateCard.Title: MessagePart {
    var json: JSONValue { .object(JSONValue.present(["title": .text(text), "desc": .text(description)])) }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        text = try fields.text(ifPresent: "title")
        description = try fields.text(ifPresent: "desc")
    }

    func validate(at path: FieldPath) throws(MessageFault) {}
}

extension TemplateCard.Source: MessagePart {
    var json: JSONValue {
        .object(
            JSONValue.present([
                "icon_url": .text(icon), "desc": .text(description), "desc_color": color.map { .integer($0.rawValue) },
            ]))
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        icon = try fields.text(ifPresent: "icon_url")
        description = try fields.text(ifPresent: "desc")
        color = try fields.choice("desc_color")
    }

    func validate(at path: FieldPath) throws(MessageFault) { try path["icon_url"].check(url: icon) }
}

extension TemplateCard.Target {
    var members: [JSONValue.Member] {
        switch self {
        case .url(let url): [.init("type", 1), .init("url", .string(url))]
        case .miniProgram(let appID, let page):
            JSONValue.present(["type": 2, "appid": .string(appID), "pagepath": .text(page)])
        }
    }

    /// Nil for type 0, which leads nowhere. What belongs to the other type counts for nothing, as with WeCom, whose own
    /// examples have it.
    init?(reading fields: inout FieldReader) throws(MessageFault) {
        let type = try fields.integer("type") ?? 0
        let url = try fields.text(ifPresent: "url")
        let appID = try fields.text(ifPresent: "appid")
        let page = try fields.text(ifPresent: "pagepath")
        switch type {
        case 0:
            guard url == nil, appID == nil, page == nil else {
                throw fields.path["type"].fault(.unfit("must be 1 for a url or 2 for an appid"))
            }
            return nil
        case 1: self = .url(try fields.required(url, "url"))
        case 2: self = .miniProgram(appID: try fields.required(appID, "appid"), page: page)
        default: throw fields.path["type"].fault(.noChoice(among: ["0", "1", "2"]))
        }
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        switch self {
        case .url(let url): try path["url"].requireURL(url)
        case .miniProgram(let appID, _): try path["appid"].require(appID)
        }
    }
}

/// A `card_action`, which is a target and nothing else.
struct CardAction: MessagePart {
    let target: TemplateCard.Target?

    init(_ target: TemplateCard.Target?) { self.target = target }

    init(reading fields: inout FieldReader) throws(MessageFault) { target = try .init(reading: &fields) }

    var json: JSONValue { .object(target?.members ?? []) }

    func validate(at path: FieldPath) throws(MessageFault) { try target?.validate(at: path) }
}

extension FieldReader {
    /// What the whole card leads to, which a notice must have.
    mutating func cardAction() throws(MessageFault) -> TemplateCard.Target {
        let action: CardAction = try part("card_action")
        guard let target = action.target else {
            throw path["card_action"]["type"].fault(.unfit("must be 1 for a url or 2 for an appid"))
        }
        return target
    }

    mutating func cardActionIfPresent() throws(MessageFault) -> TemplateCard.Target? {
        let action: CardAction? = try part(ifPresent: "card_action")
        return action?.target
    }
}
