package import Observability
import Router
import WeCom

/// What the callback endpoint counts.
package struct CallbackMetrics: Sendable {
    let notDurable: Counter
    let clockOff: Counter
    private let accepted: Counter
    private let repeated: Counter
    private let commanded: Counter
    private let answered: Counter
    private let noticed: Counter
    private let ignored: Counter
    private let events: [String: Counter]
    private let refused: [String: Counter]

    package init(_ metrics: Metrics) {
        func callbacks(_ effect: String) -> Counter {
            metrics.counter("callbacks_total", "Genuine callbacks by their effect", labels: "effect=\"\(effect)\"")
        }
        accepted = callbacks("job")
        repeated = callbacks("repeat")
        commanded = callbacks("command")
        answered = callbacks("answer")
        noticed = callbacks("notice")
        ignored = callbacks("nothing")
        events = Dictionary(
            uniqueKeysWithValues: InboundEvent.names.map {
                ($0, metrics.counter("events_total", "Events by WeCom's name for them", labels: "event=\"\($0)\""))
            })
        notDurable = callbacks("not_durable")
        clockOff = metrics.counter(
            "callbacks_clock_off_total", "Genuine callbacks whose query timestamp is over five minutes from our clock")
        refused = Dictionary(
            uniqueKeysWithValues: CallbackRefusal.labels.map {
                ($0, metrics.counter("callbacks_refused_total", "Callbacks refused by why", labels: "why=\"\($0)\""))
            })
    }

    func count(_ acceptance: Acceptance, of message: InboundMessage) {
        if case .event(let event) = message.content { events[event.name]?.increment() }
        switch acceptance.effect {
        case _ where acceptance.isRepeat: repeated.increment()
        case .job, .appended: accepted.increment()
        case .command: commanded.increment()
        case .answer: answered.increment()
        case .notice: noticed.increment()
        case .nothing: ignored.increment()
        }
    }

    func count(_ refusal: CallbackRefusal) { refused[refusal.label]?.increment() }
}
