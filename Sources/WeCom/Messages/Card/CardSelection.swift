import JSON

/// A question with a list of which one entry is chosen.
package struct CardSelection: Sendable, Equatable {
    package struct Option: Sendable, Equatable {
        package var id: String
        package var text: String

        package init(_ id: String, _ text: String) {
            self.id = id
            self.text = text
        }
    }

    /// Names the question in the event.
    package var key: String
    package var title: String?
    package var options: [Option]
    /// What is chosen before anybody chooses; the first if it is none of them.
    package var selectedID: String?
    /// Only in an update: nobody can change it any more.
    package var isDisabled: Bool?

    package init(
        _ key: String, title: String? = nil, options: [Option], selectedID: String? = nil, isDisabled: Bool? = nil
    ) {
        self.key = key
        self.title = title
        self.options = options
        self.selectedID = selectedID
        self.isDisabled = isDisabled
    }
}

extension CardSelection: MessagePart {
    var json: JSONValue {
        .object(
            JSONValue.present([
                "question_key": .string(key), "title": .text(title), "disable": isDisabled.map { .bool($0) },
                "selected_id": .text(selectedID), "option_list": .array(options.map(\.json)),
            ]))
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        key = try fields.text("question_key")
        title = try fields.text(ifPresent: "title")
        isDisabled = try fields.bool("disable")
        selectedID = try fields.text(ifPresent: "selected_id")
        options = try fields.parts("option_list")
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try path["question_key"].require(key, maxBytes: 1024)
        try path["option_list"].check(each: options, count: 1...10)
        try path["option_list"].checkUnique("id", options.map(\.id))
    }
}

extension CardSelection.Option: MessagePart {
    var json: JSONValue { ["id": .string(id), "text": .string(text)] }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        id = try fields.text("id")
        text = try fields.text("text")
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try path["id"].require(id, maxBytes: 128)
        try path["text"].require(text)
    }
}
