package import Observability

/// What workers count.
package struct WorkMetrics: Sendable {
    private let answered: Counter
    private let failed: Counter
    private let interrupted: Counter
    private let cancelled: Counter
    private let outbid: Counter

    package init(_ metrics: Metrics) {
        func turns(_ outcome: String) -> Counter {
            metrics.counter("turns_total", "Turns by how they ended", labels: "outcome=\"\(outcome)\"")
        }
        answered = turns("answered")
        failed = turns("failed")
        interrupted = turns("interrupted")
        cancelled = turns("cancelled")
        outbid = turns("outbid")
    }

    func count(_ outcome: Outcome) {
        switch outcome {
        case .answered: answered.increment()
        case .failed: failed.increment()
        case .interrupted: interrupted.increment()
        case .cancelled: cancelled.increment()
        case .outbid: outbid.increment()
        }
    }
}
