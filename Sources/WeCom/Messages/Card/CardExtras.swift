import JSON

/// What notices and button cards may have beside their own fields.
package struct CardExtras: Sendable, Equatable {
    /// The choices behind the dots in the corner.
    package struct Menu: Sendable, Equatable {
        package struct Action: Sendable, Equatable {
            package var text: String
            /// What the event of a choice bears.
            package var key: String

            package init(_ text: String, key: String) {
                self.text = text
                self.key = key
            }
        }

        package var description: String?
        package var actions: [Action]

        package init(description: String? = nil, _ actions: [Action]) {
            self.description = description
            self.actions = actions
        }
    }

    /// A quotation, set apart.
    package struct Quote: Sendable, Equatable {
        package var title: String?
        package var text: String?
        package var target: TemplateCard.Target?

        package init(title: String? = nil, text: String? = nil, target: TemplateCard.Target? = nil) {
            self.title = title
            self.text = text
            self.target = target
        }
    }

    /// A line of a name and what stands behind it.
    package struct Row: Sendable, Equatable {
        package enum Link: Sendable, Equatable {
            case url(String)
            /// An uploaded file; the row's value is its name, ending included.
            case attachment(MediaID)
            case member(UserID)
        }

        package var name: String
        package var value: String?
        package var link: Link?

        package init(_ name: String, _ value: String? = nil, link: Link? = nil) {
            self.name = name
            self.value = value
            self.link = link
        }
    }

    package var menu: Menu?
    package var quote: Quote?
    package var rows: [Row]

    package init(menu: Menu? = nil, quote: Quote? = nil, rows: [Row] = []) {
        self.menu = menu
        self.quote = quote
        self.rows = rows
    }
}

extension CardExtras: CardFields {
    var members: [JSONValue.Member] {
        JSONValue.present([
            "action_menu": menu?.json, "quote_area": quote?.json, "horizontal_content_list": .list(rows),
        ])
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        menu = try fields.part(ifPresent: "action_menu")
        quote = try fields.part(ifPresent: "quote_area")
        rows = try fields.parts(ifPresent: "horizontal_content_list") ?? []
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try menu?.validate(at: path["action_menu"])
        try quote?.validate(at: path["quote_area"])
        try path["horizontal_content_list"].check(each: rows, count: 0...6)
    }
}
