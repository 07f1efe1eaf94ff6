package import JSON

/// Changes a card that was sent, once for each `response_code`. Every event of a card brings a new one, good for 72
/// hours.
package struct CardUpdate: Sendable, Equatable {
    package enum Change: Sendable, Equatable {
        /// Greys the buttons of an interactive card out, with these words on them.
        case button(replaceName: String)
        /// Another card in its place, of any kind. Update-only fields (`replaceText`, `isDisabled`) may stand in it.
        case card(TemplateCard)
    }

    /// For whom it changes; `.everyone` means all who got the card.
    package var to: Recipients
    package var responseCode: String
    package var change: Change
    package var translatesIDs: Bool

    package init(to: Recipients, responseCode: String, _ change: Change, translatesIDs: Bool = false) {
        self.to = to
        self.responseCode = responseCode
        self.change = change
        self.translatesIDs = translatesIDs
    }
}

extension CardUpdate {
    /// The request but for the app's number, which is added when it is sent.
    package var json: JSONValue {
        .object(
            to.listMembers
                + JSONValue.present([
                    "response_code": .string(responseCode), "enable_id_trans": translatesIDs ? 1 : nil,
                ]) + [change.member])
    }

    /// Reads what `json` writes, as strictly as a message is read.
    package init(json: JSONValue) throws(MessageFault) { self = try CardUpdate(json, at: .message) }

    /// Refuses what WeCom would.
    package func validate() throws(MessageFault) { try validate(at: .message) }
}

extension CardUpdate: MessagePart {
    init(reading fields: inout FieldReader) throws(MessageFault) {
        to = try Recipients(readingLists: &fields)
        responseCode = try fields.text("response_code")
        translatesIDs = try fields.flag("enable_id_trans") ?? false
        change = try Change(reading: &fields)
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try to.validate(at: path, .updating)
        try path["response_code"].require(responseCode)
        switch change {
        case .button(let name): try path["button"]["replace_name"].require(name)
        case .card(let card): try card.validate(at: path["template_card"])
        }
    }
}

extension CardUpdate.Change {
    fileprivate var member: JSONValue.Member {
        switch self {
        case .button(let name): .init("button", ["replace_name": .string(name)])
        case .card(let card): .init("template_card", card.json)
        }
    }

    fileprivate init(reading fields: inout FieldReader) throws(MessageFault) {
        switch (fields.has("button"), fields.has("template_card")) {
        case (true, true): throw fields.path["button"].fault(.unfit("stands beside template_card: leave one out"))
        case (true, false):
            self = .button(
                replaceName: try fields.members("button") { fields throws(MessageFault) in
                    try fields.text("replace_name")
                })
        case (false, _): self = .card(try fields.part("template_card"))
        }
    }
}
