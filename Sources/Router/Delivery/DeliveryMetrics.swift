package import Observability

/// The metrics of couriers.
package struct DeliveryMetrics: Sendable {
    private enum Ending: String, CaseIterable { case sent, retry, ambiguous, failed }

    private let tries: CountersByApp<Ending>
    /// Notes of what became of a delivery that the store could not take yet.
    let unstored: Counter

    package init(_ metrics: Metrics, apps: AppLabels = AppLabels()) {
        tries = CountersByApp(
            metrics, "delivery_tries_total", "Tries of deliveries by how they ended", of: apps, by: "outcome")
        unstored = metrics.counter(
            "unstored_deliveries_total", "Tries to store what became of a delivery that failed")
    }

    func count(_ outcome: SendOutcome, of app: String) {
        switch outcome {
        case .sent: tries.increment(.sent, of: app)
        case .retry(_, isAmbiguous: false, _), .wayClosed: tries.increment(.retry, of: app)
        case .retry(_, isAmbiguous: true, _), .unclear: tries.increment(.ambiguous, of: app)
        case .interrupted: break
        case .failed, .mediaGone, .wayGone, .noWayLeft: tries.increment(.failed, of: app)
        }
    }
}
