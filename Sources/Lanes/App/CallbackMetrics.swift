package import Observability
package import Router
import WeCom

/// The metrics of the callback endpoint.
package struct CallbackMetrics: Sendable {
    fileprivate enum Effect: String, CaseIterable {
        case job, command, answer, notice, nothing
        case again = "repeat"
        case notDurable = "not_durable"
    }

    let clockOff: Counter
    private let effects: CounterFamily<Effect>
    private let events: CounterFamily<String>
    private let refused: CounterFamily<String>
    private let formerKeys = FormerKeyCount()

    /// `current` says which apps have keys that were replaced.
    package init(_ metrics: Metrics, of current: Serving.Current) {
        formerKeys.describe(of: current, in: metrics)
        effects = CounterFamily(metrics, "callbacks_total", "Genuine callbacks by their effect", by: "effect")
        events = CounterFamily(
            metrics, "events_total", "Events by WeCom's name for them", by: "event", values: InboundEvent.names)
        clockOff = metrics.counter(
            "callbacks_clock_off_total", "Genuine callbacks whose query timestamp is over five minutes from our clock")
        refused = CounterFamily(
            metrics, "callbacks_refused_total", "Callbacks refused by why", by: "why", values: CallbackRefusal.labels)
    }

    func count(_ acceptance: Acceptance, of message: InboundMessage) {
        if case .event(let event) = message.content { events.increment(event.name) }
        effects.increment(Effect(acceptance))
    }

    func count(_ part: FormerKeys.Part, of app: App) { formerKeys.increment(app, part) }

    func countNotDurable() { effects.increment(.notDurable) }

    func count(_ refusal: CallbackRefusal) { refused.increment(refusal.label) }
}

extension CallbackMetrics.Effect {
    fileprivate init(_ acceptance: Acceptance) {
        self =
            switch acceptance.effect {
            case _ where acceptance.isRepeat: .again
            case .job, .appended: .job
            case .command: .command
            case .answer: .answer
            case .notice: .notice
            case .nothing: .nothing
            }
    }
}
