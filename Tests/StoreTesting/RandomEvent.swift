package import Router
package import System
import WeCom

/// Something that happens to a store.
package enum RandomEvent {
    case accept(Submission, isTooFast: Bool)
    case claim(takesSuspect: Bool)
    case settle(Lease, Settlement)
    case say(Part, Delivery.Class, Lease)
    case acknowledge(Part, Lease)
    case ask(AskedQuestion, Lease)
    case close(QuestionID, QuestionEnding)
    case cancel(JobID)
    case retry(JobID)
    case replay(DeliveryID)
    case claimDelivery
    case markSent(DeliveryLease, SendReceipt)
    case postpone(DeliveryLease, until: Timestamp)
    case markFailed(DeliveryLease, DeliveryFailure)
    /// All that an app has waiting for its next try goes at once.
    case hurry(Endpoint)
    /// WeCom never asked for what was sent.
    case giveAnew(DeliveryID)
    case rescue
    case restart

    /// Names its kind, for counting that each occurs.
    package var name: String {
        switch self {
        case .accept(let submission, let isTooFast):
            switch submission.request {
            case .job(let request): isTooFast ? "too fast" : "accept \(request.whileBusy.rawValue)"
            case .command(let request) where request.then != nil: "new with a message"
            case .command(let request) where request.otherwise != nil: "a word"
            case .command(let request): request.command.name.rawValue
            case .click: "click"
            case .notice: "notice"
            }
        case .claim: "claim"
        case .settle(_, let settlement): "settle \(settlement.state.rawValue)"
        case .say(_, let kind, _): "say \(kind)"
        case .acknowledge: "acknowledge"
        case .ask(let asked, _): "ask \(asked.style)"
        case .close: "close"
        case .cancel: "cancel"
        case .retry: "retry by an operator"
        case .replay: "replay"
        case .claimDelivery: "claim delivery"
        case .markSent(_, let receipt): receipt.responseCode == nil ? "sent" : "sent with a code"
        case .postpone: "postpone"
        case .markFailed(_, .ofReply): "delivery fails"
        case .markFailed(_, .ofOne): "delivery fails alone"
        case .markFailed(_, .forWantOfWays): "delivery finds no way"
        case .hurry: "hurry"
        case .giveAnew: "give anew"
        case .rescue: "rescue"
        case .restart: "restart"
        }
    }

    /// Every name that there is.
    static let names: Set = [
        "too fast", "accept queue", "accept merge", "accept interrupt", "new", "stop", "status", "queue", "help",
        "retry",
        "new with a message", "a word", "click", "notice", "claim", "settle ready", "settle waiting", "settle done",
        "settle failed", "settle cancelled", "say control", "say progress", "acknowledge", "ask card", "ask text",
        "close", "cancel", "retry by an operator", "replay", "claim delivery", "sent", "sent with a code", "postpone",
        "delivery fails", "delivery fails alone", "delivery finds no way", "hurry", "give anew", "rescue", "restart",
    ]
}
