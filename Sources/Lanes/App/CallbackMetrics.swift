package import Observability
import Router

/// What the callback endpoint counts.
package struct CallbackMetrics: Sendable {
    let notDurable: Counter
    let clockOff: Counter
    private let accepted: Counter
    private let repeated: Counter
    private let ignored: Counter
    private let refused: [String: Counter]

    package init(_ metrics: Metrics) {
        func callbacks(_ effect: String) -> Counter {
            metrics.counter("callbacks_total", "Genuine callbacks by their effect", labels: "effect=\"\(effect)\"")
        }
        accepted = callbacks("job")
        repeated = callbacks("repeat")
        ignored = callbacks("nothing")
        notDurable = callbacks("not_durable")
        clockOff = metrics.counter(
            "callbacks_clock_off_total", "Genuine callbacks whose query timestamp is over five minutes from our clock")
        refused = Dictionary(
            uniqueKeysWithValues: CallbackRefusal.labels.map {
                ($0, metrics.counter("callbacks_refused_total", "Callbacks refused by why", labels: "why=\"\($0)\""))
            })
    }

    func count(_ acceptance: Acceptance) {
        switch acceptance.effect {
        case _ where acceptance.isRepeat: repeated.increment()
        case .job, .appended: accepted.increment()
        case .nothing: ignored.increment()
        }
    }

    func count(_ refusal: CallbackRefusal) { refused[refusal.label]?.increment() }
}
