import HTTP
import Observability

/// The counters of a listener.
struct HTTPCounters: Sendable {
    let connections: Counter
    let closedConnections: Counter
    let evictedConnections: Counter
    let refusedConnections: Counter
    let memoryRefusals: Counter
    let heldBack: Counter
    let lateAnswers: Counter
    private let answers: CounterFamily<Int>

    init(_ metrics: Metrics, listener: String) {
        let label = "listener=\"\(listener)\""
        func counter(_ name: String, _ help: String) -> Counter {
            metrics.counter("http_\(name)", help, labels: label)
        }
        connections = counter("connections_total", "Connections accepted")
        closedConnections = counter("connections_closed_total", "Connections closed")
        evictedConnections = counter("connections_evicted_total", "Connections closed at the cap to let another in")
        refusedConnections = counter("connections_refused_total", "Connections turned away at the cap")
        memoryRefusals = counter(
            "memory_refusals_total", "Requests answered 503 because those of all clients together were too large")
        heldBack = counter(
            "held_back_total",
            "Connections held back and requests answered 429 because too much was spent before anything was proved")
        lateAnswers = counter("late_answers_total", "Requests answered 503 because the handler took too long")
        answers = CounterFamily(
            metrics, "http_answers_total", "Answers by class of status", by: "status", beside: label,
            values: (1...5).map { (label: $0, text: "\($0)xx") })
    }

    func count(_ status: HTTPStatus) {
        answers.increment(min(max(status.code / 100, 1), 5))
    }
}
