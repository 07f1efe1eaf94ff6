import JSON

extension InboundEvent {
    var json: JSONValue {
        switch self {
        case .bot(.enterChat): ["eventtype": "enter_chat"]
        case .bot(.feedback(let feedback)): ["eventtype": "feedback_event", "feedback_event": feedback.json]
        case .bot(.disconnected(let reason)):
            .object(
                [.init("eventtype", "disconnected_event")] + (reason.map { [.init("reason", .string($0))] } ?? []))
        case .templateCard(let click): ["eventtype": "template_card_event", "template_card_event": click.json]
        case .unknown(let name, _): ["eventtype": .string(name)]
        default: ["eventtype": .string(name)]
        }
    }
}

extension BotFeedback {
    fileprivate var json: JSONValue {
        var members: [JSONValue.Member] = [.init("id", .string(id)), .init("type", .integer(verdict.rawValue))]
        if let comment { members.append(.init("content", .string(comment))) }
        if !reasons.isEmpty {
            members.append(.init("inaccurate_reason_list", .array(reasons.map { .integer($0.rawValue) })))
        }
        return .object(members)
    }
}

extension CardClick {
    fileprivate var json: JSONValue {
        var members: [JSONValue.Member] = []
        if let cardType { members.append(.init("card_type", .string(cardType))) }
        members.append(.init("event_key", .string(key)))
        if let taskID { members.append(.init("task_id", .string(taskID))) }
        if !selections.isEmpty {
            let items = selections.sorted { $0.key < $1.key }.map { question, options -> JSONValue in
                [
                    "question_key": .string(question),
                    "option_ids": ["option_id": .array(options.map { .string($0) })],
                ]
            }
            members.append(.init("selected_items", ["selected_item": .array(items)]))
        }
        return .object(members)
    }
}
