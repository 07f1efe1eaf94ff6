import Router
import WeCom

extension BotConnection.Machine.Outcome {
    /// False where nobody has seen what was sent.
    var mayBeSeen: Bool {
        switch self {
        case .done, .unanswered, .brokenOff, .refused(nil, _): true
        case .refused, .wayGone, .skipped, .unsent: false
        }
    }

    /// The reason why nothing is known of what was sent.
    var words: String {
        switch self {
        case .refused(_, let message): "WeCom answered without saying how it went: \(message)"
        case .unanswered(let reason), .brokenOff(let reason), .unsent(let reason): reason
        case .done, .wayGone, .skipped: ""
        }
    }
}

extension SendOutcome {
    /// Judges what became of a command that went by that way.
    init(_ outcome: BotConnection.Machine.Outcome, by way: Way.Kind) {
        switch outcome {
        case .done: self = .sent(SendReceipt())
        case .wayGone(let code, let message):
            self = .wayGone(way, reason: WeComError.refused(code, message: message).description)
        // It is this chat that has had too much, and no other has to wait for it.
        case .refused(.tooOften, let message):
            self = .retry(reason: WeComError.refused(.tooOften, message: message).description, isAmbiguous: false)
        case .refused(let code?, let message):
            let error = WeComError.refused(code, message: message)
            self = error.saysMediaIsGone ? .mediaGone(reason: error.description) : SendOutcome(error)
        case .skipped: self = .retry(reason: "another frame is under way", isAmbiguous: false)
        case .unsent where Task.isCancelled, .unanswered where Task.isCancelled, .brokenOff where Task.isCancelled:
            self = .interrupted
        case .unsent(let reason): self = .retry(reason: reason, isAmbiguous: false)
        // Most likely it is there: WeCom has no check for what it has had already.
        case .unanswered, .refused(nil, _): self = .unclear(reason: outcome.words)
        case .brokenOff(let reason): self = .retry(reason: reason, isAmbiguous: true)
        }
    }
}
