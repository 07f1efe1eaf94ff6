package import Router
package import System
import WeCom

/// Something that happens to a store.
package enum RandomEvent {
    case accept(Submission, isTooFast: Bool)
    case claim(takesSuspect: Bool)
    case settle(Lease, Settlement)
    case say(Part, Delivery.Class, Lease)
    case ask(AskedQuestion, Lease)
    case close(QuestionID, QuestionEnding)
    case cancel(JobID)
    case retry(JobID)
    case replay(DeliveryID)
    case claimDelivery
    case markSent(DeliveryLease, SendReceipt)
    case postpone(DeliveryLease, until: Timestamp)
    case markFailed(DeliveryLease)
    case rescue
    case restart

    /// Names its kind, for counting that each occurs.
    package var name: String {
        switch self {
        case .accept(let submission, let isTooFast):
            switch submission.request {
            case .job(let request): isTooFast ? "too fast" : "accept \(request.whileBusy.rawValue)"
            case .command(let request): request.command.name.rawValue
            case .click: "click"
            case .notice: "notice"
            }
        case .claim: "claim"
        case .settle(_, let settlement): "settle \(settlement.state.rawValue)"
        case .say(_, let kind, _): "say \(kind)"
        case .ask(let asked, _): "ask \(asked.style)"
        case .close: "close"
        case .cancel: "cancel"
        case .retry: "retry by an operator"
        case .replay: "replay"
        case .claimDelivery: "claim delivery"
        case .markSent(_, let receipt): receipt.responseCode == nil ? "sent" : "sent with a code"
        case .postpone: "postpone"
        case .markFailed: "delivery fails"
        case .rescue: "rescue"
        case .restart: "restart"
        }
    }

    /// Every name that there is.
    static let names: Set = [
        "too fast", "accept queue", "accept merge", "accept interrupt", "new", "stop", "status", "queue", "help",
        "retry",
        "click", "notice", "claim", "settle ready", "settle waiting", "settle done", "settle failed", "say control",
        "say progress", "ask card", "ask text", "close", "cancel", "retry by an operator", "replay", "claim delivery",
        "sent", "sent with a code", "postpone", "delivery fails", "rescue", "restart",
    ]
}
