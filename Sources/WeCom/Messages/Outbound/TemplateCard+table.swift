extension FieldKind {
    /// The five kinds of card, by their `card_type`.
    static let templateCard = FieldKind.named(
        by: "card_type",
        [
            (name: "text_notice", shape: .textNotice),
            (name: "news_notice", shape: .newsNotice),
            (name: "button_interaction", shape: .buttonInteraction),
            (name: "vote_interaction", shape: .voteInteraction),
            (name: "multiple_interaction", shape: .multipleInteraction),
        ])
}

extension Shape {
    fileprivate static let textNotice = Shape(
        common + [
            .optional("emphasis_content", .object(title)),
            .optional("sub_title_text", .text()),
        ] + extras + [
            .optional("jump_list", .list(.object(jump), 0...3)),
            .required("card_action", .object(action)),
        ],
        rules: [
            .oneOf("main_title.title", "sub_title_text"),
            .needsWhenSent("task_id", beside: "action_menu"),
        ])

    fileprivate static let newsNotice = Shape(
        common + [
            .optional("image_text_area", .object(pictureText)),
            .optional("card_image", .object(picture)),
            .optional("vertical_content_list", .list(.object(paragraph), 0...4)),
        ] + extras + [
            .optional("jump_list", .list(.object(jump), 0...3)),
            .required("card_action", .object(action)),
        ],
        rules: [
            .needs("main_title.title"),
            .oneOf("card_image", "image_text_area"),
            .needsWhenSent("task_id", beside: "action_menu"),
        ])

    fileprivate static let buttonInteraction = Shape(
        common + [
            .optional("sub_title_text", .text())
        ] + extras + [
            .optional("card_action", .object(Shape(target))),
            .optional("button_selection", .object(selection)),
            .required("button_list", .list(.object(button), 1...6)),
            .updateOnly("replace_text", .text()),
        ],
        rules: [
            .needs("main_title.title"),
            .needsWhenSent("task_id"),
            // The event of a choice in the menu bears its key as that of a button does.
            .unique("key", in: ["action_menu.action_list", "button_list"]),
        ])

    fileprivate static let voteInteraction = Shape(
        common + [
            .required("checkbox", .object(checkbox)),
            .required("submit_button", .object(keyed)),
            .updateOnly("replace_text", .text()),
        ],
        rules: [
            .needs("main_title.title"),
            .needsWhenSent("task_id"),
        ])

    fileprivate static let multipleInteraction = Shape(
        common + [
            .required("select_list", .list(.object(selection), 1...3)),
            .required("submit_button", .object(keyed)),
            .updateOnly("replace_text", .text()),
        ],
        rules: [
            .needs("main_title.title"),
            .needsWhenSent("task_id"),
            .unique("question_key", in: ["select_list"]),
        ])
}

// MARK: What several kinds have

extension Shape {
    /// All five.
    private static let common: [Field] = [
        .required("card_type", .text()),
        .optional("source", .object(source)),
        .optional("task_id", .taskID(maxBytes: 128)),
        .optional("main_title", .object(title)),
    ]

    /// Notices and button cards.
    private static let extras: [Field] = [
        .optional("action_menu", .object(menu)),
        .optional("quote_area", .object(quote)),
        .optional("horizontal_content_list", .list(.object(row), 0...6)),
    ]

    /// The fields of a tap's target, which is nowhere without a type.
    private static let target: [Field] = [.optional("type", .leads(maybeNowhere: true))] + places

    private static let places: [Field] = [
        .required("url", .url(), .leadingAs(1)),
        .required("appid", .key(), .leadingAs(2)),
        .optional("pagepath", .text(), .leadingAs(2)),
    ]
}

// MARK: Their parts

extension Shape {
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

    private static let jump = Shape(target + [.required("title", .text())])

    private static let action = Shape([.required("type", .leads(maybeNowhere: false))] + places)

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

    private static let button = Shape([
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
