package import Observability

/// What couriers count.
package struct DeliveryMetrics: Sendable {
    private let sent: Counter
    private let retried: Counter
    private let ambiguous: Counter
    private let failed: Counter
    /// Notes of what became of a delivery that the store could not take yet.
    let unstored: Counter

    package init(_ metrics: Metrics) {
        func tries(_ outcome: String) -> Counter {
            metrics.counter(
                "delivery_tries_total", "Tries of deliveries by how they ended", labels: "outcome=\"\(outcome)\"")
        }
        sent = tries("sent")
        retried = tries("retry")
        ambiguous = tries("ambiguous")
        failed = tries("failed")
        unstored = metrics.counter(
            "unstored_deliveries_total", "Tries to store what became of a delivery that failed")
    }

    func count(_ outcome: SendOutcome) {
        switch outcome {
        case .sent: sent.increment()
        case .retry(_, isAmbiguous: false, _): retried.increment()
        case .retry(_, isAmbiguous: true, _): ambiguous.increment()
        case .interrupted: break
        case .failed, .mediaGone: failed.increment()
        }
    }
}
