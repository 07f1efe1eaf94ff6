package import JSON

/// Changes a card that was sent, once for each `response_code`. Every event of a card brings a new one, good for 72
/// hours.
package struct CardUpdate: Sendable, Equatable {
    package enum Change: Sendable, Equatable {
        /// Greys the buttons of an interactive card out, with these words on them.
        case button(replaceName: String)
        /// Another card in its place, of any kind, with the fields that only an update has.
        case card(TemplateCard)
    }

    /// The recipients for whom it changes; `.everyone` means all who got the card.
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
        var members = to.listMembers + [.init("response_code", .string(responseCode))]
        if translatesIDs { members.append(.init("enable_id_trans", 1)) }
        switch change {
        case .button(let name): members.append(.init("button", ["replace_name": .string(name)]))
        case .card(let card): members.append(.init("template_card", card.json))
        }
        return .object(members)
    }

    /// Reads what `json` writes, as strictly as a message is read.
    package init(json: JSONValue) throws(MessageFault) {
        guard json["button"] == nil || json["template_card"] == nil else {
            throw FieldPath.message["button"].fault(.unfit("stands beside template_card: leave one out"))
        }
        let fields = try CardUpdate.shape(ofButton: json["button"] != nil).read(json, at: .message)
        to = Recipients(lists: fields)
        responseCode = fields["response_code"]?.string ?? ""
        translatesIDs = fields["enable_id_trans"] == 1
        if let button = fields["button"] {
            change = .button(replaceName: button["replace_name"]?.string ?? "")
        } else {
            change = .card(TemplateCard(json: fields["template_card"] ?? [:]))
        }
    }

    /// Refuses what WeCom would.
    package func validate() throws(MessageFault) {
        try to.validate(at: .message, .updating)
        var isButton = false
        if case .button = change { isButton = true }
        try CardUpdate.shape(ofButton: isButton).check(json, at: .message, isSent: false)
    }

    private static func shape(ofButton isButton: Bool) -> Shape {
        Shape([
            .optional("userids", .list(.text(), 0...Recipients.maxUsers)),
            .optional("partyids", .list(.integer, 0...Recipients.maxGroups)),
            .optional("tagids", .list(.integer, 0...Recipients.maxGroups)),
            .optional("atall", .flag),
            .required("response_code", .key()),
            .optional("enable_id_trans", .flag),
            isButton ? .required("button", .object(button)) : .required("template_card", .templateCard),
        ])
    }

    private static let button = Shape([.required("replace_name", .text())])
}
