import JSON

/// A card with up to six buttons.
package struct ButtonInteraction: Sendable, Equatable {
    package struct Button: Sendable, Equatable {
        package enum Press: Sendable, Equatable {
            /// An event with this key; every button of a card needs its own.
            case callback(key: String)
            case url(String)
        }

        package var text: String
        /// WeCom's number of a look, 1 to 4; it takes 1 if nothing is said.
        package var style: Int64?
        package var press: Press

        package init(_ text: String, style: Int64? = nil, _ press: Press) {
            self.text = text
            self.style = style
            self.press = press
        }

        package init(_ text: String, style: Int64? = nil, key: String) {
            self.init(text, style: style, .callback(key: key))
        }
    }

    package var buttons: [Button]
    /// A list to choose from, above the buttons.
    package var selection: CardSelection?
    package var subtitle: String?
    package var action: TemplateCard.Target?
    package var extras: CardExtras
    /// Only in an update: one grey button with these words in the place of all.
    package var replaceText: String?

    package init(
        _ buttons: [Button], selection: CardSelection? = nil, subtitle: String? = nil,
        action: TemplateCard.Target? = nil, extras: CardExtras = CardExtras(), replaceText: String? = nil
    ) {
        self.buttons = buttons
        self.selection = selection
        self.subtitle = subtitle
        self.action = action
        self.extras = extras
        self.replaceText = replaceText
    }
}

extension ButtonInteraction: CardFields {
    var members: [JSONValue.Member] {
        JSONValue.present(["sub_title_text": .text(subtitle)])
            + extras.members
            + JSONValue.present([
                "card_action": action.map { CardAction($0).json }, "button_selection": selection?.json,
                "button_list": .array(buttons.map(\.json)), "replace_text": .text(replaceText),
            ])
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        buttons = try fields.parts("button_list")
        selection = try fields.part(ifPresent: "button_selection")
        subtitle = try fields.text(ifPresent: "sub_title_text")
        action = try fields.cardActionIfPresent()
        extras = try CardExtras(reading: &fields)
        replaceText = try fields.text(ifPresent: "replace_text")
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try path["button_list"].check(each: buttons, count: 1...6)
        // The event of a choice in the menu bears its key as that of a button does.
        let taken = Set(extras.menu?.actions.map(\.key) ?? [])
        try path["button_list"].checkUnique("key", buttons.map(\.key), apartFrom: taken)
        try selection?.validate(at: path["button_selection"])
        try action?.validate(at: path["card_action"])
        try extras.validate(at: path)
    }
}

extension ButtonInteraction.Button: MessagePart {
    var key: String? { if case .callback(let key) = press { key } else { nil } }

    var json: JSONValue {
        .object(
            press.typeMember + JSONValue.present(["text": .string(text), "style": style.map { .integer($0) }])
                + press.members)
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        text = try fields.text("text")
        style = try fields.integer("style")
        switch try fields.integer("type") ?? 0 {
        case 0: press = .callback(key: try fields.text("key"))
        case 1: press = .url(try fields.text("url"))
        default: throw fields.path["type"].fault(.noChoice(among: ["0", "1"]))
        }
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try path["text"].require(text)
        if let style, !(1...4).contains(style) {
            throw path["style"].fault(.noChoice(among: ["1", "2", "3", "4"]))
        }
        switch press {
        case .callback(let key): try path["key"].require(key, maxBytes: 1024)
        case .url(let url): try path["url"].requireURL(url)
        }
    }
}

extension ButtonInteraction.Button.Press {
    fileprivate var typeMember: [JSONValue.Member] { if case .url = self { [.init("type", 1)] } else { [] } }

    fileprivate var members: [JSONValue.Member] {
        switch self {
        case .callback(let key): [.init("key", .string(key))]
        case .url(let url): [.init("url", .string(url))]
        }
    }
}
