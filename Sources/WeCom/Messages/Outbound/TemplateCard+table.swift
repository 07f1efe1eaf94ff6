/// The sender of a card: a few fields differ.
private enum CardSender { case app, bot }

extension FieldKind {
    /// The cards of an app.
    static let templateCard = cards(of: .app)
    /// The cards of an AI bot.
    static let botCard = cards(of: .bot)

    /// The five kinds of card, by their `card_type`.
    private static func cards(of sender: CardSender) -> FieldKind {
        .named(
            by: "card_type",
            [
                (name: "text_notice", shape: .textNotice(of: sender)),
                (name: "news_notice", shape: .newsNotice(of: sender)),
                (name: "button_interaction", shape: .buttonInteraction(of: sender)),
                (name: "vote_interaction", shape: .voteInteraction(of: sender)),
                (name: "multiple_interaction", shape: .multipleInteraction(of: sender)),
            ])
    }
}

extension Shape {
    fileprivate static func textNotice(of sender: CardSender) -> Shape {
        Shape(
            common(of: sender) + [
                .optional("emphasis_content", .object(title)),
                .optional("sub_title_text", .text()),
            ] + extras(of: sender) + [
                .optional("jump_list", .list(.object(jump(of: sender)), 0...3)),
                .required("card_action", .object(action)),
            ],
            rules: [
                .oneOf("main_title.title", "sub_title_text"),
                .needsWhenSent("task_id", beside: "action_menu"),
            ])
    }

    fileprivate static func newsNotice(of sender: CardSender) -> Shape {
        Shape(
            common(of: sender) + [
                .optional("image_text_area", .object(pictureText)),
                .optional("card_image", .object(picture)),
                .optional("vertical_content_list", .list(.object(paragraph), 0...4)),
            ] + extras(of: sender) + [
                .optional("jump_list", .list(.object(jump(of: sender)), 0...3)),
                .required("card_action", .object(action)),
            ],
            rules: [
                .needs("main_title.title"),
                .oneOf("card_image", "image_text_area"),
                .needsWhenSent("task_id", beside: "action_menu"),
            ])
    }

    fileprivate static func buttonInteraction(of sender: CardSender) -> Shape {
        Shape(
            common(of: sender) + [
                .optional("sub_title_text", .text())
            ] + extras(of: sender) + [
                .optional("card_action", .object(Shape(target))),
                .optional("button_selection", .object(selection)),
                .required("button_list", .list(.object(button(of: sender)), 1...6)),
                .updateOnly("replace_text", .text()),
            ],
            rules: [
                .needs("main_title.title"),
                .needsWhenSent("task_id"),
                // The event of a choice in the menu bears its key as that of a button does.
                .unique("key", in: ["action_menu.action_list", "button_list"]),
            ])
    }

    fileprivate static func voteInteraction(of sender: CardSender) -> Shape {
        Shape(
            common(of: sender) + [
                .required("checkbox", .object(checkbox)),
                .required("submit_button", .object(keyed)),
                .updateOnly("replace_text", .text()),
            ] + wholeTap(of: sender),
            rules: [
                .needs("main_title.title"),
                .needsWhenSent("task_id"),
            ])
    }

    fileprivate static func multipleInteraction(of sender: CardSender) -> Shape {
        Shape(
            common(of: sender) + [
                .required("select_list", .list(.object(selection), 1...3)),
                .required("submit_button", .object(keyed)),
                .updateOnly("replace_text", .text()),
            ] + wholeTap(of: sender),
            rules: [
                .needs("main_title.title"),
                .needsWhenSent("task_id"),
                .unique("question_key", in: ["select_list"]),
            ])
    }
}

// MARK: What several kinds have

extension Shape {
    /// All five.
    private static func common(of sender: CardSender) -> [Field] {
        let fields: [Field] = [
            .required("card_type", .text()),
            .optional("source", .object(source)),
            .optional("task_id", .taskID(maxBytes: 128)),
            .optional("main_title", .object(title)),
        ]
        return sender == .bot ? fields + [.optional("feedback", .object(.feedback))] : fields
    }

    /// Notices and button cards.
    private static func extras(of sender: CardSender) -> [Field] {
        [
            .optional("action_menu", .object(menu)),
            .optional("quote_area", .object(quote)),
            .optional("horizontal_content_list", .list(.object(sender == .bot ? botRow : row), 0...6)),
        ]
    }

    /// A bot's interactive cards may lead somewhere where nothing of them is tapped.
    private static func wholeTap(of sender: CardSender) -> [Field] {
        sender == .bot ? [.optional("card_action", .object(Shape(target)))] : []
    }

    /// The fields of a tap's target, which is nowhere without a type.
    private static let target: [Field] = [.optional("type", .leads(0...2))] + places

    private static let places: [Field] = [
        .required("url", .url(), .leadingAs(1)),
        .required("appid", .key(), .leadingAs(2)),
        .optional("pagepath", .text(), .leadingAs(2)),
    ]
}

// MARK: Their parts

extension Shape {
    /// The id by which a person's thumb on it is known.
    static let feedback = Shape([.required("id", .key(maxBytes: FeedbackID.maxBytes))])

    private static let source = Shape([
        .optional("icon_url", .url()),
        .optional("desc", .text()),
        .optional("desc_color", .choice(0...3)),
    ])

    private static let title = Shape([
        .optional("title", .text()),
        .optional("desc", .text()),
    ])

    private static let menu = Shape(
        [
            .optional("desc", .text()),
            .required("action_list", .list(.object(keyed), 1...3)),
        ],
        rules: [.unique("key", in: ["action_list"])])

    /// An entry of a menu, or the button that submits what was chosen.
    private static let keyed = Shape([
        .required("text", .text()),
        .required("key", .key(maxBytes: 1024)),
    ])

    private static let quote = Shape(
        target + [
            .optional("title", .text()),
            .optional("quote_text", .text()),
        ])

    private static let row = Shape(
        [
            .required("keyname", .text()),
            .optional("value", .text()),
            .optional("type", .choice(0...3)),
            .required("url", .url(), .ofType(1)),
            .required("media_id", .key(), .ofType(2)),
            .required("userid", .key(), .ofType(3)),
        ],
        // The name of the file, ending included.
        rules: [.needs("value", beside: "media_id")])

    /// A bot cannot show files.
    private static let botRow = Shape([
        .required("keyname", .text()),
        .optional("value", .text()),
        .optional("type", .oneOf([0, 1, 3])),
        .required("url", .url(), .ofType(1)),
        .required("userid", .key(), .ofType(3)),
    ])

    /// A line of a card; that of a bot's may say `question` to the bot, as if the person had typed it.
    private static func jump(of sender: CardSender) -> Shape {
        let title = Field.required("title", .text())
        guard sender == .bot else { return Shape(target + [title]) }
        let question = Field.required("question", .key(maxBytes: 200), .leadingAs(3))
        return Shape([.optional("type", .leads(0...3))] + places + [title, question])
    }

    private static let action = Shape([.required("type", .leads(1...2))] + places)

    private static let pictureText = Shape(
        target + [
            .optional("title", .text()),
            .optional("desc", .text()),
            .required("image_url", .url()),
        ])

    private static let picture = Shape([
        .required("url", .url()),
        .optional("aspect_ratio", .number(1.3...2.25)),
    ])

    private static let paragraph = Shape([
        .required("title", .text()),
        .optional("desc", .text()),
    ])

    private static func button(of sender: CardSender) -> Shape { sender == .bot ? botButton : appButton }

    private static let botButton = Shape([
        .required("text", .text()),
        .optional("style", .choice(1...4)),
        .required("key", .key(maxBytes: 1024)),
    ])

    private static let appButton = Shape([
        .optional("type", .choice(0...1)),
        .required("text", .text()),
        .optional("style", .choice(1...4)),
        .required("key", .key(maxBytes: 1024), .ofType(0)),
        .required("url", .url(), .ofType(1)),
    ])

    private static let selection = Shape(
        [
            .required("question_key", .key(maxBytes: 1024)),
            .optional("title", .text()),
            .updateOnly("disable", .bool),
            .optional("selected_id", .text()),
            .required("option_list", .list(.object(option), 1...10)),
        ],
        rules: [.unique("id", in: ["option_list"])])

    private static let option = Shape([
        .required("id", .key(maxBytes: 128)),
        .required("text", .text()),
    ])

    private static let checkbox = Shape(
        [
            .required("question_key", .key(maxBytes: 1024)),
            .optional("mode", .choice(0...1)),
            .updateOnly("disable", .bool),
            .required("option_list", .list(.object(box), 1...20)),
        ],
        rules: [.unique("id", in: ["option_list"])])

    private static let box = Shape([
        .required("id", .key(maxBytes: 128)),
        .required("text", .text()),
        .required("is_checked", .bool),
    ])
}
