package import Observability

/// The metrics of couriers.
package struct DeliveryMetrics: Sendable {
    private enum Ending: String, CaseIterable { case sent, retry, ambiguous, failed }

    private let tries: CounterFamily<Ending>
    /// Notes of what became of a delivery that the store could not take yet.
    let unstored: Counter

    package init(_ metrics: Metrics) {
        tries = CounterFamily(
            metrics, "delivery_tries_total", "Tries of deliveries by how they ended", by: "outcome")
        unstored = metrics.counter(
            "unstored_deliveries_total", "Tries to store what became of a delivery that failed")
    }

    func count(_ outcome: SendOutcome) {
        switch outcome {
        case .sent: tries.increment(.sent)
        case .retry(_, isAmbiguous: false, _): tries.increment(.retry)
        case .retry(_, isAmbiguous: true, _): tries.increment(.ambiguous)
        case .interrupted: break
        case .failed, .mediaGone, .wayGone: tries.increment(.failed)
        }
    }
}
