import JSON

extension TemplateCard: MessagePart {
    var json: JSONValue {
        .object(
            JSONValue.present([
                "card_type": .string(kind.type), "source": source?.json, "task_id": .text(taskID),
                "main_title": title?.json,
            ]) + kind.members)
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        kind = try Kind(reading: &fields)
        source = try fields.part(ifPresent: "source")
        taskID = try fields.text(ifPresent: "task_id")
        title = try fields.part(ifPresent: "main_title")
    }
}

extension TemplateCard.Kind {
    /// WeCom's word for it.
    package var type: String {
        switch self {
        case .textNotice: "text_notice"
        case .newsNotice: "news_notice"
        case .buttonInteraction: "button_interaction"
        case .voteInteraction: "vote_interaction"
        case .multipleInteraction: "multiple_interaction"
        }
    }

    fileprivate static let types = [
        "text_notice", "news_notice", "button_interaction", "vote_interaction", "multiple_interaction",
    ]

    fileprivate var members: [JSONValue.Member] {
        switch self {
        case .textNotice(let notice): notice.members
        case .newsNotice(let notice): notice.members
        case .buttonInteraction(let interaction): interaction.members
        case .voteInteraction(let interaction): interaction.members
        case .multipleInteraction(let interaction): interaction.members
        }
    }

    fileprivate init(reading fields: inout FieldReader) throws(MessageFault) {
        let type = try fields.text("card_type")
        self =
            switch type {
            case "text_notice": .textNotice(try TextNotice(reading: &fields))
            case "news_notice": .newsNotice(try NewsNotice(reading: &fields))
            case "button_interaction": .buttonInteraction(try ButtonInteraction(reading: &fields))
            case "vote_interaction": .voteInteraction(try VoteInteraction(reading: &fields))
            case "multiple_interaction": .multipleInteraction(try MultipleInteraction(reading: &fields))
            default: throw fields.path["card_type"].fault(.noChoice(among: TemplateCard.Kind.types))
            }
    }
}

/// The fields of one kind of card. They stand in the card itself, beside those that all kinds have.
protocol CardFields: Sendable, Equatable {
    var members: [JSONValue.Member] { get }
    init(reading fields: inout FieldReader) throws(MessageFault)
    func validate(at path: FieldPath) throws(MessageFault)
}
