import Router

extension ConversationChange {
    /// Names its kind, for counting that each occurs.
    var name: String {
        switch self {
        case .epoch: "epoch"
        case .memberEpoch: "member epoch"
        case .place(let place, _): "place \(place.map(\.kind) ?? "none")"
        case .outbox(let place, _): "outbox \(place.map(\.kind) ?? "none")"
        case .heard: "heard"
        case .lastEnded: "last ended"
        case .endedForMembers: "ended for members"
        case .job(_, let change): "job: \(change.name)"
        case .question(_, let change): "question: \(change.name)"
        case .delivery(_, let change): "delivery: \(change.name)"
        }
    }

    /// Every name that there is, but for the places.
    static let names: Set = [
        "epoch", "member epoch", "heard", "last ended", "ended for members", "job: add", "job: add message",
        "job: copy", "job: readdress", "job: take messages", "job: drop messages", "job: lease",
        "job: make ready", "job: move to ready", "job: move to waiting", "job: move to done", "job: move to failed",
        "job: move to cancelled", "job: request stop", "job: remember", "job: forget calls", "job: forget text",
        "job: end unreadable",
        "job: note", "question: add", "question: show", "question: answered", "question: expired",
        "question: withdrawn", "question: lapsed", "delivery: add", "delivery: copy", "delivery: begin",
        "delivery: put back", "delivery: sent", "delivery: failed", "delivery: dropped", "delivery: keep",
        "delivery: count",
        "place none", "place ready", "place due", "place taken", "outbox none", "outbox ready", "outbox due",
        "outbox taken",
    ]
}

extension Place {
    fileprivate var kind: String {
        switch self {
        case .ready: "ready"
        case .due: "due"
        case .taken: "taken"
        }
    }
}

extension JobChange {
    fileprivate var name: String {
        switch self {
        case .add: "add"
        case .addMessage: "add message"
        case .copy: "copy"
        case .readdress: "readdress"
        case .takeMessages: "take messages"
        case .dropMessages: "drop messages"
        case .lease: "lease"
        case .makeReady: "make ready"
        case .move(let move): "move to \(move.state.rawValue)"
        case .requestStop: "request stop"
        case .remember: "remember"
        case .forgetCalls: "forget calls"
        case .forgetText: "forget text"
        case .endUnreadableQuestions: "end unreadable"
        case .note: "note"
        }
    }
}

extension QuestionChange {
    fileprivate var name: String {
        switch self {
        case .add: "add"
        case .show: "show"
        case .end(let ending): ending.state
        }
    }
}

extension DeliveryChange {
    fileprivate var name: String {
        switch self {
        case .add: "add"
        case .copy: "copy"
        case .beginSending: "begin"
        case .putBack: "put back"
        case .end(let state, _, _): state.rawValue
        case .keep: "keep"
        case .countSend: "count"
        }
    }
}
