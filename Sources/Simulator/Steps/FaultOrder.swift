/// Something that WeCom is made to do wrong, to whom, and how often.
package struct FaultOrder: Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// Answers, or posts, after a while.
        case slow
        /// Answers with an HTTP status.
        case down
        /// Answers nothing until the faults are cleared.
        case hang
        /// Answers with an `errcode`.
        case error
        /// Calls no token of the app's good any more, though none has expired.
        case token
        /// 45009, too many messages.
        case rate
        /// 60020, an address that is not trusted.
        case address
        /// Does what it is asked and loses the answer.
        case lost
        /// Posts a callback once more.
        case twice
        /// Answers something that is no JSON.
        case garbage
        /// Breaks off in the middle of an answer.
        case truncated
        /// Lets another connection take a bot over.
        case kick
        /// Breaks a bot's connection.
        case drop
        /// Ends everything that was ordered.
        case none

        /// True of what becomes of a bot's connection.
        var isOfConnection: Bool { self == .kick || self == .drop }
    }

    package enum Scope: Sendable, Equatable {
        case all
        case party(String)
        case corp(String)
    }

    package var kind: Kind
    package var scope: Scope
    package var user: String?
    /// The calls that meet it; empty is those that the kind is usually of.
    package var calls: [Faults.Call]
    /// nil is until the faults are cleared.
    package var times: Int?
    package var delay: Duration
    package var status: Int
    package var code: Int64
}

extension FaultOrder {
    /// The calls that meet it where none is named.
    var usualCalls: Set<Faults.Call> {
        switch kind {
        case .slow, .down, .hang, .garbage, .truncated: Faults.Call.ofApps
        case .error, .rate: [.send]
        case .token, .address: Faults.Call.ofApps.subtracting([.gettoken])
        case .lost, .twice: [.callback]
        case .kick, .drop, .none: []
        }
    }

    /// The order to the calls; nil of what is done at once.
    var order: Faults.Kind? {
        switch kind {
        case .slow: .slow(delay)
        case .down: .status(status)
        case .hang: .hang
        case .error: .errorCode(code)
        case .token: .errorCode(40014)
        case .rate: .errorCode(45009)
        case .address: .errorCode(60020)
        case .lost: .silence
        case .twice: .twice
        case .garbage: .garbage
        case .truncated: .truncated
        case .kick, .drop, .none: nil
        }
    }
}

extension Faults.Call {
    /// The names by which calls are written.
    package static let names: [(name: String, call: Faults.Call)] = [
        ("gettoken", .gettoken), ("send", .send), ("recall", .recall), ("update_card", .updateCard),
        ("upload", .upload), ("media", .media), ("agent", .agent), ("contacts", .contacts), ("addresses", .addresses),
        ("bot_response", .botResponse), ("bot_subscription", .botSubscription), ("bot_heartbeat", .botHeartbeat),
        ("bot_reply", .botReply), ("bot_message", .botMessage), ("bot_upload", .botUpload), ("callback", .callback),
    ]
}
