import JSON

/// A card of text. The whole of it leads somewhere.
package struct TextNotice: Sendable, Equatable {
    package var action: TemplateCard.Target
    /// A figure in large type.
    package var emphasis: TemplateCard.Title?
    package var subtitle: String?
    package var jumps: [CardJump]
    package var extras: CardExtras

    package init(
        action: TemplateCard.Target, emphasis: TemplateCard.Title? = nil, subtitle: String? = nil,
        jumps: [CardJump] = [], extras: CardExtras = CardExtras()
    ) {
        self.action = action
        self.emphasis = emphasis
        self.subtitle = subtitle
        self.jumps = jumps
        self.extras = extras
    }
}

/// A link at the foot of a notice; plain words without a target.
package struct CardJump: Sendable, Equatable {
    package var title: String
    package var target: TemplateCard.Target?

    package init(_ title: String, to target: TemplateCard.Target? = nil) {
        self.title = title
        self.target = target
    }
}

extension TextNotice: CardFields {
    var members: [JSONValue.Member] {
        JSONValue.present(["emphasis_content": emphasis?.json, "sub_title_text": .text(subtitle)])
            + extras.members
            + JSONValue.present(["jump_list": .list(jumps), "card_action": CardAction(action).json])
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        action = try fields.cardAction()
        emphasis = try fields.part(ifPresent: "emphasis_content")
        subtitle = try fields.text(ifPresent: "sub_title_text")
        jumps = try fields.parts(ifPresent: "jump_list") ?? []
        extras = try CardExtras(reading: &fields)
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try action.validate(at: path["card_action"])
        try path["jump_list"].check(each: jumps, count: 0...3)
        try extras.validate(at: path)
    }
}

extension CardJump: MessagePart {
    var json: JSONValue { .object((target?.members ?? []) + [.init("title", .string(title))]) }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        target = try .init(reading: &fields)
        title = try fields.text("title")
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try path["title"].require(title)
        try target?.validate(at: path)
    }
}
