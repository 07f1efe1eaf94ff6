import JSON

/// A card with one to three questions, each with a list to choose from, and a button to submit them.
package struct MultipleInteraction: Sendable, Equatable {
    package var selections: [CardSelection]
    package var submit: SubmitButton
    /// Only in an update: one grey button with these words in the place of the other.
    package var replaceText: String?

    package init(_ selections: [CardSelection], submit: SubmitButton, replaceText: String? = nil) {
        self.selections = selections
        self.submit = submit
        self.replaceText = replaceText
    }
}

extension MultipleInteraction: CardFields {
    var members: [JSONValue.Member] {
        JSONValue.present([
            "select_list": .array(selections.map(\.json)), "submit_button": submit.json,
            "replace_text": .text(replaceText),
        ])
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        selections = try fields.parts("select_list")
        submit = try fields.part("submit_button")
        replaceText = try fields.text(ifPresent: "replace_text")
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try path["select_list"].check(each: selections, count: 1...3)
        try path["select_list"].checkUnique("question_key", selections.map(\.key))
        try submit.validate(at: path["submit_button"])
    }
}
