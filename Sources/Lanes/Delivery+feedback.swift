import Router
import WeCom

extension Delivery {
    /// The id by which people may rate what it says; nil of what is no answer.
    var feedback: FeedbackID? { kind == .final ? job.map { FeedbackID(of: $0) } : nil }
}
