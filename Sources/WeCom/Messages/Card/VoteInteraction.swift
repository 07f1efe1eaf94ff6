import JSON

/// A card with boxes to tick and a button to submit them.
package struct VoteInteraction: Sendable, Equatable {
    package struct Checkbox: Sendable, Equatable {
        package enum Mode: Int64, Sendable, CaseIterable {
            case single = 0
            case multiple = 1
        }

        package struct Option: Sendable, Equatable {
            package var id: String
            package var text: String
            package var isChecked: Bool

            package init(_ id: String, _ text: String, isChecked: Bool = false) {
                self.id = id
                self.text = text
                self.isChecked = isChecked
            }
        }

        /// Names the question in the event.
        package var key: String
        /// Nil says nothing, which WeCom takes for `.single`.
        package var mode: Mode?
        package var options: [Option]
        /// Only in an update: nobody can change it any more.
        package var isDisabled: Bool?

        package init(_ key: String, mode: Mode? = nil, options: [Option], isDisabled: Bool? = nil) {
            self.key = key
            self.mode = mode
            self.options = options
            self.isDisabled = isDisabled
        }
    }

    package var checkbox: Checkbox
    package var submit: SubmitButton
    /// Only in an update: one grey button with these words in the place of the other.
    package var replaceText: String?

    package init(_ checkbox: Checkbox, submit: SubmitButton, replaceText: String? = nil) {
        self.checkbox = checkbox
        self.submit = submit
        self.replaceText = replaceText
    }
}

/// The button that sends what was chosen.
package struct SubmitButton: Sendable, Equatable {
    package var text: String
    /// What the event bears.
    package var key: String

    package init(_ text: String, key: String) {
        self.text = text
        self.key = key
    }
}

extension VoteInteraction: CardFields {
    var members: [JSONValue.Member] {
        JSONValue.present([
            "checkbox": checkbox.json, "submit_button": submit.json, "replace_text": .text(replaceText),
        ])
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        checkbox = try fields.part("checkbox")
        submit = try fields.part("submit_button")
        replaceText = try fields.text(ifPresent: "replace_text")
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try checkbox.validate(at: path["checkbox"])
        try submit.validate(at: path["submit_button"])
    }
}

extension VoteInteraction.Checkbox: MessagePart {
    var json: JSONValue {
        .object(
            JSONValue.present([
                "question_key": .string(key), "mode": mode.map { .integer($0.rawValue) },
                "disable": isDisabled.map { .bool($0) }, "option_list": .array(options.map(\.json)),
            ]))
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        key = try fields.text("question_key")
        mode = try fields.choice("mode")
        isDisabled = try fields.bool("disable")
        options = try fields.parts("option_list")
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try path["question_key"].require(key, maxBytes: 1024)
        try path["option_list"].check(each: options, count: 1...20)
        try path["option_list"].checkUnique("id", options.map(\.id))
    }
}

extension VoteInteraction.Checkbox.Option: MessagePart {
    var json: JSONValue { ["id": .string(id), "text": .string(text), "is_checked": .bool(isChecked)] }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        id = try fields.text("id")
        text = try fields.text("text")
        isChecked = try fields.required(try fields.bool("is_checked"), "is_checked")
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try path["id"].require(id, maxBytes: 128)
        try path["text"].require(text)
    }
}

extension SubmitButton: MessagePart {
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
