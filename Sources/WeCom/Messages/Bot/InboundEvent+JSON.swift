import JSON

extension InboundEvent {
    /// Reads the event of a bot's document.
    init(ofBot document: BotFields) throws(InboundMessageError) {
        let event = try document.require("event")
        let name = try event.requireID("eventtype")
        switch name {
        case "template_card_event", "templatecardevent": self = .templateCard(try CardClick(ofBot: event))
        case BotEvent.Name.enterChat.rawValue: self = .bot(.enterChat)
        case BotEvent.Name.feedback.rawValue: self = .bot(.feedback(try BotFeedback(event)))
        case BotEvent.Name.disconnected.rawValue:
            self = .bot(.disconnected(reason: try event.text("reason")?.shortened))
        default: self = .unknown(name: name.shortened, fields: event.names)
        }
    }
}

extension CardClick {
    /// WeCom's table and its example of this event differ in the underscores of every name.
    fileprivate init(ofBot event: BotFields) throws(InboundMessageError) {
        let name = "template_card_event"
        guard let click = try event.ignoringUnderscores.object(name) else { throw .missing(event.path(of: name)) }
        let cardType = try click.id("card_type")
        self.init(
            key: try click.requireKey("event_key"), taskID: try click.id("task_id"), cardType: cardType,
            selections: try chosen(in: click),
            // A button card's menu cannot be told from its buttons.
            isMenu: cardType == "text_notice" || cardType == "news_notice")  // short: an id
    }
}

/// The most options of a card, and more than it can have questions.
private let mostChoices = 64

private func chosen(in click: BotFields) throws(InboundMessageError) -> [String: [String]] {
    var selections: [String: [String]] = [:]
    guard let items = try click.object("selected_items") else { return selections }
    for item in try items.objects("selected_item", atMost: mostChoices) {
        let question = try item.requireKey("question_key")
        guard selections[question] == nil else { throw .unclear(item.path(of: "question_key")) }
        guard let ids = try item.object("option_ids") else { continue }
        for id in try ids.list("option_id", atMost: mostChoices) {
            guard let id = id.shortString else { throw .wrongKind(ids.path(of: "option_id"), wanted: "a list of ids") }
            selections[question, default: []].append(id)
        }
    }
    return selections
}

extension BotFields {
    /// The keys of a card have up to 1024 bytes.
    fileprivate func requireKey(_ name: String) throws(InboundMessageError) -> String {
        guard let key = try id(name, atMost: 1024) else { throw .missing(path(of: name)) }
        return key
    }
}

extension BotFeedback {
    fileprivate init(_ event: BotFields) throws(InboundMessageError) {
        let feedback = try event.require("feedback_event")
        guard let type = try feedback.integer("type") else { throw .missing(feedback.path(of: "type")) }
        guard let verdict = Verdict(rawValue: type) else { throw .unclear(feedback.path(of: "type")) }
        self.init(
            id: try feedback.requireID("id"), verdict: verdict, comment: try feedback.text("content"),
            reasons: try feedback.list("inaccurate_reason_list", atMost: mostReasons).compactMap {
                $0.integer.flatMap(Reason.init)
            })
    }
}

private let mostReasons = 32
