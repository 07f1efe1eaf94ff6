package import Observability

/// What workers count.
package struct WorkMetrics: Sendable {
    private let answered: Counter
    private let failed: Counter
    private let interrupted: Counter
    private let cancelled: Counter
    private let outbid: Counter
    private let refused: Counter
    /// Outcomes that the store could not take yet.
    let unstored: Counter

    package init(_ metrics: Metrics) {
        func turns(_ outcome: String) -> Counter {
            metrics.counter("turns_total", "Turns by how they ended", labels: "outcome=\"\(outcome)\"")
        }
        answered = turns("answered")
        failed = turns("failed")
        interrupted = turns("interrupted")
        cancelled = turns("cancelled")
        outbid = turns("outbid")
        refused = turns("refused")
        unstored = metrics.counter("unstored_outcomes_total", "Tries to store the outcome of a turn that failed")
    }

    func count(_ outcome: Outcome) {
        switch outcome {
        case .answered: answered.increment()
        case .failed: failed.increment()
        case .interrupted: interrupted.increment()
        case .cancelled: cancelled.increment()
        case .outbid: outbid.increment()
        case .refused: refused.increment()
        }
    }
}
