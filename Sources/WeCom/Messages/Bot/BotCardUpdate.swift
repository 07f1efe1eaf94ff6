package import JSON

/// Puts another card in the place of one that a person has clicked, in answer to that click and within five seconds.
package struct BotCardUpdate: Sendable, Equatable {
    /// Those for whom it changes; nobody in particular means all who have the card.
    package var users: [UserID]
    /// Its `task_id` is that of the click.
    package var card: TemplateCard

    package init(for users: [UserID] = [], _ card: TemplateCard) {
        self.users = users
        self.card = card
    }

    package var json: JSONValue {
        var members: [JSONValue.Member] = [.init("response_type", "update_template_card")]
        if !users.isEmpty { members.append(.init("userids", .array(users.map { .string($0.text) }))) }
        return .object(members + [.init("template_card", card.json)])
    }

    /// Refuses what WeCom would refuse.
    package func validate() throws(MessageFault) {
        let path = FieldPath.message["template_card"]
        if card.json["task_id"] == nil { throw path["task_id"].fault(.missing) }
        try FieldKind.botCard.check(card.json, at: path, isRequired: true, isSent: false)
    }
}
